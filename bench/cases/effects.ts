import { seededRandom } from '../compose/index.ts';
import type { Effect } from './case.ts';
import { addGrain, byte, type Canvas } from './patch.ts';

type Of<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

/** What a camera, the weather and the line do to a finished picture; `atMs` from the first one. In place. */
export interface EffectState {
  readonly seed: number;
  readonly frame: number;
  readonly atMs: number;
  readonly durationMs: number;
  /** The picture before, as it was sent: what a damaged stream goes on showing. */
  readonly before: Uint8Array | null;
  readonly scratch: Uint8Array;
}

export function applyEffect(canvas: Canvas, effect: Effect, state: EffectState): void {
  if (effect.kind === 'night') darken(canvas, effect, state);
  else if (effect.kind === 'grain') addGrain(canvas, effect.sigma, state.frame + state.seed);
  else if (effect.kind === 'rain') rain(canvas, effect, state);
  else if (effect.kind === 'gain') scaleLuma(canvas, gainAt(effect.keys, state.atMs));
  else if (effect.kind === 'clouds') clouds(canvas, effect, state);
  else if (effect.kind === 'lamps') lamps(canvas, effect, state);
  else if (effect.kind === 'headlights') headlights(canvas, effect, state);
  else if (effect.kind === 'damage') damage(canvas, effect, state);
  else if (effect.kind === 'clock') clock(canvas, state);
  else if (effect.kind === 'letterbox') letterbox(canvas, effect);
  else if (effect.kind === 'panel') panel(canvas, effect, state);
}

/** How far the camera has moved the picture at a moment, in px. */
export function cameraShift(
  effects: readonly Effect[],
  { seed, frame, atMs, durationMs }: EffectState,
): readonly [number, number] {
  let [dx, dy] = [0, 0];
  for (const effect of effects) {
    if (effect.kind === 'shake') {
      const random = seededRandom(seed + 31 * frame);
      dx += effect.px * (2 * random() - 1);
      dy += effect.px * (2 * random() - 1);
    } else if (effect.kind === 'drift') {
      dx += (effect.dxPx * atMs) / durationMs;
      dy += (effect.dyPx * atMs) / durationMs;
    } else if (effect.kind === 'knock' && atMs >= effect.atMs) {
      dx += effect.dxPx;
      dy += effect.dyPx;
    }
  }
  return [dx, dy];
}

/** Move a whole picture by a fraction of a pixel, bilinear; borders repeat. */
export function movePicture(
  { widthPx, heightPx, data }: Canvas,
  dx: number,
  dy: number,
  into: Uint8Array,
): void {
  const plane = (start: number, width: number, height: number, mx: number, my: number): void => {
    const [ix, iy] = [Math.floor(mx), Math.floor(my)];
    const [fx, fy] = [mx - ix, my - iy];
    for (let y = 0; y < height; y++) {
      const top = start + clamp(y + iy, height) * width;
      const below = start + clamp(y + iy + 1, height) * width;
      for (let x = 0; x < width; x++) {
        const a = clamp(x + ix, width);
        const b = clamp(x + ix + 1, width);
        into[start + y * width + x] =
          (1 - fy) * ((1 - fx) * (data[top + a] ?? 0) + fx * (data[top + b] ?? 0)) +
          fy * ((1 - fx) * (data[below + a] ?? 0) + fx * (data[below + b] ?? 0)) +
          0.5;
      }
    }
  };
  const [chromaWidth, chromaHeight] = [widthPx >> 1, heightPx >> 1];
  const uStart = widthPx * heightPx;
  plane(0, widthPx, heightPx, dx, dy);
  plane(uStart, chromaWidth, chromaHeight, dx / 2, dy / 2);
  plane(uStart + chromaWidth * chromaHeight, chromaWidth, chromaHeight, dx / 2, dy / 2);
}

const clamp = (value: number, size: number): number => (value < 0 ? 0 : value >= size ? size - 1 : value);

export function gainAt(keys: Of<'gain'>['keys'], atMs: number): number {
  for (let i = 1; i < keys.length; i++) {
    const [from, to] = [keys[i - 1], keys[i]];
    if (from === undefined || to === undefined || atMs > to[0]) continue;
    return from[1] + ((to[1] - from[1]) * (atMs - from[0])) / Math.max(to[0] - from[0], 1);
  }
  return keys.at(-1)?.[1] ?? 1;
}

function scaleLuma({ widthPx, heightPx, data }: Canvas, gain: number): void {
  if (gain === 1) return;
  const table = Uint8Array.from({ length: 256 }, (_, value) => byte(16 + (value - 16) * gain));
  for (let i = 0; i < widthPx * heightPx; i++) data[i] = table[data[i] ?? 0] ?? 0;
}

/** Infrared: no colour, less light, more grain. */
function darken(canvas: Canvas, { gain, noise }: Of<'night'>, { frame, seed }: EffectState): void {
  scaleLuma(canvas, gain);
  canvas.data.fill(128, canvas.widthPx * canvas.heightPx);
  addGrain(canvas, noise, frame + seed);
}

function rain(
  { widthPx, heightPx, data }: Canvas,
  { streaks }: Of<'rain'>,
  { frame, seed }: EffectState,
): void {
  const random = seededRandom(seed + 977 * frame);
  for (let i = 0; i < streaks; i++) {
    const x = Math.floor(random() * widthPx);
    const y = Math.floor(random() * heightPx);
    const length = 6 + Math.floor(random() * 18);
    for (let k = 0; k < length && y + k < heightPx; k++) {
      const at = (y + k) * widthPx + Math.min(widthPx - 1, x + (k >> 2));
      data[at] = byte((data[at] ?? 0) + 22);
    }
  }
}

/** Shadows of clouds: wide soft bands that travel over the picture. */
function clouds(
  { widthPx, heightPx, data }: Canvas,
  { depth, sizePx, pxPerS }: Of<'clouds'>,
  { atMs, seed }: EffectState,
): void {
  const moved = (pxPerS * atMs) / 1_000 + seed;
  const columns = Array.from(
    { length: widthPx },
    (_, x) => Math.sin((x + moved) / sizePx) + 0.6 * Math.sin((x + 1.7 * moved) / (0.47 * sizePx) + 1),
  );
  for (let y = 0; y < heightPx; y++) {
    const row = 0.8 * Math.sin((y + 0.4 * moved) / (0.8 * sizePx));
    for (let x = 0, at = y * widthPx; x < widthPx; x++, at++) {
      const cover = Math.min(1, Math.max(0, 0.4 * ((columns[x] ?? 0) + row)));
      data[at] = (data[at] ?? 0) * (1 - depth * cover);
    }
  }
}

/** Switched at each of the moments, within one picture. */
function lamps(
  { widthPx, heightPx, data }: Canvas,
  { atMs: switches, gains: [near, far], xNorm }: Of<'lamps'>,
  { atMs }: EffectState,
): void {
  if (switches.filter((ms) => ms <= atMs).length % 2 === 0) return;
  const gains = Float32Array.from({ length: widthPx }, (_, x) => {
    const off = (x / widthPx - xNorm) / 0.45;
    return far + (near - far) * Math.exp(-off * off);
  });
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0, at = y * widthPx; x < widthPx; x++, at++) {
      data[at] = byte(16 + ((data[at] ?? 0) - 16) * (gains[x] ?? 1));
    }
  }
}

/** Lamps with the pool of light in front of them, along a road. */
function headlights(
  canvas: Canvas,
  { passes, pxPerS, radiusPx }: Of<'headlights'>,
  { atMs }: EffectState,
): void {
  const { widthPx } = canvas;
  for (const pass of passes) {
    const went = (pxPerS * (atMs - pass.atMs)) / 1_000;
    if (went < 0 || went > widthPx + 4 * radiusPx) continue;
    const way = pass.xPx === 0 ? 1 : -1;
    const x = way === 1 ? went - radiusPx : widthPx + radiusPx - went;
    glow(canvas, x, pass.yPx, 7, 5, 190);
    glow(canvas, x + way * radiusPx, pass.yPx + 12, radiusPx, radiusPx * 0.35, 70);
  }
}

function glow(
  { widthPx, heightPx, data }: Canvas,
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  light: number,
): void {
  for (let y = Math.max(0, Math.floor(cy - ry)); y < Math.min(heightPx, cy + ry); y++) {
    for (let x = Math.max(0, Math.floor(cx - rx)); x < Math.min(widthPx, cx + rx); x++) {
      const off = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2;
      if (off < 1) data[y * widthPx + x] = byte((data[y * widthPx + x] ?? 0) + light * (1 - off));
    }
  }
}

/** A lost part of the stream: grey blocks, or the picture before smeared over the new one. */
function damage(
  { widthPx, heightPx, data }: Canvas,
  { spans, style }: Of<'damage'>,
  { atMs, before, seed }: EffectState,
): void {
  const span = spans.find(([fromMs, toMs]) => atMs >= fromMs && atMs < toMs);
  if (span === undefined) return;
  const random = seededRandom(seed + span[0]);
  const from = Math.floor(random() * 0.6 * heightPx) & ~15;
  if (style === 'grey') {
    data.fill(128, from * widthPx, widthPx * heightPx);
    data.fill(128, widthPx * heightPx);
    return;
  }
  for (let y = from; y < heightPx; y++) {
    const source = from * widthPx;
    for (let x = 0; x < widthPx; x++) {
      const old = before?.[y * widthPx + x] ?? 128;
      data[y * widthPx + x] = (y - from) % 48 < 24 ? old : (data[source + x] ?? 128);
    }
  }
}

const digit = ['757', '262', '717', '717', '551', '747', '447', '711', '777', '771'];

/** A burnt-in clock: white digits on a black bar, another every second. */
function clock({ widthPx, data }: Canvas, { atMs }: EffectState): void {
  const text = String(100_000 + Math.floor(atMs / 1_000));
  for (let y = 8; y < 26; y++) data.fill(16, y * widthPx + 8, y * widthPx + 100);
  Array.from(text).forEach((character, i) => {
    const rows = digit[Number(character)] ?? '777';
    for (let y = 0; y < 12; y++) {
      const bits = Number(rows[Math.floor(y / 4)] ?? 7);
      for (let x = 0; x < 9; x++) {
        const isOn = ((bits >> (2 - Math.floor(x / 3))) & 1) === 1;
        if (isOn) data[(11 + y) * widthPx + 12 + 14 * i + x] = 235;
      }
    }
  });
}

function letterbox({ widthPx, heightPx, data }: Canvas, { bar }: Of<'letterbox'>): void {
  const rows = Math.floor((bar * heightPx) / 2) * 2;
  const uStart = widthPx * heightPx;
  const chroma = (widthPx >> 1) * (heightPx >> 1);
  data.fill(16, 0, rows * widthPx);
  data.fill(16, (heightPx - rows) * widthPx, uStart);
  for (const start of [uStart, uStart + chroma]) {
    data.fill(128, start, start + (rows >> 1) * (widthPx >> 1));
    data.fill(128, start + chroma - (rows >> 1) * (widthPx >> 1), start + chroma);
  }
}

/** A door or a shutter: part of a wall gives way to what lies behind it, and comes back. */
function panel(
  { widthPx, data }: Canvas,
  { box, luma, opensAtMs, closesAtMs, overMs, way }: Of<'panel'>,
  { atMs, seed }: EffectState,
): void {
  const share =
    Math.min(1, Math.max(0, (atMs - opensAtMs) / overMs)) -
    Math.min(1, Math.max(0, (atMs - closesAtMs) / overMs));
  if (share <= 0) return;
  const [left, top, width, height] = box;
  const isSide = way === 'side';
  const [w, h] = isSide ? [Math.round(width * share), height] : [width, Math.round(height * share)];
  const fromY = isSide ? top : top + height - h;
  for (let y = fromY; y < fromY + h; y++) {
    for (let x = left; x < left + w; x++) {
      const shelf = ((y + seed) >> 4) % 3 === 0 ? 14 : 0;
      data[y * widthPx + x] = byte(luma + shelf + 0.1 * (x - left));
    }
  }
}
