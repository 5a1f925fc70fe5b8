import {
  type CameraHealthView,
  recordingSegmentTable,
  type RecordedSpan,
  type StateSpan,
} from '../../contracts/index.ts';
import type { Clock } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { intervalsFromRows } from '../measures/index.ts';
import { openFileContext } from './file-context.ts';
import { stateWith } from './fold.ts';
import { newestSample, statesAbout } from './memory.ts';

const dayMs = 86_400_000;
/** Pieces of a recording this close are one (rule R15). */
const joinMs = 2_000;

/** Health of one camera: now, and over a window, the last 24 hours unless asked otherwise; stills are kept elsewhere. */
export async function readCameraHealth(
  store: Store,
  clock: Clock,
  cameraId: string,
  asked: { readonly fromMs?: number | undefined; readonly toMs?: number | undefined },
): Promise<Omit<CameraHealthView, 'stillCapturedAtMs'>> {
  const atMs = clock.nowMs();
  const toMs = asked.toMs ?? atMs;
  const window = { fromMs: asked.fromMs ?? toMs - dayMs, toMs };
  const noLimits = { class1: 0, class2: 0, class3: 0, other: 0 };
  const [health, rows, segments, file] = await Promise.all([
    newestSample(store, cameraId),
    statesAbout(store, cameraId, window),
    store.find(recordingSegmentTable, {
      where: 'cameraId = {cameraId:String} AND fromMs < {toMs:Int64} AND toMs > {fromMs:Int64}',
      params: { cameraId, ...window },
      orderBy: 'fromMs',
    }),
    openFileContext(store, clock, noLimits).of(cameraId, atMs),
  ]);
  const isCurrent = health !== null && atMs < health.observedAtMs + health.validForMs;
  const said = isCurrent ? health : { state: 'unknown' as const, cause: 'nothing reported' };
  const { state, cause } = stateWith(said, file);
  const spans = rows.map((row) => ({ ...row, toMs: row.toMs ?? window.toMs }));
  const intervals: StateSpan[] = intervalsFromRows(spans, window);
  const last = intervals.at(-1);
  const isLast = last?.state === state && window.toMs >= atMs - 60_000;
  return {
    cameraId,
    atMs,
    state,
    cause,
    sinceMs: isLast ? last.fromMs : (health?.observedAtMs ?? atMs),
    health,
    isCurrent,
    ...window,
    intervals,
    recordings: joined(segments, window),
  };
}

function joined(segments: readonly RecordedSpan[], window: RecordedSpan): RecordedSpan[] {
  const spans: RecordedSpan[] = [];
  for (const segment of segments) {
    const [fromMs, toMs] = [Math.max(segment.fromMs, window.fromMs), Math.min(segment.toMs, window.toMs)];
    const last = spans.at(-1);
    if (last !== undefined && fromMs - last.toMs <= joinMs) {
      spans[spans.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, toMs) };
    } else spans.push({ fromMs, toMs });
  }
  return spans;
}
