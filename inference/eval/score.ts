import type { BoxPx, ClipTruth, TruthEvent } from './truth.ts';

/** What the pipeline raised, one entry per event (not per revision). Seconds from the first frame. */
export interface RaisedEvent {
  readonly kind: string;
  readonly raisedAtS: number;
  readonly putDownAtS: number | null;
  readonly clearedAtS: number | null;
  /** Px of the video as the camera sent it. */
  readonly box: BoxPx;
  readonly actor: { readonly class: string; readonly box: BoxPx } | null;
}

/** A box is right from this overlap on. */
export const rightBoxIou = 0.3;

export interface FoundEvent {
  readonly truth: TruthEvent;
  readonly raised: RaisedEvent;
  readonly iou: number;
  readonly isRightBox: boolean;
  /** Null where the truth does not tell. */
  readonly isRightActor: boolean | null;
  /** Raised so long after the object had settled; null where the truth does not tell. */
  readonly delayS: number | null;
  /** Put-down against the truth, signed; null where either is unknown. */
  readonly putDownErrorS: number | null;
}

export interface ClipScore {
  readonly video: string;
  readonly videoS: number;
  readonly wallS: number;
  readonly found: readonly FoundEvent[];
  readonly missed: readonly TruthEvent[];
  /** Raised where nothing was left, and every second alert for the same object. */
  readonly false: readonly RaisedEvent[];
}

export interface ClipResult {
  readonly video: string;
  readonly videoS: number;
  readonly wallS: number;
  readonly raised: readonly RaisedEvent[];
}

export function iouPx(a: BoxPx, b: BoxPx): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a[2] * a[3] + b[2] * b[3] - shared);
}

const bestIou = (truth: TruthEvent, box: BoxPx): number =>
  truth.boxes.length === 0 ? 1 : Math.max(...truth.boxes.map((one) => iouPx(one, box)));

/** The same thing, though the box may be poor: it overlaps, or lies within the object's own size of it. */
function isSamePlace(truth: TruthEvent, box: BoxPx): boolean {
  if (truth.boxes.length === 0) return true;
  return truth.boxes.some((one) => {
    if (iouPx(one, box) > 0) return true;
    const apart = Math.hypot(
      one[0] + one[2] / 2 - box[0] - box[2] / 2,
      one[1] + one[3] / 2 - box[1] - box[3] / 2,
    );
    return apart <= Math.max(one[2], one[3]);
  });
}

/** Nothing can be raised before the object is there, and not for one that has long been taken away. */
function isSameTime(truth: TruthEvent, raised: RaisedEvent, toleranceS: number): boolean {
  const isLateEnough = raised.raisedAtS >= (truth.touchesGroundS ?? 0) - toleranceS;
  const putDownS = raised.putDownAtS ?? raised.raisedAtS;
  return isLateEnough && (truth.removedS === null || putDownS <= truth.removedS + toleranceS);
}

const vehicles = new Set(['car', 'van', 'bus', 'truck', 'threeWheeler', 'motorcycle', 'bicycle']);

function isSameClass(truth: string, actual: string): boolean {
  return truth === actual || (truth === 'vehicle' && vehicles.has(actual));
}

function isRightActor(truth: TruthEvent, raised: RaisedEvent): boolean | null {
  if (truth.actor === null) return null;
  if (raised.actor === null) return false;
  const { class: className, box } = truth.actor;
  if (className !== null && !isSameClass(className, raised.actor.class)) return false;
  return box === null || iouPx(box, raised.actor.box) >= rightBoxIou;
}

const minus = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a - b;

/**
 * Compare what was raised on one video with what happened there. Each true event takes the best alert at its place
 * and time; every other alert is false.
 */
export function scoreClip(result: ClipResult, truth: ClipTruth): ClipScore {
  const pairs = truth.events.flatMap((event) =>
    result.raised
      .filter(
        (raised) =>
          raised.kind === event.kind &&
          isSamePlace(event, raised.box) &&
          isSameTime(event, raised, truth.toleranceS),
      )
      .map((raised) => ({ event, raised, iou: bestIou(event, raised.box) })),
  );
  // The better box first; of equal ones the earlier alert.
  pairs.sort((a, b) => b.iou - a.iou || a.raised.raisedAtS - b.raised.raisedAtS);
  const takenEvents = new Set<TruthEvent>();
  const takenAlerts = new Set<RaisedEvent>();
  const found: FoundEvent[] = [];
  for (const { event, raised, iou } of pairs) {
    if (takenEvents.has(event) || takenAlerts.has(raised)) continue;
    takenEvents.add(event);
    takenAlerts.add(raised);
    found.push({
      truth: event,
      raised,
      iou,
      isRightBox: iou >= rightBoxIou,
      isRightActor: isRightActor(event, raised),
      delayS: minus(raised.raisedAtS, event.settledS),
      putDownErrorS: minus(raised.putDownAtS, event.touchesGroundS),
    });
  }
  return {
    video: result.video,
    videoS: result.videoS,
    wallS: result.wallS,
    found,
    missed: truth.events.filter((event) => !takenEvents.has(event)),
    false: result.raised.filter((raised) => !takenAlerts.has(raised)),
  };
}
