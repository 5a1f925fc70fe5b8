import type { Camera, Figure, FigureExclusion, FigureRow } from '../../contracts/index.ts';
import { type CameraTime, cameraTimes } from './camera-time.ts';
import type { District } from './district.ts';
import { figureOf, ratio, rowOf } from './figure.ts';
import type { Span } from './intervals.ts';
import { camerasIn, type Scope, spanOf } from './scope.ts';
import { intersectSpans, secondsWithin, type Spans } from './spans.ts';

interface Required {
  readonly camera: Camera;
  readonly time: CameraTime;
  readonly requiredS: number;
}

interface Asked {
  readonly required: readonly Required[];
  readonly span: Span;
  readonly excluded: FigureExclusion;
  readonly rawRequiredS: number;
}

/** Cameras of a scope from which anything was required in its time, and what was excluded of it. */
function askedOf(district: District, scope: Scope): Asked {
  const span = spanOf(scope, district);
  const times = cameraTimes(district);
  const required: Required[] = [];
  let rawRequiredS = 0;
  let approvedSeconds = 0;
  let proberSeconds = 0;
  let cameras = 0;
  let records = 0;
  for (const camera of camerasIn(district, scope)) {
    const time = times.get(camera.cameraId);
    if (time === undefined) continue;
    const rawS = secondsWithin(time.requiredRaw, span);
    if (rawS === 0) continue;
    rawRequiredS += rawS;
    required.push({ camera, time, requiredS: secondsWithin(time.required, span) });
    const approvedS = secondsWithin(time.approved, span);
    const proberS = secondsWithin(time.prober, span);
    approvedSeconds += approvedS;
    proberSeconds += proberS;
    if (approvedS + proberS > 0) cameras++;
    records += time.exclusion.records.filter(
      ({ granted }) => secondsWithin(intersectSpans(time.requiredRaw, granted), span) > 0,
    ).length;
  }
  const cameraSeconds = approvedSeconds + proberSeconds;
  const excluded = { records, cameras, cameraSeconds, approvedSeconds, proberSeconds };
  return { required, span, excluded, rawRequiredS };
}

/** Share of the required seconds in which a camera did something (rules R8 and R12): pooled over all cameras. */
function timeFigure(
  district: District,
  scope: Scope,
  given: {
    readonly metric: string;
    readonly did: (time: CameraTime) => Spans;
    /** When nobody knows whether it did. */
    readonly unknown: (time: CameraTime) => Spans;
    readonly word: string;
    readonly target: number | null;
    readonly variants?: (asked: Asked, rows: readonly FigureRow[]) => Readonly<Record<string, number | null>>;
  },
): Figure {
  const asked = askedOf(district, scope);
  const { required, span, excluded, rawRequiredS } = asked;
  let rawDidS = 0;
  let unmeasured = 0;
  const rows = required.flatMap(({ camera, time, requiredS }) => {
    const did = given.did(time);
    rawDidS += secondsWithin(intersectSpans(did, time.requiredRaw), span);
    if (requiredS === 0) return [];
    const didS = secondsWithin(intersectSpans(did, time.required), span);
    const unknownS = secondsWithin(intersectSpans(given.unknown(time), time.required), span);
    unmeasured += unknownS;
    const because = `${given.word} ${didS} s of ${requiredS} s required, ${unknownS} s unknown`;
    return [rowOf(camera, didS, requiredS, because)];
  });
  return figureOf({
    metric: given.metric,
    unit: 'seconds',
    rows,
    unmeasured,
    target: given.target,
    rawShare: { numerator: rawDidS, denominator: rawRequiredS },
    excluded,
    ...(given.variants === undefined ? {} : { variants: given.variants(asked, rows) }),
  });
}

/**
 * What rows of a person did to the online rate: the seconds they changed, and the rate as if those seconds were what
 * they were before. Beside it the mean of the cameras' own rates, which deployed software shows as the online rate.
 */
function otherOnlineRates({ required, span }: Asked, rows: readonly FigureRow[]) {
  let [gainedS, lostS] = [0, 0];
  for (const { time } of required) {
    if (time.onlineByHand.length + time.notOnlineByHand.length === 0) continue;
    gainedS += secondsWithin(intersectSpans(time.onlineByHand, time.required), span);
    lostS += secondsWithin(intersectSpans(time.notOnlineByHand, time.required), span);
  }
  const sum = (of: (row: FigureRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const denominator = sum((row) => row.denominator);
  return {
    manualSeconds: gainedS + lostS,
    withoutManual: ratio(sum((row) => row.numerator) - gainedS + lostS, denominator),
    cameraMean: ratio(
      sum((row) => row.numerator / row.denominator),
      rows.length,
    ),
  };
}

/** M7, online rate over the time: pooled seconds, unknown ones in the denominator. */
export const onlineRate = (district: District, scope: Scope): Figure =>
  timeFigure(district, scope, {
    metric: 'M7',
    did: ({ online }) => online,
    unknown: ({ unknown }) => unknown,
    word: 'online',
    target: null,
    variants: otherOnlineRates,
  });

/** Class 1 has to be serviceable 98 % of the time, class 2 95 %; a mixture has no official target (rule R14). */
const serviceableTargets: Readonly<Record<string, number>> = { 1: 0.98, 2: 0.95 };

/** M8, serviceable rate (完好率): online, picture normal and recorded, all at once. */
export const serviceableRate = (district: District, scope: Scope): Figure =>
  timeFigure(district, scope, {
    metric: 'M8',
    did: ({ good }) => good,
    unknown: ({ unknownGood }) => unknownGood,
    word: 'serviceable',
    target: scope.kind === 'pointClass' ? (serviceableTargets[scope.code] ?? null) : null,
  });

/** M10, completeness of recordings; what is recorded is known, whatever the state was (rule R15). */
export const recordingRate = (district: District, scope: Scope): Figure =>
  timeFigure(district, scope, {
    metric: 'M10',
    did: ({ recorded }) => recorded,
    unknown: () => [],
    word: 'recorded',
    target: null,
  });

/** Cameras from which anything was required in the time of a scope: what samples are counted against. */
export function requiredCameras(district: District, scope: Scope): Camera[] {
  const span = spanOf(scope, district);
  const times = cameraTimes(district);
  return camerasIn(district, scope).filter(
    ({ cameraId }) => secondsWithin(times.get(cameraId)?.requiredRaw ?? [], span) > 0,
  );
}
