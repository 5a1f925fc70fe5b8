import type { Camera, CameraState } from '../../contracts/index.ts';
import { type District, type ImageCheck, inServiceStates, statesOf } from './district.ts';
import { dutySpans } from './duty.ts';
import {
  type CameraExclusion,
  type ExclusionRequest,
  grantExclusions,
  judgeExclusions,
} from './exclusions.ts';
import { type Span, type StateInterval, stateAt } from './intervals.ts';
import { intersectSpans, inTimeOrder, joinSpans, type Spans, subtractSpans } from './spans.ts';

/** When one camera was what, over the window of the district. */
export interface CameraTime {
  readonly states: readonly StateInterval[];
  /** At the instant of the figures. */
  readonly stateNow: CameraState;
  /** In service and on duty (rule R7). */
  readonly requiredRaw: Spans;
  /** What is left after exclusions and logged outages of the prober (rule R12). */
  readonly required: Spans;
  readonly approved: Spans;
  readonly prober: Spans;
  readonly exclusion: CameraExclusion;
  readonly online: Spans;
  readonly unknown: Spans;
  readonly recorded: Spans;
  /** Online, picture normal and recorded (rule R14), without duty and exclusions. */
  readonly good: Spans;
  /** Nobody knows the state, or the picture of an online camera. */
  readonly unknownGood: Spans;
  /** Online, and not online, only because a person wrote so afterwards. */
  readonly onlineByHand: Spans;
  readonly notOnlineByHand: Spans;
  /** Checks of the picture that count: those made while the camera was online (rule R13). */
  readonly imageChecks: readonly ImageCheck[];
}

/** A check of the picture holds this long at most (rule R13). */
export const imageValidMs = 26 * 3_600_000;
const maxRecordingGapMs = 2_000;

const spansIn = (intervals: readonly StateInterval[], matches: (state: CameraState) => boolean): Span[] =>
  joinSpans(intervals.filter(({ state }) => matches(state)));

/** Checks that count and the time each holds: until the next one of either pass, at most 26 hours. */
function imagesOf(checks: readonly ImageCheck[], states: readonly StateInterval[], windowFromMs: number) {
  // One from before the window is given only if it counted then.
  const counted = inTimeOrder(
    checks.filter(
      ({ checkedAtMs }) => checkedAtMs < windowFromMs || stateAt(states, checkedAtMs) === 'online',
    ),
    ({ checkedAtMs }) => checkedAtMs,
  );
  const heldWhere = (does: (result: string) => boolean): Span[] => {
    const held: Span[] = [];
    for (const [index, { checkedAtMs: fromMs, result }] of counted.entries()) {
      if (!does(result)) continue;
      const toMs = Math.min(fromMs + imageValidMs, counted[index + 1]?.checkedAtMs ?? Infinity);
      const last = held.at(-1);
      if (last?.toMs === fromMs) held[held.length - 1] = { fromMs: last.fromMs, toMs };
      else if (toMs > fromMs) held.push({ fromMs, toMs });
    }
    return held;
  };
  return {
    counted,
    normal: heldWhere((result) => result === 'normal'),
    known: heldWhere((result) => result !== 'unknown'),
  };
}

const nothingByHand = { onlineByHand: [], notOnlineByHand: [] } as const;

/** What rows of a person changed: each is shown, because the last row written wins (the past can be typed over). */
function changedByHand(
  district: District,
  camera: Camera,
  states: readonly StateInterval[],
): Pick<CameraTime, 'onlineByHand' | 'notOnlineByHand'> {
  const without = district.statesWithoutManual?.get(camera.cameraId);
  if (without === undefined) return nothingByHand;
  const isOnline = (state: CameraState): boolean => state === 'online';
  const online = spansIn(states, isOnline);
  const before = spansIn(without, isOnline);
  return { onlineByHand: subtractSpans(online, before), notOnlineByHand: subtractSpans(before, online) };
}

const noExclusion: CameraExclusion = { records: [], granted: [], capCuts: [] };

function timeOf(
  district: District,
  camera: Camera,
  duty: Spans,
  accepted: readonly ExclusionRequest[],
  outages: Spans,
): CameraTime {
  const { window } = district;
  const states = statesOf(district, camera);
  const online = spansIn(states, (state) => state === 'online');
  const unknown = spansIn(states, (state) => state === 'unknown');
  const requiredRaw = intersectSpans(
    spansIn(states, (state) => inServiceStates.has(state)),
    duty,
  );
  const exclusion = accepted.length === 0 ? noExclusion : grantExclusions(camera.cameraId, accepted);
  const approved = intersectSpans(requiredRaw, exclusion.granted);
  const judged = subtractSpans(requiredRaw, approved);
  const prober = intersectSpans(intersectSpans(judged, unknown), outages);
  const recorded = intersectSpans(
    joinSpans(district.recordings?.get(camera.cameraId) ?? [], maxRecordingGapMs),
    [window],
  );
  const images = imagesOf(district.imageChecks?.get(camera.cameraId) ?? [], states, window.fromMs);
  const byHand = changedByHand(district, camera, states);
  return {
    states,
    stateNow: stateAt(states, district.instantMs),
    requiredRaw,
    required: subtractSpans(judged, prober),
    approved,
    prober,
    exclusion,
    online,
    unknown,
    recorded,
    good: intersectSpans(intersectSpans(online, images.normal), recorded),
    unknownGood: joinSpans([...unknown, ...subtractSpans(online, images.known)]),
    ...byHand,
    imageChecks: images.counted,
  };
}

// A district is never changed, so what follows from it is worked out once for all its scopes.
const known = new WeakMap<District, ReadonlyMap<string, CameraTime>>();

/** The time of every camera of a district, by camera code. */
export function cameraTimes(district: District): ReadonlyMap<string, CameraTime> {
  const done = known.get(district);
  if (done !== undefined) return done;
  const installed = new Map(district.cameras.map(({ cameraId, installedAtMs }) => [cameraId, installedAtMs]));
  const requests = district.exclusions ?? [];
  const verdicts = judgeExclusions(requests, installed);
  const accepted = Map.groupBy(
    requests.filter((_request, index) => verdicts[index] === 'accepted'),
    ({ cameraId }) => cameraId,
  );
  const outages = Map.groupBy(district.proberOutages ?? [], ({ areaCode }) => areaCode);
  const dutyOf = new Map<string, Spans>();
  const times = new Map<string, CameraTime>();
  for (const camera of district.cameras) {
    const duty = dutyOf.get(camera.dutyHours) ?? dutySpans(camera.dutyHours, district.window);
    dutyOf.set(camera.dutyHours, duty);
    const down = joinSpans(outages.get(camera.areaCode) ?? []);
    times.set(camera.cameraId, timeOf(district, camera, duty, accepted.get(camera.cameraId) ?? [], down));
  }
  known.set(district, times);
  return times;
}

/** State of a camera at the instant of the figures. */
export const stateNow = (district: District, camera: Camera): CameraState =>
  cameraTimes(district).get(camera.cameraId)?.stateNow ?? 'unknown';

/** Whether a camera is in service at the instant; offline and unknown cameras are (rule R6). */
export const isInService = (district: District, camera: Camera): boolean =>
  inServiceStates.has(stateNow(district, camera));

/** Verdict of every exclusion that was asked for, in order, and where caps were used up. */
export function exclusionOutcome(district: District) {
  const installed = new Map(district.cameras.map(({ cameraId, installedAtMs }) => [cameraId, installedAtMs]));
  const requests = district.exclusions ?? [];
  const verdicts = judgeExclusions(requests, installed);
  return {
    verdicts: requests.map(({ exclusionId, cameraId }, index) => ({
      exclusionId,
      cameraId,
      verdict: verdicts[index] ?? 'unknownReason',
    })),
    capCuts: [...cameraTimes(district).values()].flatMap(({ exclusion }) => exclusion.capCuts),
  };
}
