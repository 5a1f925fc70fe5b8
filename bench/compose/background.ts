import { blankMask, type BoxPx, type Mask, type Picture, type PointPx, smoothstep } from './picture.ts';

/**
 * The empty scene: the median of each channel of each pixel over `pictures` (all of one size; at least one).
 * Somebody who stands still for less than half of them leaves no trace.
 * @throws RangeError when `pictures` is empty.
 */
export function medianBackground(pictures: readonly Picture[]): Picture {
  const first = pictures[0];
  if (first === undefined) throw new RangeError('A median needs at least one picture.');
  const rgb = new Uint8Array(first.rgb.length);
  const column = new Uint8Array(pictures.length);
  for (let i = 0; i < rgb.length; i++) {
    for (let k = 0; k < pictures.length; k++) column[k] = pictures[k]?.rgb[i] ?? 0;
    // oxlint-disable-next-line unicorn/no-array-sort -- in place: a copy per channel and pixel would double the pass
    rgb[i] = column.sort()[pictures.length >> 1] ?? 0;
  }
  return { widthPx: first.widthPx, heightPx: first.heightPx, rgb };
}

/** Sum over the channels of the difference to the empty scene: compression noise stays below, clothes above. */
const NOT_YET_SEEN = 36;
const SURELY_SEEN = 84;
/** A shade takes light from all channels alike and never this much; what is darker is somebody. */
const DEEPEST_SHADE = 0.68;
const SHADE_TINT = 0.1;

/**
 * Who is in the picture that is not in the empty scene: 1 on a passer-by, 0 on the ground, soft at the outline.
 * @param window only this part is filled; elsewhere the mask is 0.
 */
export function foregroundMask(picture: Picture, background: Picture, window: BoxPx): Mask {
  const { widthPx, heightPx } = picture;
  const raw = blankMask(widthPx, heightPx);
  const [x0, y0, x1, y1] = clip(window, widthPx, heightPx);
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      const at = y * widthPx + x;
      let [difference, least, most] = [0, Infinity, 0];
      for (let c = 0; c < 3; c++) {
        const [own, under] = [picture.rgb[at * 3 + c] ?? 0, background.rgb[at * 3 + c] ?? 0];
        difference += Math.abs(own - under);
        least = Math.min(least, (own + 1) / (under + 1));
        most = Math.max(most, (own + 1) / (under + 1));
      }
      const isShade = least >= DEEPEST_SHADE && most <= 1.02 && most - least <= SHADE_TINT;
      raw.coverage[at] = isShade ? 0 : smoothstep(NOT_YET_SEEN, SURELY_SEEN, difference);
    }
  }
  // A pixel with few covered neighbours is compression noise, one inside a body with a hole is body.
  const clean = blankMask(widthPx, heightPx);
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      let near = 0;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const [nx, ny] = [x + dx, y + dy];
          if (nx >= x0 && ny >= y0 && nx < x1 && ny < y1) near += raw.coverage[ny * widthPx + nx] ?? 0;
        }
      }
      const own = raw.coverage[y * widthPx + x] ?? 0;
      clean.coverage[y * widthPx + x] = Math.max(
        own * smoothstep(1.5, 3.5, near),
        smoothstep(5.5, 7.5, near),
      );
    }
  }
  return clean;
}

/** One connected piece of a foreground mask. `footYPx[i]` is its lowest row near column `leftPx + i`. */
export interface Blob {
  readonly areaPx: number;
  readonly boxPx: BoxPx;
  readonly pixels: readonly number[];
  readonly footYPx: Int32Array;
}

/**
 * Connected pieces (8 neighbours, coverage ≥ 0.3) of at least `minAreaPx`.
 * @param strideReachPx a foot is looked for this far to either side of a column: about half a stride.
 */
export function blobsOf(mask: Mask, minAreaPx: number, strideReachPx: number): Blob[] {
  const { widthPx, heightPx, coverage } = mask;
  const seen = new Uint8Array(widthPx * heightPx);
  const blobs: Blob[] = [];
  for (let start = 0; start < coverage.length; start++) {
    if (seen[start] === 1 || (coverage[start] ?? 0) < 0.3) continue;
    const pixels = [start];
    seen[start] = 1;
    for (let i = 0; i < pixels.length; i++) {
      const at = pixels[i] ?? 0;
      const x = at % widthPx;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const next = at + dy * widthPx + dx;
          if (x + dx < 0 || x + dx >= widthPx || next < 0 || next >= coverage.length) continue;
          if (seen[next] === 1 || (coverage[next] ?? 0) < 0.3) continue;
          seen[next] = 1;
          pixels.push(next);
        }
      }
    }
    if (pixels.length >= minAreaPx) blobs.push(describe(pixels, widthPx, heightPx, strideReachPx));
  }
  return blobs;
}

function describe(pixels: readonly number[], widthPx: number, heightPx: number, strideReachPx: number): Blob {
  let [left, right, top, bottom] = [widthPx, -1, heightPx, -1];
  const lowest = new Int32Array(widthPx).fill(-1);
  for (const at of pixels) {
    const x = at % widthPx;
    const y = (at - x) / widthPx;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    lowest[x] = Math.max(lowest[x] ?? -1, y);
  }
  const footYPx = new Int32Array(right - left + 1);
  for (let x = left; x <= right; x++) {
    for (let near = Math.max(left, x - strideReachPx); near <= Math.min(right, x + strideReachPx); near++) {
      footYPx[x - left] = Math.max(footYPx[x - left] ?? -1, lowest[near] ?? -1);
    }
  }
  return { areaPx: pixels.length, boxPx: [left, top, right - left + 1, bottom - top + 1], pixels, footYPx };
}

/** A thing of the scene itself (post, sign, tree) that can hide an object: its outline and where it stands. */
export interface Occluder {
  readonly name: string;
  readonly baseYPx: number;
  readonly polygonPx: readonly PointPx[];
}

/** Somebody whose place is known: pixels in the box are theirs, unless they are also a nearer one's. */
export interface KnownWalker {
  readonly boxPx: BoxPx;
  /** Depth: y of the feet. Use −Infinity for one who can never hide the object, like the one who carries it. */
  readonly footYPx: number;
}

/**
 * What hides an object that stands on the ground at `baseYPx`: passers-by whose feet are lower in the picture
 * (nearer to the camera) by more than `marginPx`, and scene parts that stand nearer.
 */
export function inFrontOf(
  baseYPx: number,
  marginPx: number,
  passersBy: { mask: Mask; blobs: readonly Blob[]; known: readonly KnownWalker[] },
  occluders: readonly Occluder[],
): Mask {
  const front = blankMask(passersBy.mask.widthPx, passersBy.mask.heightPx);
  for (const blob of passersBy.blobs) {
    for (const at of blob.pixels) {
      const x = at % front.widthPx;
      const known = passersBy.known.filter(({ boxPx }) => holds(boxPx, x, (at - x) / front.widthPx));
      const footYPx =
        known.length > 0
          ? Math.max(...known.map((one) => one.footYPx))
          : (blob.footYPx[x - blob.boxPx[0]] ?? -1);
      if (footYPx + 1 > baseYPx + marginPx) front.coverage[at] = passersBy.mask.coverage[at] ?? 0;
    }
  }
  for (const occluder of occluders) if (occluder.baseYPx > baseYPx) coverPolygon(front, occluder.polygonPx);
  return front;
}

/** Raise `mask` to the share of each pixel that lies inside the polygon (4 × 4 samples, even-odd rule). */
export function coverPolygon(mask: Mask, polygonPx: readonly PointPx[]): void {
  const xs = polygonPx.map((point) => point[0]);
  const ys = polygonPx.map((point) => point[1]);
  const box: BoxPx = [
    Math.min(...xs),
    Math.min(...ys),
    Math.max(...xs) - Math.min(...xs),
    Math.max(...ys) - Math.min(...ys),
  ];
  const [x0, y0, x1, y1] = clip(box, mask.widthPx, mask.heightPx);
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      let hits = 0;
      for (let i = 0; i < 16; i++) {
        if (isInside([x + ((i % 4) + 0.5) / 4, y + ((i >> 2) + 0.5) / 4], polygonPx)) hits++;
      }
      const at = y * mask.widthPx + x;
      mask.coverage[at] = Math.max(mask.coverage[at] ?? 0, hits / 16);
    }
  }
}

function isInside(point: PointPx, polygonPx: readonly PointPx[]): boolean {
  let inside = false;
  polygonPx.forEach((a, i) => {
    const b = polygonPx.at(i - 1) ?? a;
    if (a[1] > point[1] === b[1] > point[1]) return;
    if (point[0] < ((b[0] - a[0]) * (point[1] - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
  });
  return inside;
}

function holds(box: BoxPx, x: number, y: number): boolean {
  return x >= box[0] && y >= box[1] && x < box[0] + box[2] && y < box[1] + box[3];
}

function clip(box: BoxPx, widthPx: number, heightPx: number): readonly [number, number, number, number] {
  return [
    Math.max(0, Math.floor(box[0])),
    Math.max(0, Math.floor(box[1])),
    Math.min(widthPx, Math.ceil(box[0] + box[2])),
    Math.min(heightPx, Math.ceil(box[1] + box[3])),
  ];
}
