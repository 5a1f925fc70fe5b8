import type { ObjectClass } from '../../../contracts/index.ts';
import type { Detection } from '../../track/index.ts';
import type { Picture } from '../scene/analysis-grid.ts';

/** Pseudo-random numbers 0..1 that are the same in every run (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface BoxPx {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Something drawn over the ground; later ones hide earlier ones. */
export interface Sprite {
  /** Where it is; null: not in the scene. */
  readonly at: (s: number) => BoxPx | null;
  /** Mean luma, and U and V, of its surface. */
  readonly colour: readonly [number, number, number];
  readonly seed: number;
  /** The detector knows it as this; left out: it does not. */
  readonly className?: ObjectClass;
  /** Share of pictures in which the detector finds it, 0..1. */
  readonly found?: number;
  /** It does not keep quite still: px. */
  readonly fidgetPx?: number;
}

export interface StreetOptions {
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly fps?: number;
  readonly durationS: number;
  readonly sprites: readonly Sprite[];
  readonly seed?: number;
  /** Standard deviation of the sensor's noise, luma steps. */
  readonly noise?: number;
  /** Brightness of the whole picture, and of one place. */
  readonly gainAt?: (s: number) => number;
  readonly lightAt?: (s: number, x: number, y: number) => number;
  /** The camera looks this far to the side, px. */
  readonly shiftAt?: (s: number) => readonly [number, number];
  /** Drawn last and not lit: clocks, bars. */
  readonly overlay?: (s: number, luma: Uint8Array, widthPx: number) => void;
}

export interface StreetPicture extends Picture {
  readonly detections: readonly Detection[];
}

/** When the first picture was taken. */
export const beganAtMs = 1_750_000_000_000;

/**
 * A drawn street: textured ground, textured sprites, noise. It looks like nothing real, but has what the rules live by: edges,
 * texture, occlusion, noise, light. `data` is reused from picture to picture.
 */
export function* street(options: StreetOptions): Generator<StreetPicture> {
  const { widthPx = 256, heightPx = 144, fps = 5, durationS, sprites, seed = 1, noise = 1.5 } = options;
  const data = new Uint8Array((widthPx * heightPx * 3) / 2);
  const margin = 16;
  const ground = texture(widthPx + 2 * margin, heightPx + 2 * margin, seed, 105, 26);
  const looks = sprites.map((sprite) => texture(200, 200, sprite.seed, sprite.colour[0], 22));
  const random = randomOf(seed + 99);
  const noises = Float32Array.from(
    { length: 8_191 },
    () => noise * (random() + random() + random() - 1.5) * 2,
  );
  const pictures = Math.floor(durationS * fps);
  const luma = new Float32Array(widthPx * heightPx);
  // Rounds and clips by itself.
  const seen = new Uint8ClampedArray(data.buffer);
  for (let i = 0; i < pictures; i++) {
    const s = i / fps;
    const [shiftX, shiftY] = options.shiftAt?.(s) ?? [0, 0];
    for (let y = 0; y < heightPx; y++) {
      const from = (y + margin + shiftY) * (widthPx + 2 * margin) + margin + shiftX;
      luma.set(ground.subarray(from, from + widthPx), y * widthPx);
    }
    data.fill(128, widthPx * heightPx);
    const boxes = sprites.map((sprite) => fidget(sprite, s, random));
    for (const [index, box] of boxes.entries()) {
      const sprite = sprites[index];
      const look = looks[index];
      if (box === null || sprite === undefined || look === undefined) continue;
      draw(luma, data, { widthPx, heightPx }, { ...box, x: box.x - shiftX, y: box.y - shiftY }, sprite, look);
    }
    const gain = options.gainAt?.(s) ?? 1;
    let at = Math.floor(random() * noises.length);
    for (let y = 0, p = 0; y < heightPx; y++) {
      for (let x = 0; x < widthPx; x++, p++) {
        at = at + 1 === noises.length ? 0 : at + 1;
        const light = options.lightAt === undefined ? gain : gain * options.lightAt(s, x, y);
        seen[p] = (luma[p] ?? 0) * light + (noises[at] ?? 0);
      }
    }
    options.overlay?.(s, data, widthPx);
    const detections = boxes.flatMap((box, index) => {
      const sprite = sprites[index];
      if (box === null || sprite?.className === undefined || random() > (sprite.found ?? 0.95)) return [];
      const hidden = boxes.slice(index + 1).some((other) => other !== null && hides(other, box));
      return hidden
        ? []
        : detect(
            { ...box, x: box.x - shiftX, y: box.y - shiftY },
            sprite.className,
            { widthPx, heightPx },
            random,
          );
    });
    yield { capturedAtMs: beganAtMs + Math.round(s * 1_000), widthPx, heightPx, data, detections };
  }
}

/** Smooth value noise in two octaves. */
function texture(width: number, height: number, seed: number, mean: number, spread: number): Float32Array {
  const random = randomOf(seed);
  const out = new Float32Array(width * height).fill(mean);
  for (const [cell, share] of [
    [13, 0.6],
    [4, 0.4],
  ] as const) {
    const columns = Math.ceil(width / cell) + 2;
    const knots = Float32Array.from(
      { length: columns * (Math.ceil(height / cell) + 2) },
      () => random() - 0.5,
    );
    for (let y = 0; y < height; y++) {
      const row = Math.floor(y / cell);
      const fy = y / cell - row;
      for (let x = 0; x < width; x++) {
        const column = Math.floor(x / cell);
        const fx = x / cell - column;
        const k = row * columns + column;
        const top = (knots[k] ?? 0) * (1 - fx) + (knots[k + 1] ?? 0) * fx;
        const bottom = (knots[k + columns] ?? 0) * (1 - fx) + (knots[k + columns + 1] ?? 0) * fx;
        out[y * width + x] = (out[y * width + x] ?? 0) + 2 * spread * share * (top * (1 - fy) + bottom * fy);
      }
    }
  }
  return out;
}

function fidget(sprite: Sprite, s: number, random: () => number): BoxPx | null {
  const box = sprite.at(s);
  if (box === null || sprite.fidgetPx === undefined) return box;
  const off = (): number => Math.round((random() - 0.5) * 2 * (sprite.fidgetPx ?? 0));
  return { ...box, x: box.x + off(), w: box.w + off() };
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

function draw(
  luma: Float32Array,
  data: Uint8Array,
  { widthPx, heightPx }: Size,
  box: BoxPx,
  sprite: Sprite,
  look: Float32Array,
): void {
  const [x0, y0] = [Math.round(box.x), Math.round(box.y)];
  const uStart = widthPx * heightPx;
  const vStart = uStart + (widthPx >> 1) * (heightPx >> 1);
  for (let y = Math.max(0, y0); y < Math.min(heightPx, y0 + box.h); y++) {
    for (let x = Math.max(0, x0); x < Math.min(widthPx, x0 + box.w); x++) {
      luma[y * widthPx + x] = look[(y - y0) * 200 + (x - x0)] ?? 0;
      if ((x & 1) === 1 || (y & 1) === 1) continue;
      const at = (y >> 1) * (widthPx >> 1) + (x >> 1);
      data[uStart + at] = sprite.colour[1];
      data[vStart + at] = sprite.colour[2];
    }
  }
}

const hides = (front: BoxPx, behind: BoxPx): boolean => {
  const w = Math.min(front.x + front.w, behind.x + behind.w) - Math.max(front.x, behind.x);
  const h = Math.min(front.y + front.h, behind.y + behind.h) - Math.max(front.y, behind.y);
  return w > 0 && h > 0 && w * h > 0.6 * behind.w * behind.h;
};

/** What a detector would say: a box a little off, cut at the border; nothing of what is mostly outside. */
function detect(
  box: BoxPx,
  className: ObjectClass,
  { widthPx, heightPx }: Size,
  random: () => number,
): Detection[] {
  const off = (size: number): number => (random() - 0.5) * 0.08 * size;
  const left = Math.max(0, box.x + off(box.w));
  const top = Math.max(0, box.y + off(box.h));
  const right = Math.min(widthPx, box.x + box.w + off(box.w));
  const bottom = Math.min(heightPx, box.y + box.h + off(box.h));
  if (right - left < 0.3 * box.w || bottom - top < 0.3 * box.h) return [];
  return [
    {
      className,
      confidence: 0.45 + 0.5 * random(),
      xNorm: left / widthPx,
      yNorm: top / heightPx,
      wNorm: (right - left) / widthPx,
      hNorm: (bottom - top) / heightPx,
    },
  ];
}

/** Straight lines between places at given seconds; null before the first and after the last. */
export function along(
  size: { w: number; h: number },
  ...stops: readonly (readonly [s: number, x: number, y: number])[]
) {
  return (s: number): BoxPx | null => {
    const next = stops.findIndex(([at]) => at > s);
    if (next <= 0) return null;
    const [fromS, fromX, fromY] = stops[next - 1] ?? [0, 0, 0];
    const [toS, toX, toY] = stops[next] ?? [0, 0, 0];
    const share = (s - fromS) / (toS - fromS);
    return { x: fromX + share * (toX - fromX), y: fromY + share * (toY - fromY), ...size };
  };
}
