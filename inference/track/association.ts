import type { BoxNorm } from '../../contracts/index.ts';
import { pairMost } from './assignment.ts';
import type { Motion } from './motion-filter.ts';
import { parameters } from './parameters.ts';

/** What the association must know of a track. */
export interface Candidate {
  /** Classes of the same group may be the same object. */
  readonly group: string;
  readonly motion: Motion;
  /** Where it was really seen last. */
  readonly seenBox: BoxNorm;
  readonly hits: number;
  /** How long the detector looked without seeing it. */
  readonly missedMs: number;
}

/** What it must know of a detection. */
export interface Sighting extends BoxNorm {
  readonly group: string;
  readonly confidence: number;
}

/** `expected`: where the filter has it; `last`: where it was seen last, grown some more. */
export type Place = 'expected' | 'last';

const touchesBorder = ({ xNorm, yNorm, wNorm, hNorm }: BoxNorm): boolean =>
  xNorm < 0.01 || yNorm < 0.01 || xNorm + wNorm > 0.99 || yNorm + hNorm > 0.99;

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** IoU of a box, given by centre and size, and a sighting, both grown by shares of their own sides. */
function grownOverlap(
  ax: number,
  ay: number,
  aw: number,
  ah: number,
  sighting: Sighting,
  growX: number,
  growY: number,
): number {
  const [halfA, halfB] = [aw * (0.5 + growX), sighting.wNorm * (0.5 + growX)];
  const bx = sighting.xNorm + sighting.wNorm / 2;
  const width = Math.min(ax + halfA, bx + halfB) - Math.max(ax - halfA, bx - halfB);
  if (width <= 0) return 0;
  const [tallA, tallB] = [ah * (0.5 + growY), sighting.hNorm * (0.5 + growY)];
  const by = sighting.yNorm + sighting.hNorm / 2;
  const height = Math.min(ay + tallA, by + tallB) - Math.max(ay - tallA, by - tallB);
  if (height <= 0) return 0;
  const shared = width * height;
  return shared / (4 * (halfA * tallA + halfB * tallB) - shared);
}

/** How far beyond its box a track is looked for along one axis, as a share of the side. */
const growthOf = (variance: number, side: number): number =>
  clamp(
    (parameters.growthPerDeviation * Math.sqrt(variance)) / side,
    parameters.minGrowth,
    parameters.maxGrowth,
  );

/** What is a third of the size is a bag beside the person, not the person; at the border boxes are cut. */
function isSameSize({ motion: { w, h }, hits, missedMs }: Candidate, sighting: Sighting): boolean {
  const { maxSizeRatio, maxSizeRatioUnsure, maxSizeRatioLost, lostMs } = parameters;
  const isUnsure = hits < 3 || touchesBorder(sighting);
  const most = missedMs > lostMs ? maxSizeRatioLost : isUnsure ? maxSizeRatioUnsure : maxSizeRatio;
  const ratio = (sighting.wNorm * sighting.hNorm) / (w.length * h.length);
  return ratio <= most && ratio >= 1 / most;
}

/** How well a sighting suits a track; 0: not at all. */
function gainOf(track: Candidate, sighting: Sighting, place: Place): number {
  if (track.group !== sighting.group) return 0;
  const { x, y, w, h } = track.motion;
  const [growX, growY] = [growthOf(x.pp, w.length), growthOf(y.pp, h.length)];
  const { seenBox: seen } = track;
  const more = parameters.secondGrowth;
  const overlap =
    place === 'expected'
      ? grownOverlap(x.position, y.position, w.length, h.length, sighting, growX, growY)
      : grownOverlap(
          seen.xNorm + seen.wNorm / 2,
          seen.yNorm + seen.hNorm / 2,
          seen.wNorm,
          seen.hNorm,
          sighting,
          growX + more,
          growY + more,
        );
  const missedS = Math.min(track.missedMs / 1_000, 1);
  const above = overlap - parameters.minOverlap - missedS * parameters.strictnessPerS;
  if (above <= 0 || !isSameSize(track, sighting)) return 0;
  return above + parameters.confidenceWeight * sighting.confidence;
}

/**
 * Pair tracks and sightings off so that they suit each other best on the whole.
 * @param onPair called for each pair.
 * @returns what stays over, in order.
 */
export function associate<Track extends Candidate, Found extends Sighting>(
  tracks: readonly Track[],
  found: readonly Found[],
  place: Place,
  onPair: (track: Track, sighting: Found) => void,
): { readonly tracks: readonly Track[]; readonly found: readonly Found[] } {
  if (tracks.length === 0 || found.length === 0) return { tracks, found };
  const gain = new Float64Array(tracks.length * found.length);
  let at = 0;
  for (const track of tracks) for (const sighting of found) gain[at++] = gainOf(track, sighting, place);
  const columnOf = pairMost(gain, tracks.length, found.length);
  const isTaken = new Uint8Array(found.length);
  const left = tracks.filter((track, row) => {
    const column = columnOf[row] ?? -1;
    const sighting = found[column];
    if (sighting === undefined) return true;
    isTaken[column] = 1;
    onPair(track, sighting);
    return false;
  });
  return { tracks: left, found: found.filter((_, column) => isTaken[column] === 0) };
}
