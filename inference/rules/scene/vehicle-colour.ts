import type { BoxNorm, ObjectClass, SeenColour } from '../../../contracts/index.ts';
import type { Track } from '../../track/index.ts';
import type { Canvas } from './canvas.ts';
import { Shows } from './layers.ts';
import type { ColourVotes, TrackMemory } from './track-memory.ts';

export type VehicleColour = Exclude<SeenColour, 'unknown'>;

const everyMs = 400;
const leastLooks = 3;
/** So much of all looks must agree. */
const agreedShare = 0.6;
/** The body: without the ground under it, the sky over it and what is beside it. Shares of the box. */
const body = { left: 0.15, right: 0.85, top: 0.25, bottom: 0.8 };
const [leastCells, leastShown] = [40, 0.4];
/** Chroma from which a cell has a colour (windows and lacquer mirror the blue of the sky), and share of the body from which the vehicle has. */
const [coloured, blueFrom, colouredShare] = [12, 18, 0.3];
/** Less colour than this in the whole background: the camera sees by infrared, or it is dark. */
const [leastSceneChroma, leastWhite] = [1.2, 70];
/**
 * Windows and tyres are dark on every car: the brightness that four in ten cells exceed, against white. Between two
 * bands nothing is said.
 */
const bodyShare = 0.6;
const bands: readonly (readonly [from: number, to: number, VehicleColour])[] = [
  [0, 0.35, 'black'],
  [0.46, 0.66, 'grey'],
  [0.75, 9, 'white'],
];
/** Angles of V over U in degrees. */
const hues: readonly (readonly [from: number, to: number, VehicleColour])[] = [
  [65, 135, 'red'],
  [150, 195, 'yellow'],
  [202, 270, 'green'],
  [282, 370, 'blue'],
];

/** What grey and white look like in this scene: from the learnt background. */
interface SceneLight {
  readonly white: number;
  readonly u: number;
  readonly v: number;
  readonly chroma: number;
}

/** Two-wheelers show their rider. */
const bodied: ReadonlySet<ObjectClass> = new Set(['car', 'van', 'bus', 'truck', 'threeWheeler']);

/** @returns the colour on which the looks agree, `unknown` when they do not; null for whoever is no vehicle. */
export function colourOf(
  className: ObjectClass,
  votes: ColourVotes | undefined,
): VehicleColour | 'unknown' | null {
  if (className === 'person') return null;
  if (!bodied.has(className)) return 'unknown';
  let [all, best, most] = [0, 'unknown' as VehicleColour | 'unknown', 0];
  for (const [colour, count] of votes ?? []) {
    all += count;
    if (count > most) [best, most] = [colour, count];
  }
  return all >= leastLooks && most >= agreedShare * all ? best : 'unknown';
}

/** Look at every vehicle that is seen in this picture. */
export function noteColours(
  memory: TrackMemory,
  canvas: Canvas,
  tracks: readonly Track[],
  nowMs: number,
): void {
  let light: SceneLight | null = null;
  for (const { trackId, className, box, lastSeenAtMs } of tracks) {
    const path = memory.get(trackId);
    if (path === undefined || !bodied.has(className) || lastSeenAtMs !== nowMs) continue;
    if (nowMs - path.colourLookedAtMs < everyMs) continue;
    path.colourLookedAtMs = nowMs;
    light ??= lightOf(canvas);
    const seen = lookAt(canvas, box, light);
    if (seen !== null) path.colours.set(seen, (path.colours.get(seen) ?? 0) + 1);
  }
}

function lightOf({ layers }: Canvas): SceneLight {
  const { luma, u, v } = layers.background;
  const counts = new Uint32Array(256);
  let [n, sumU, sumV] = [0, 0, 0];
  for (let cell = 0; cell < luma.length; cell += 7) {
    const value = luma[cell] ?? 0;
    // Bars and black sky have no colour.
    if (value < 24) continue;
    counts[Math.min(255, Math.floor(value))] = (counts[Math.min(255, Math.floor(value))] ?? 0) + 1;
    n++;
    sumU += u[cell] ?? 128;
    sumV += v[cell] ?? 128;
  }
  const all = Math.max(n, 1);
  const [meanU, meanV] = [sumU / all - 128, sumV / all - 128];
  let spread = 0;
  for (let cell = 0; cell < luma.length; cell += 7) {
    if ((luma[cell] ?? 0) < 24) continue;
    spread += Math.abs((u[cell] ?? 128) - 128) + Math.abs((v[cell] ?? 128) - 128);
  }
  let [white, left] = [255, 0.02 * n];
  for (; white > 0 && left > 0; white--) left -= counts[white] ?? 0;
  // Streets are grey on the whole; a green or a brick scene must not turn grey cars red.
  const limit = (value: number): number => Math.max(-10, Math.min(10, value));
  return { white: Math.max(white, 1), u: 128 + limit(meanU), v: 128 + limit(meanV), chroma: spread / all };
}

function lookAt(canvas: Canvas, box: BoxNorm, light: SceneLight): VehicleColour | 'unknown' | null {
  const { grid, layers, shift, widthPx, heightPx } = canvas;
  const { columns, rows, scale } = grid;
  const column = (share: number): number =>
    Math.floor(((box.xNorm + share * box.wNorm) * widthPx - shift.dx) / scale);
  const row = (share: number): number =>
    Math.floor(((box.yNorm + share * box.hNorm) * heightPx - shift.dy) / scale);
  const [left, right] = [Math.max(0, column(body.left)), Math.min(columns - 1, column(body.right))];
  const [top, bottom] = [Math.max(0, row(body.top)), Math.min(rows - 1, row(body.bottom))];
  const brightness: number[] = [];
  const votes = new Map<VehicleColour | 'unknown', number>();
  let withColour = 0;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const cell = y * columns + x;
      if (layers.shows[cell] === Shows.background) continue;
      const [du, dv] = [(grid.u[cell] ?? 128) - light.u, (grid.v[cell] ?? 128) - light.v];
      brightness.push((grid.luma[cell] ?? 0) / light.white);
      const chroma = Math.sqrt(du * du + dv * dv);
      if (chroma < (du > 0 && dv < 0 ? blueFrom : coloured)) continue;
      withColour++;
      const degrees = ((Math.atan2(dv, du) * 180) / Math.PI + 360) % 360;
      const hue = hues.find(
        ([from, to]) => (degrees >= from && degrees < to) || (degrees + 360 >= from && degrees + 360 < to),
      );
      const name = hue?.[2] ?? 'unknown';
      votes.set(name, (votes.get(name) ?? 0) + 1);
    }
  }
  // One that has parked for long is background, and of one as bright as the ground only the windows show.
  const all = (right - left + 1) * (bottom - top + 1);
  if (brightness.length < Math.max(leastCells, leastShown * all)) return null;
  if (light.chroma < leastSceneChroma || light.white < leastWhite) return 'unknown';
  if (withColour >= colouredShare * brightness.length) {
    const [name, count] = [...votes].toSorted((a, b) => b[1] - a[1])[0] ?? ['unknown', 0];
    return count > 0.6 * withColour ? name : 'unknown';
  }
  const bodyLight = Float64Array.from(brightness).toSorted()[Math.floor(bodyShare * brightness.length)] ?? 0;
  return bands.find(([from, to]) => bodyLight >= from && bodyLight < to)?.[2] ?? 'unknown';
}
