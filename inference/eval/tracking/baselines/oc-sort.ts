import { iouPx } from '../../score.ts';
import type { BoxPx } from '../../truth.ts';
import type { ScoredBoxPx } from '../mot-text.ts';
import type { FrameTracker } from './frame-tracker.ts';
import { pairUp } from './pair-up.ts';
import { boxOfSort, predictSort, type SortState, startSort, updateSort } from './sort-filter.ts';

const minScore = 0.6;
const maxAge = 30;
const minHits = 3;
const minOverlap = 0.3;
const directionFrames = 3;
const directionWeight = 0.2;

interface OcTrack {
  readonly id: number;
  state: SortState;
  /** As it was predicted for the first frame that did not see it. */
  stateWhenLost: SortState | null;
  age: number;
  hitStreak: number;
  sinceUpdate: number;
  /** Boxes by age; the one it began with is not among them. */
  readonly seen: Map<number, BoxPx>;
  lastSeenAge: number;
  lastBox: BoxPx;
  direction: readonly [x: number, y: number];
}

const nowhere: BoxPx = [0, 0, 0, 0];

function directionOf(from: BoxPx, to: BoxPx): [number, number] {
  const dx = to[0] + to[2] / 2 - from[0] - from[2] / 2;
  const dy = to[1] + to[3] / 2 - from[1] - from[3] / 2;
  const length = Math.hypot(dx, dy) + 1e-6;
  return [dx / length, dy / length];
}

/** Where it was seen three frames ago, or two, or one; else where it was seen last. */
function earlierBox(track: OcTrack): BoxPx | null {
  if (track.seen.size === 0) return null;
  for (let back = directionFrames; back > 0; back--) {
    const box = track.seen.get(track.age - back);
    if (box !== undefined) return box;
  }
  return track.seen.get(track.lastSeenAge) ?? null;
}

/** Fill a gap with boxes on a straight line and run the filter over them again, so that its error does not pile up. */
function refill(track: OcTrack, box: BoxPx): void {
  if (track.stateWhenLost === null) return;
  const frames = track.age - track.lastSeenAge;
  let state = track.stateWhenLost;
  const centre = ([x, y, w, h]: BoxPx): [number, number] => [x + w / 2, y + h / 2];
  const [x1, y1] = centre(track.lastBox);
  const [x2, y2] = centre(box);
  for (let step = 1; step <= frames; step++) {
    const part = step / frames;
    const width = track.lastBox[2] + part * (box[2] - track.lastBox[2]);
    const height = track.lastBox[3] + part * (box[3] - track.lastBox[3]);
    const [x, y] = [x1 + part * (x2 - x1), y1 + part * (y2 - y1)];
    state = updateSort(state, [x - width / 2, y - height / 2, width, height]);
    if (step < frames) state = predictSort(state);
  }
  track.state = state;
  track.stateWhenLost = null;
}

function see(track: OcTrack, box: BoxPx): void {
  const earlier = earlierBox(track);
  if (earlier !== null) track.direction = directionOf(earlier, box);
  refill(track, box);
  track.state = updateSort(track.state, box);
  track.seen.set(track.age, box);
  track.lastSeenAge = track.age;
  track.lastBox = box;
  track.sinceUpdate = 0;
  track.hitStreak += 1;
}

/** How well the way to a detection goes on in the track's direction: ± half a weight. */
function directionBonus(track: OcTrack, detection: ScoredBoxPx): number {
  const earlier = earlierBox(track);
  if (earlier === null) return 0;
  const [x, y] = directionOf(earlier, detection.box);
  const cosine = Math.min(Math.max(x * track.direction[0] + y * track.direction[1], -1), 1);
  return directionWeight * (0.5 - Math.acos(cosine) / Math.PI) * detection.confidence;
}

/**
 * OC-SORT with its published settings: one frame further per call, boxes in px, time in frames.
 * @see Cao et al. 2023, "Observation-Centric SORT", arXiv:2203.14360
 */
export function createOcSort(): FrameTracker {
  let tracks: OcTrack[] = [];
  let frameCount = 0;
  let nextId = 1;
  return (all) => {
    frameCount += 1;
    const detections = all.filter(({ confidence }) => confidence > minScore);
    for (const track of tracks) {
      track.state = predictSort(track.state);
      track.age += 1;
      if (track.sinceUpdate > 0) track.hitStreak = 0;
      track.sinceUpdate += 1;
    }
    tracks = tracks.filter(({ state }) => boxOfSort(state).every(Number.isFinite));
    const boxes = tracks.map(({ state }) => boxOfSort(state));
    const first = pairUp(
      detections.length,
      tracks.length,
      minOverlap,
      (row, column) => iouPx(detections[row]?.box ?? nowhere, boxes[column] ?? nowhere),
      (row, column) => {
        const [track, detection] = [tracks[column], detections[row]];
        return track === undefined || detection === undefined ? 0 : directionBonus(track, detection);
      },
    );
    const take = (row: number, column: number): void => {
      const [track, detection] = [tracks[column], detections[row]];
      if (track !== undefined && detection !== undefined) see(track, detection.box);
    };
    for (const [row, column] of first.pairs) take(row, column);
    // Once more by where they were really seen last.
    const { leftRows, leftColumns } = first;
    const second = pairUp(leftRows.length, leftColumns.length, minOverlap, (row, column) => {
      const track = tracks[leftColumns[column] ?? 0];
      if (track === undefined || track.seen.size === 0) return 0;
      return iouPx(detections[leftRows[row] ?? 0]?.box ?? nowhere, track.lastBox);
    });
    for (const [row, column] of second.pairs) take(leftRows[row] ?? 0, leftColumns[column] ?? 0);
    for (const track of tracks) if (track.sinceUpdate > 0) track.stateWhenLost ??= track.state;
    for (const row of second.leftRows) {
      const box = detections[leftRows[row] ?? 0]?.box ?? nowhere;
      tracks.push({
        id: nextId++,
        state: startSort(box),
        stateWhenLost: null,
        age: 0,
        hitStreak: 0,
        sinceUpdate: 0,
        seen: new Map(),
        lastSeenAge: 0,
        lastBox: box,
        direction: [0, 0],
      });
    }
    const result = tracks
      .filter(
        ({ sinceUpdate, hitStreak }) => sinceUpdate < 1 && (hitStreak >= minHits || frameCount <= minHits),
      )
      .map((track) => ({
        id: track.id,
        box: track.seen.size === 0 ? boxOfSort(track.state) : track.lastBox,
      }));
    tracks = tracks.filter(({ sinceUpdate }) => sinceUpdate <= maxAge);
    return result;
  };
}
