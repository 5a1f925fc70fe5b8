import { iouPx } from '../../score.ts';
import type { BoxPx } from '../../truth.ts';
import type { FrameTracker } from './frame-tracker.ts';
import { pairUp } from './pair-up.ts';
import { boxOfSort, predictSort, type SortState, startSort, updateSort } from './sort-filter.ts';

const maxAge = 1;
const minHits = 3;
const minOverlap = 0.3;

interface SortTrack {
  readonly id: number;
  state: SortState;
  hitStreak: number;
  sinceUpdate: number;
}

/**
 * SORT, the yardstick every tracker is held against: one frame further per call, boxes in px, time in frames.
 * @see Bewley et al. 2016, "Simple Online and Realtime Tracking", arXiv:1602.00763
 */
export function createSort(): FrameTracker {
  let tracks: SortTrack[] = [];
  let frameCount = 0;
  let nextId = 1;
  return (detections) => {
    frameCount += 1;
    for (const track of tracks) {
      track.state = predictSort(track.state);
      if (track.sinceUpdate > 0) track.hitStreak = 0;
      track.sinceUpdate += 1;
    }
    tracks = tracks.filter(({ state }) => boxOfSort(state).every(Number.isFinite));
    const boxes = tracks.map(({ state }) => boxOfSort(state));
    const overlap = (row: number, column: number): number =>
      iouPx(detections[row]?.box ?? nowhere, boxes[column] ?? nowhere);
    const { pairs, leftRows } = pairUp(detections.length, tracks.length, minOverlap, overlap);
    for (const [row, column] of pairs) {
      const [track, detection] = [tracks[column], detections[row]];
      if (track === undefined || detection === undefined) continue;
      track.state = updateSort(track.state, detection.box);
      track.hitStreak += 1;
      track.sinceUpdate = 0;
    }
    for (const row of leftRows) {
      const state = startSort(detections[row]?.box ?? nowhere);
      tracks.push({ id: nextId++, state, hitStreak: 0, sinceUpdate: 0 });
    }
    const reported = tracks.filter(
      ({ sinceUpdate, hitStreak }) => sinceUpdate < 1 && (hitStreak >= minHits || frameCount <= minHits),
    );
    const result = reported.map(({ id, state }) => ({ id, box: boxOfSort(state) }));
    tracks = tracks.filter(({ sinceUpdate }) => sinceUpdate <= maxAge);
    return result;
  };
}

const nowhere: BoxPx = [0, 0, 0, 0];
