import { gaussian, seededRandom } from '../compose/index.ts';

/** A picture in I420. */
export interface Canvas {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly data: Uint8Array;
}

/** A cut-out in YUV, all planes at one size; `footPx` is the point that stands on the ground. */
export interface Patch {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly luma: Float32Array;
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** 0..1 */
  readonly alpha: Float32Array;
  readonly footPx: readonly [number, number];
}

export interface Placement {
  readonly footXPx: number;
  readonly footYPx: number;
  readonly scale: number;
  readonly isMirrored: boolean;
  /** Light of the scene against the light of the patch. */
  readonly gain: number;
  /** Grain laid over it, standard deviation in luma. */
  readonly noiseSigma: number;
  /** Seeds the grain. */
  readonly frame: number;
  /** True where something nearer hides it. */
  readonly isHidden: (xPx: number, yPx: number) => boolean;
}

const noiseLength = 1 << 15;
const noiseTable = (() => {
  const next = gaussian(seededRandom(20_260_101));
  return Float32Array.from({ length: noiseLength }, () => next());
})();

/** Grain of a picture: the same place and frame give the same value. */
const grain = (frame: number, at: number): number =>
  noiseTable[(Math.imul(frame + 1, 0x9e37_79b1) + at * 7) & (noiseLength - 1)] ?? 0;

/** Half as large, by area means; foot and alpha keep their meaning. */
function halve(patch: Patch): Patch {
  const widthPx = Math.max(1, patch.widthPx >> 1);
  const heightPx = Math.max(1, patch.heightPx >> 1);
  const cells = widthPx * heightPx;
  const half = {
    widthPx,
    heightPx,
    luma: new Float32Array(cells),
    u: new Float32Array(cells),
    v: new Float32Array(cells),
    alpha: new Float32Array(cells),
    footPx: [patch.footPx[0] / 2, patch.footPx[1] / 2] as const,
  };
  for (let y = 0, cell = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, cell++) {
      let [weight, luma, u, v] = [0, 0, 0, 0];
      for (const at of [0, 1, patch.widthPx, patch.widthPx + 1]) {
        const from = 2 * y * patch.widthPx + 2 * x + at;
        const alpha = patch.alpha[from] ?? 0;
        weight += alpha;
        luma += alpha * (patch.luma[from] ?? 0);
        u += alpha * (patch.u[from] ?? 128);
        v += alpha * (patch.v[from] ?? 128);
      }
      half.alpha[cell] = weight / 4;
      half.luma[cell] = weight > 0 ? luma / weight : 0;
      half.u[cell] = weight > 0 ? u / weight : 128;
      half.v[cell] = weight > 0 ? v / weight : 128;
    }
  }
  return half;
}

const halves = new WeakMap<Patch, Patch>();

/** The patch at the size nearest above what is asked for, so that no pixel of it is skipped when it is made small. */
function levelFor(patch: Patch, scale: number): { patch: Patch; scale: number } {
  let level = patch;
  let rest = scale;
  while (rest < 0.6 && level.widthPx > 4 && level.heightPx > 4) {
    let next = halves.get(level);
    if (next === undefined) halves.set(level, (next = halve(level)));
    level = next;
    rest *= 2;
  }
  return { patch: level, scale: rest };
}

/** Lay a cut-out into a picture, in place. */
export function paste(canvas: Canvas, whole: Patch, place: Placement): void {
  const { patch, scale } = levelFor(whole, place.scale);
  const { widthPx, heightPx, data } = canvas;
  const [footX, footY] = patch.footPx;
  const leftOf = place.isMirrored ? patch.widthPx - footX : footX;
  const x0 = Math.max(0, Math.floor(place.footXPx - leftOf * scale));
  const x1 = Math.min(widthPx - 1, Math.ceil(place.footXPx + (patch.widthPx - leftOf) * scale));
  const y0 = Math.max(0, Math.floor(place.footYPx - footY * scale));
  const y1 = Math.min(heightPx - 1, Math.ceil(place.footYPx + (patch.heightPx - footY) * scale));
  const chromaWidth = widthPx >> 1;
  const uStart = widthPx * heightPx;
  const vStart = uStart + chromaWidth * (heightPx >> 1);
  const side = place.isMirrored ? -1 : 1;
  for (let y = y0; y <= y1; y++) {
    const py = (y - place.footYPx) / scale + footY;
    const top = Math.floor(py);
    if (top < 0 || top >= patch.heightPx) continue;
    const fy = py - top;
    for (let x = x0; x <= x1; x++) {
      const px = (side * (x - place.footXPx)) / scale + footX;
      const left = Math.floor(px);
      if (left < 0 || left >= patch.widthPx) continue;
      const fx = px - left;
      const a = top * patch.widthPx + left;
      const b = left + 1 < patch.widthPx ? a + 1 : a;
      const down = top + 1 < patch.heightPx ? patch.widthPx : 0;
      const [wa, wb, wc, wd] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
      const alphas = [
        wa * (patch.alpha[a] ?? 0),
        wb * (patch.alpha[b] ?? 0),
        wc * (patch.alpha[a + down] ?? 0),
        wd * (patch.alpha[b + down] ?? 0),
      ] as const;
      const alpha = alphas[0] + alphas[1] + alphas[2] + alphas[3];
      if (alpha < 0.02 || place.isHidden(x, y)) continue;
      const luma =
        (alphas[0] * (patch.luma[a] ?? 0) +
          alphas[1] * (patch.luma[b] ?? 0) +
          alphas[2] * (patch.luma[a + down] ?? 0) +
          alphas[3] * (patch.luma[b + down] ?? 0)) /
        alpha;
      const at = y * widthPx + x;
      const own = luma * place.gain + place.noiseSigma * grain(place.frame, at);
      data[at] = byte((data[at] ?? 0) + alpha * (own - (data[at] ?? 0)));
      if (((x | y) & 1) !== 0) continue;
      const chroma = (y >> 1) * chromaWidth + (x >> 1);
      data[uStart + chroma] = byte(
        (data[uStart + chroma] ?? 128) + alpha * ((patch.u[a] ?? 128) - (data[uStart + chroma] ?? 128)),
      );
      data[vStart + chroma] = byte(
        (data[vStart + chroma] ?? 128) + alpha * ((patch.v[a] ?? 128) - (data[vStart + chroma] ?? 128)),
      );
    }
  }
}

export const byte = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : Math.round(value));

/** Darken an ellipse of ground under something, softly. */
export function shade(
  canvas: Canvas,
  at: { xPx: number; yPx: number; halfWidthPx: number; halfDepthPx: number; strength: number },
  isHidden: Placement['isHidden'],
): void {
  const { widthPx, heightPx, data } = canvas;
  for (
    let y = Math.max(0, Math.floor(at.yPx - at.halfDepthPx));
    y <= Math.min(heightPx - 1, at.yPx + at.halfDepthPx);
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(at.xPx - at.halfWidthPx));
      x <= Math.min(widthPx - 1, at.xPx + at.halfWidthPx);
      x++
    ) {
      const radius = Math.hypot((x - at.xPx) / at.halfWidthPx, (y - at.yPx) / at.halfDepthPx);
      if (radius >= 1 || isHidden(x, y)) continue;
      const pixel = y * widthPx + x;
      data[pixel] = byte((data[pixel] ?? 0) * (1 - at.strength * (1 - radius * radius)));
    }
  }
}

/** Lay grain over the whole luma, in place. */
export function addGrain({ widthPx, heightPx, data }: Canvas, sigma: number, frame: number): void {
  let at = Math.imul(frame + 1, 0x9e37_79b1);
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++) {
    at += 7;
    const value = (data[pixel] ?? 0) + sigma * (noiseTable[at & (noiseLength - 1)] ?? 0);
    data[pixel] = value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
  }
}
