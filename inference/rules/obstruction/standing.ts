import type { BoxNorm, ObjectClass } from '../../../contracts/index.ts';
import { iou, type Track } from '../../track/index.ts';

/** A vehicle that stands somewhere. Times in captured ms. */
export interface Stand {
  readonly sinceMs: number;
  /** The scene began no earlier than this stand: how long it has really stood is not known. */
  readonly isFromStart: boolean;
  /** Where it came to stand. */
  readonly anchor: BoxNorm;
  box: BoxNorm;
  trackId: string;
  className: ObjectClass;
  confidence: number;
  seenAtMs: number;
  /** How long the detector has seen it there. */
  seenMs: number;
  /** Since when its own track is elsewhere; null: it is there. */
  awaySinceMs: number | null;
  /** When it left; null while it stands. */
  leftAtMs: number | null;
}

/** Slower than this many of its widths per second it stands. */
const standingWidthsPerS = 0.25;
/** The same place: boxes overlap this much, or lie within this many widths. */
const [sameIou, sameWidths] = [0.5, 0.25];
/** Away this long it has left; a single bad box does not move a vehicle. */
const leftAfterMs = 1_500;
/** Not seen at all: a stand of a moment is forgotten at once, a long one may be hidden by traffic. */
const forget = { shortStandMs: 10_000, afterMs: 4_000, longAfterMs: 25_000 };

/**
 * Follow which vehicles stand, through lost tracks and changes of track id.
 * @param tracks vehicles that count, seen in this picture or coasting.
 * @param aspect width by height of the picture.
 * @returns those that stand, and those that have just left.
 */
export function followStands(
  stands: readonly Stand[],
  tracks: readonly Track[],
  now: { readonly nowMs: number; readonly dtMs: number; readonly beganAtMs: number; readonly aspect: number },
): Stand[] {
  const { nowMs, dtMs, beganAtMs, aspect } = now;
  const next: Stand[] = [];
  const taken = new Set<Track>();
  for (const stand of stands) {
    if (stand.leftAtMs !== null) continue;
    const seen = tracks.filter((track) => track.state === 'tracked' && !taken.has(track));
    const here =
      seen.find((track) => track.trackId === stand.trackId && isSamePlace(stand, track.box, aspect)) ??
      seen.find((track) => isSamePlace(stand, track.box, aspect));
    if (here === undefined) {
      const isElsewhere = seen.some(({ trackId }) => trackId === stand.trackId);
      stand.awaySinceMs = isElsewhere ? (stand.awaySinceMs ?? nowMs) : stand.awaySinceMs;
    } else {
      taken.add(here);
      const { trackId, className, confidence, box } = here;
      Object.assign(stand, { trackId, className, confidence, box, seenAtMs: nowMs, awaySinceMs: null });
      stand.seenMs += dtMs;
    }
    next.push(stand);
    const stoodMs = stand.seenAtMs - stand.sinceMs;
    const patienceMs = stoodMs < forget.shortStandMs ? forget.afterMs : forget.longAfterMs;
    const hasMoved = stand.awaySinceMs !== null && nowMs - stand.awaySinceMs >= leftAfterMs;
    if (hasMoved || nowMs - stand.seenAtMs > patienceMs) stand.leftAtMs = stand.seenAtMs;
  }
  for (const track of tracks) {
    if (taken.has(track) || track.state !== 'tracked' || track.hits < 2) continue;
    const speed = Math.hypot(track.vxNorm, track.vyNorm / aspect) / Math.max(track.box.wNorm, 1e-4);
    if (speed > standingWidthsPerS) continue;
    const { trackId, className, confidence, box } = track;
    next.push({
      sinceMs: nowMs,
      isFromStart: nowMs - beganAtMs < 3_000,
      anchor: box,
      box,
      trackId,
      className,
      confidence,
      seenAtMs: nowMs,
      seenMs: 0,
      awaySinceMs: null,
      leftAtMs: null,
    });
  }
  return next;
}

function isSamePlace({ anchor, box: last }: Stand, box: BoxNorm, aspect: number): boolean {
  if (iou(anchor, box) >= sameIou || iou(last, box) >= 0.8) return distanceWidths(anchor, box, aspect) < 1;
  return distanceWidths(anchor, box, aspect) <= sameWidths;
}

/** Between the middles of two boxes, in widths of the wider one. */
function distanceWidths(one: BoxNorm, other: BoxNorm, aspect: number): number {
  const dx = one.xNorm + one.wNorm / 2 - other.xNorm - other.wNorm / 2;
  const dy = (one.yNorm + one.hNorm / 2 - other.yNorm - other.hNorm / 2) / aspect;
  return Math.hypot(dx, dy) / Math.max(one.wNorm, other.wNorm, 1e-4);
}
