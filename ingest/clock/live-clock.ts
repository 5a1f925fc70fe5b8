/**
 * Maps the clock of a live stream (its presentation time stamps) to wall time.
 *
 * A picture never arrives before it was taken, only later: the smallest `arrival − pts` of the last minute is the offset
 * between the two clocks plus the shortest way through encoder and network. Jitter and stalls only make single values
 * larger, so they move nothing.
 */
export interface LiveClock {
  /** `capturedAtMs = ptsMs + offsetMs`. */
  readonly offsetMs: number;
  /** Smallest offset seen per slice of time, oldest first: at most `sliceCount + 1` of them. */
  readonly slices: readonly { readonly sinceMs: number; readonly offsetMs: number }[];
  readonly lastPtsMs: number;
  readonly lastArrivedAtMs: number;
  /** How often the stream's clock or ours was set; times before and after do not belong together. */
  readonly anchorCount: number;
}

export interface Arrival {
  /** Presentation time in ms of the stream's clock. */
  readonly ptsMs: number;
  /** Wall time at which the picture came. */
  readonly arrivedAtMs: number;
}

const sliceMs = 5_000;
const sliceCount = 12;
/** The camera's crystal may run slow against ours; the offset follows that no faster than this, in ms per ms. */
const maxRise = 0.002;
/** A clock that went ahead of its pictures by more than this was set, not jittered. */
const jumpMs = 5_000;
/** The shortest way got longer by this for a whole minute: that is no jitter either. */
const rebaseMs = 2_000;

const anchor = ({ ptsMs, arrivedAtMs }: Arrival, anchorCount: number): LiveClock => ({
  offsetMs: arrivedAtMs - ptsMs,
  slices: [{ sinceMs: arrivedAtMs, offsetMs: arrivedAtMs - ptsMs }],
  lastPtsMs: ptsMs,
  lastArrivedAtMs: arrivedAtMs,
  anchorCount,
});

/** Did somebody set the stream's clock between two pictures? */
function isJump(clock: LiveClock, { ptsMs, arrivedAtMs }: Arrival): boolean {
  const streamStepMs = ptsMs - clock.lastPtsMs;
  if (streamStepMs < 0) return true;
  return (
    streamStepMs - (arrivedAtMs - clock.lastArrivedAtMs) > jumpMs &&
    arrivedAtMs - ptsMs < clock.offsetMs - jumpMs
  );
}

/**
 * Take one picture into account.
 * @param clock null before the first picture of a session.
 */
export function stepLiveClock(clock: LiveClock | null, arrival: Arrival): LiveClock {
  if (clock === null) return anchor(arrival, 0);
  if (isJump(clock, arrival)) return anchor(arrival, clock.anchorCount + 1);
  const { ptsMs, arrivedAtMs } = arrival;
  const offsetMs = arrivedAtMs - ptsMs;
  const slices = addToSlices(clock.slices, arrivedAtMs, offsetMs);
  const smallestMs = Math.min(...slices.map((slice) => slice.offsetMs));
  if (smallestMs - clock.offsetMs > rebaseMs) return anchor(arrival, clock.anchorCount + 1);
  const passedMs = Math.max(0, arrivedAtMs - clock.lastArrivedAtMs);
  return {
    offsetMs: Math.min(smallestMs, clock.offsetMs + maxRise * passedMs),
    slices,
    lastPtsMs: ptsMs,
    lastArrivedAtMs: arrivedAtMs,
    anchorCount: clock.anchorCount,
  };
}

function addToSlices(slices: LiveClock['slices'], nowMs: number, offsetMs: number): LiveClock['slices'] {
  const kept = slices.filter(({ sinceMs }) => nowMs - sinceMs <= sliceMs * sliceCount);
  const newest = kept.at(-1);
  // Our own clock was set back: slices of the future say nothing.
  if (newest === undefined || nowMs < newest.sinceMs) return [{ sinceMs: nowMs, offsetMs }];
  if (nowMs - newest.sinceMs < sliceMs) {
    return [...kept.slice(0, -1), { sinceMs: newest.sinceMs, offsetMs: Math.min(newest.offsetMs, offsetMs) }];
  }
  return [...kept, { sinceMs: nowMs, offsetMs }];
}

/** Wall time of a moment of the stream, by what is known now. */
export const capturedAt = (clock: LiveClock, ptsMs: number): number => ptsMs + clock.offsetMs;
