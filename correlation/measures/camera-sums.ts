import type { Camera, CameraState } from '../../contracts/index.ts';
import { cameraTimes, stateNow } from './camera-time.ts';
import type { District } from './district.ts';
import type { Span } from './intervals.ts';
import { intersectSpans, secondsWithin, type Spans } from './spans.ts';

/** Seconds of one camera: with `Raw` before exclusions, otherwise within what is left of the required time. */
export interface CameraSums {
  readonly reqRaw: number;
  readonly req: number;
  readonly onRaw: number;
  readonly on: number;
  readonly unkRaw: number;
  readonly unk: number;
  readonly goodRaw: number;
  readonly good: number;
  /** Unknown for the serviceable rate: no state, or online without a known picture. */
  readonly unk8Raw: number;
  readonly unk8: number;
  readonly recRaw: number;
  readonly rec: number;
  readonly exclApproved: number;
  readonly exclProber: number;
  readonly stateAtInstant: CameraState;
}

/** What the figures over a time add up, for one camera: so that each can be opened down to it. */
export function cameraSums(
  district: District,
  camera: Camera,
  span: Span = district.window,
): CameraSums | null {
  const time = cameraTimes(district).get(camera.cameraId);
  if (time === undefined) return null;
  const within = (spans: Spans, bound: Spans): number => secondsWithin(intersectSpans(spans, bound), span);
  const raw = time.requiredRaw;
  const { required } = time;
  return {
    reqRaw: secondsWithin(raw, span),
    req: secondsWithin(required, span),
    onRaw: within(time.online, raw),
    on: within(time.online, required),
    unkRaw: within(time.unknown, raw),
    unk: within(time.unknown, required),
    goodRaw: within(time.good, raw),
    good: within(time.good, required),
    unk8Raw: within(time.unknownGood, raw),
    unk8: within(time.unknownGood, required),
    recRaw: within(time.recorded, raw),
    rec: within(time.recorded, required),
    exclApproved: secondsWithin(time.approved, span),
    exclProber: secondsWithin(time.prober, span),
    stateAtInstant: stateNow(district, camera),
  };
}
