import type { CameraFacts, HealthFact, PictureVerdict, RecordedSpan } from '../../contracts/index.ts';

/** Nothing has been looked at yet. */
export function noFacts(atMs: number): CameraFacts {
  const unknown: HealthFact = { holds: 'unknown', sinceMs: Math.round(atMs), cause: 'not looked at yet' };
  return {
    reachable: unknown,
    sessionOpen: unknown,
    framesAdvance: unknown,
    pictureUsable: unknown,
    recordingWritten: unknown,
  };
}

/** One fact as it is from `atMs` on; the same facts when that is nothing new. */
export function withFact(
  facts: CameraFacts,
  name: keyof CameraFacts,
  holds: HealthFact['holds'],
  atMs: number,
  cause = '',
): CameraFacts {
  const before = facts[name];
  if (before.holds === holds && before.cause === cause) return facts;
  // Another reason for the same is no new beginning.
  const sinceMs = before.holds === holds ? before.sinceMs : Math.round(atMs);
  return { ...facts, [name]: { holds, sinceMs, cause } };
}

/** What a failed attempt or a lost connection says of the device and its session. */
export function afterFailure(facts: CameraFacts, code: string, atMs: number): CameraFacts {
  const closed = withFact(facts, 'sessionOpen', 'no', atMs, code);
  switch (code) {
    case 'INGEST_RTSP_UNREACHABLE':
      return withFact(closed, 'reachable', 'no', atMs, code);
    case 'INGEST_RTSP_AUTH':
    case 'INGEST_RTSP_NOT_FOUND':
      return withFact(closed, 'reachable', 'yes', atMs);
    default:
      // The next attempt tells whether it still answers.
      return closed;
  }
}

/** No pictures since `sinceMs`: then nothing is known of them, and nothing is written. */
export function withoutFrames(facts: CameraFacts, sinceMs: number, cause: string): CameraFacts {
  const stopped = withFact(facts, 'framesAdvance', 'no', sinceMs, cause);
  return withFact(
    withFact(stopped, 'pictureUsable', 'unknown', sinceMs, 'no pictures'),
    'recordingWritten',
    'no',
    sinceMs,
    'no pictures',
  );
}

export function withPicture(
  facts: CameraFacts,
  { verdict, faults, checkedAtMs }: PictureVerdict,
): CameraFacts {
  switch (verdict) {
    case 'normal':
      return withFact(facts, 'pictureUsable', 'yes', checkedAtMs);
    case 'faulty': {
      const sinceMs = Math.min(...faults.map((fault) => fault.sinceMs));
      return withFact(facts, 'pictureUsable', 'no', sinceMs, faults.map(({ fault }) => fault).join(' '));
    }
    case 'unknown':
      return withFact(facts, 'pictureUsable', 'unknown', checkedAtMs, 'learning the scene');
  }
}

/** Two pieces this close are one stretch: no gap of a recording is shorter (rule R15). */
const joinMs = 2_000;

/** The newest stretch of recording with one piece more. */
export function growRecording(before: RecordedSpan | null, piece: RecordedSpan): RecordedSpan {
  const [fromMs, toMs] = [Math.round(piece.fromMs), Math.round(piece.toMs)];
  const isNext = before !== null && fromMs >= before.fromMs && fromMs - before.toMs <= joinMs;
  return isNext ? { fromMs: before.fromMs, toMs: Math.max(before.toMs, toMs) } : { fromMs, toMs };
}
