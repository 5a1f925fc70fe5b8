import type { BoxPx } from '../../truth.ts';
import { assignMost } from '../assign-most.ts';
import type { ScoredBoxPx } from '../mot-text.ts';
import { type Axis, predictAxis, updateAxis } from './axis-filter.ts';
import type { FrameTracker } from './frame-tracker.ts';

const sureScore = 0.6;
const weakScore = 0.1;
const newScore = 0.7;
const maxLostFrames = 30;
const [firstCost, secondCost, newCost, doubleCost] = [0.8, 0.5, 0.7, 0.15];
const positionShare = 1 / 20;
const velocityShare = 1 / 160;

/** Centre, width by height, and height; each with a velocity. */
interface ByteState {
  readonly x: Axis;
  readonly y: Axis;
  readonly ratio: Axis;
  readonly height: Axis;
}

interface ByteTrack {
  readonly id: number;
  state: ByteState;
  kind: 'new' | 'tracked' | 'lost';
  readonly startFrame: number;
  lastFrame: number;
}

const measure = ([left, top, width, height]: BoxPx): [number, number, number, number] => [
  left + width / 2,
  top + height / 2,
  width / height,
  height,
];

function startState(box: BoxPx): ByteState {
  const [x, y, ratio, height] = measure(box);
  const start = (position: number): Axis => ({
    position,
    velocity: 0,
    pp: (2 * positionShare * height) ** 2,
    pv: 0,
    vv: (10 * velocityShare * height) ** 2,
  });
  const ratioAxis = { position: ratio, velocity: 0, pp: 1e-4, pv: 0, vv: 1e-10 };
  return { x: start(x), y: start(y), ratio: ratioAxis, height: start(height) };
}

function predictState({ x, y, ratio, height }: ByteState): ByteState {
  const position = (positionShare * height.position) ** 2;
  const velocity = (velocityShare * height.position) ** 2;
  return {
    x: predictAxis(x, position, velocity),
    y: predictAxis(y, position, velocity),
    ratio: predictAxis(ratio, 1e-4, 1e-10),
    height: predictAxis(height, position, velocity),
  };
}

function updateState(state: ByteState, box: BoxPx): ByteState {
  const [x, y, ratio, height] = measure(box);
  const noise = (positionShare * state.height.position) ** 2;
  return {
    x: updateAxis(state.x, x, noise),
    y: updateAxis(state.y, y, noise),
    ratio: updateAxis(state.ratio, ratio, 1e-2),
    height: updateAxis(state.height, height, noise),
  };
}

function boxOf({ x, y, ratio, height }: ByteState): BoxPx {
  const width = ratio.position * height.position;
  return [x.position - width / 2, y.position - height.position / 2, width, height.position];
}

/** IoU of boxes whose last pixel belongs to them, as the original counts it. */
function overlapOf(a: BoxPx, b: BoxPx): number {
  const across = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]) + 1;
  const down = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]) + 1;
  if (across <= 0 || down <= 0) return 0;
  const shared = across * down;
  return shared / ((a[2] + 1) * (a[3] + 1) + (b[2] + 1) * (b[3] + 1) - shared);
}

interface Matched {
  readonly pairs: readonly (readonly [ByteTrack, ScoredBoxPx])[];
  readonly tracks: readonly ByteTrack[];
  readonly detections: readonly ScoredBoxPx[];
}

/** Pairs whose cost stays below the limit, so that the sum of what they stay below it is largest. */
function match(
  tracks: readonly ByteTrack[],
  detections: readonly ScoredBoxPx[],
  maxCost: number,
  isScoreFused: boolean,
): Matched {
  const columns = detections.length;
  const gain = new Float64Array(tracks.length * columns);
  for (const [row, track] of tracks.entries()) {
    const box = boxOf(track.state);
    for (const [column, detection] of detections.entries()) {
      const likeness = overlapOf(box, detection.box) * (isScoreFused ? detection.confidence : 1);
      gain[row * columns + column] = Math.max(likeness - (1 - maxCost), 0);
    }
  }
  const indices = assignMost(gain, tracks.length, columns);
  const usedRows = new Set(indices.map(([row]) => row));
  const usedColumns = new Set(indices.map(([, column]) => column));
  return {
    pairs: indices.flatMap(([row, column]): [ByteTrack, ScoredBoxPx][] => {
      const [track, detection] = [tracks[row], detections[column]];
      return track === undefined || detection === undefined ? [] : [[track, detection]];
    }),
    tracks: tracks.filter((_, row) => !usedRows.has(row)),
    detections: detections.filter((_, column) => !usedColumns.has(column)),
  };
}

/** Of a tracked and a lost one at the same place only the one that is followed longer stays. */
function withoutDoubles(tracks: readonly ByteTrack[]): ByteTrack[] {
  const gone = new Set<ByteTrack>();
  for (const here of tracks.filter(({ kind }) => kind !== 'lost')) {
    for (const lost of tracks.filter(({ kind }) => kind === 'lost')) {
      if (1 - overlapOf(boxOf(here.state), boxOf(lost.state)) >= doubleCost) continue;
      const isLonger = here.lastFrame - here.startFrame > lost.lastFrame - lost.startFrame;
      gone.add(isLonger ? lost : here);
    }
  }
  return tracks.filter((track) => !gone.has(track));
}

/**
 * ByteTrack with its published settings: one frame further per call, boxes in px, time in frames.
 * @see Zhang et al. 2022, "ByteTrack", arXiv:2110.06864
 */
export function createByteTrack(): FrameTracker {
  let tracks: ByteTrack[] = [];
  let frame = 0;
  let nextId = 1;
  return (all) => {
    frame += 1;
    const sure = all.filter(({ confidence }) => confidence > sureScore);
    const weak = all.filter(({ confidence }) => confidence > weakScore && confidence < sureScore);
    const known = tracks.filter(({ kind }) => kind !== 'new');
    for (const track of known) {
      const { state } = track;
      const isLost = track.kind === 'lost';
      track.state = predictState(isLost ? { ...state, height: { ...state.height, velocity: 0 } } : state);
    }
    const see = ([track, { box }]: readonly [ByteTrack, ScoredBoxPx]): void => {
      track.state = updateState(track.state, box);
      track.kind = 'tracked';
      track.lastFrame = frame;
    };
    const first = match(known, sure, firstCost, true);
    first.pairs.forEach(see);
    const second = match(
      first.tracks.filter(({ kind }) => kind === 'tracked'),
      weak,
      secondCost,
      false,
    );
    second.pairs.forEach(see);
    for (const track of second.tracks) track.kind = 'lost';
    const fresh = match(
      tracks.filter(({ kind }) => kind === 'new'),
      first.detections,
      newCost,
      true,
    );
    fresh.pairs.forEach(see);
    const flickers = new Set(fresh.tracks);
    tracks = tracks.filter(
      (track) => !flickers.has(track) && (track.kind !== 'lost' || frame - track.lastFrame <= maxLostFrames),
    );
    for (const { confidence, box } of fresh.detections) {
      if (confidence < newScore) continue;
      const kind = frame === 1 ? 'tracked' : 'new';
      tracks.push({ id: nextId++, state: startState(box), kind, startFrame: frame, lastFrame: frame });
    }
    tracks = withoutDoubles(tracks);
    return tracks
      .filter(({ kind }) => kind === 'tracked')
      .map(({ id, state }) => ({ id, box: boxOf(state) }));
  };
}
