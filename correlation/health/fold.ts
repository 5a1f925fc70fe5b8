import type {
  CameraHealth,
  CameraState,
  CameraStateInterval,
  ClockCheck,
  FaultTicket,
  ImageCheck,
  MeasuredStream,
  RecordingSegment,
} from '../../contracts/index.ts';
import { foldTickets, noTickets, type TicketContext, type TicketState } from './tickets.ts';

/** Rows of a camera's history that live health brought forth. */
export interface HistoryRows {
  readonly intervals: readonly CameraStateInterval[];
  readonly imageChecks: readonly ImageCheck[];
  readonly recordings: readonly RecordingSegment[];
  readonly clockChecks: readonly ClockCheck[];
  readonly streams: readonly MeasuredStream[];
  readonly tickets: readonly FaultTicket[];
}

/** What is remembered of one camera between two samples; all of it is in the tables, too. */
export interface HealthMemory {
  readonly open: Pick<CameraStateInterval, 'state' | 'cause' | 'fromMs' | 'toMs'> | null;
  readonly lastObservedAtMs: number | null;
  readonly imageCheck: {
    readonly checkedAtMs: number;
    readonly saidAtMs: number;
    readonly result: string;
  } | null;
  readonly recording: { readonly fromMs: number; readonly toMs: number } | null;
  readonly clockMeasuredAtMs: number | null;
  readonly stream: { readonly measuredAtMs: number; readonly size: string } | null;
  readonly tickets: TicketState;
}

export const noMemory: HealthMemory = {
  open: null,
  lastObservedAtMs: null,
  imageCheck: null,
  recording: null,
  clockMeasuredAtMs: null,
  stream: null,
  tickets: noTickets,
};

/** What is on file of the camera at the moment of the sample. */
export interface HealthContext extends TicketContext {
  /** An approved window of maintenance that holds now, by its id. */
  readonly maintenanceId: string | null;
  /** What the asset file says against its being in service. */
  readonly fileState: Extract<CameraState, 'retired' | 'notCommissioned'> | null;
}

const hourMs = 3_600_000;
const history = (updatedAtMs: number) => ({ source: 'probe' as const, ordinal: 0, updatedAtMs });

/**
 * Take one sample into account. Samples that come again, or late, change nothing.
 *
 * A state is written up to when it is known to hold and moved on by the next sample, so that an ingest that died is seen
 * as not knowing.
 */
export function foldHealth(
  memory: HealthMemory,
  sample: CameraHealth,
  context: HealthContext,
): { readonly memory: HealthMemory; readonly rows: HistoryRows } {
  const { observedAtMs } = sample;
  if (memory.lastObservedAtMs !== null && observedAtMs <= memory.lastObservedAtMs)
    return { memory, rows: noRows };
  const intervals = foldState(memory.open, sample, context);
  const image = foldImage(memory.imageCheck, sample);
  const recording = foldRecording(memory.recording, sample);
  const stream = foldStream(memory.stream, sample);
  const tickets = foldTickets(memory.tickets, sample, context);
  const { clock } = sample;
  const isNewClock = clock !== null && clock.measuredAtMs > (memory.clockMeasuredAtMs ?? -1);
  return {
    memory: {
      open: intervals.open,
      lastObservedAtMs: observedAtMs,
      imageCheck: image.memory,
      recording: recording.memory,
      clockMeasuredAtMs: isNewClock ? clock.measuredAtMs : memory.clockMeasuredAtMs,
      stream: stream.memory,
      tickets: tickets.state,
    },
    rows: {
      intervals: intervals.rows,
      imageChecks: image.rows,
      recordings: recording.rows,
      streams: stream.rows,
      tickets: tickets.rows,
      clockChecks: isNewClock
        ? [
            {
              cameraId: sample.cameraId,
              measuredAtMs: clock.measuredAtMs,
              offsetS: clock.offsetMs === null ? null : clock.offsetMs / 1_000,
              errorS: clock.errorMs === null ? null : clock.errorMs / 1_000,
              ...history(observedAtMs),
            },
          ]
        : [],
    },
  };
}

const noRows: HistoryRows = {
  intervals: [],
  imageChecks: [],
  recordings: [],
  clockChecks: [],
  streams: [],
  tickets: [],
};

/** The state that counts: the file and an approved window speak before the probe, but never against a camera that works. */
export function stateWith(
  { state, cause }: Pick<CameraHealth, 'state' | 'cause'>,
  { maintenanceId, fileState }: Pick<HealthContext, 'maintenanceId' | 'fileState'>,
): { readonly state: CameraState; readonly cause: string } {
  if (fileState !== null) return { state: fileState, cause: 'assetFile' };
  if (state === 'offline' && maintenanceId !== null) return { state: 'maintenance', cause: maintenanceId };
  return { state, cause };
}

function foldState(
  open: HealthMemory['open'],
  sample: CameraHealth,
  context: HealthContext,
): { readonly open: HealthMemory['open']; readonly rows: readonly CameraStateInterval[] } {
  const { cameraId, observedAtMs, validForMs } = sample;
  const now = stateWith(sample, context);
  const row = (interval: NonNullable<HealthMemory['open']>): CameraStateInterval => ({
    cameraId,
    ...interval,
    ...history(observedAtMs),
  });
  const toMs = observedAtMs + validForMs;
  const goesOn =
    open?.state === now.state && open.cause === now.cause && observedAtMs <= (open.toMs ?? Infinity);
  if (open !== null && goesOn) {
    const longer = { ...open, toMs };
    return { open: longer, rows: [row(longer)] };
  }
  const begun = { ...now, fromMs: observedAtMs, toMs };
  // What was promised beyond this moment is taken back.
  const isCut = open !== null && (open.toMs ?? Infinity) > observedAtMs;
  return { open: begun, rows: isCut ? [row({ ...open, toMs: observedAtMs }), row(begun)] : [row(begun)] };
}

/** A check at every change, and one an hour while nothing changes. */
function foldImage(
  before: HealthMemory['imageCheck'],
  { cameraId, observedAtMs, picture }: CameraHealth,
): { readonly memory: HealthMemory['imageCheck']; readonly rows: readonly ImageCheck[] } {
  // While a scene is learned nothing is known, as before.
  if (picture === null || picture.verdict === 'unknown') return { memory: before, rows: [] };
  const [gravest] = picture.faults;
  const result = gravest?.fault ?? 'normal';
  const isNews = before?.result !== result;
  if (!isNews && picture.checkedAtMs - before.saidAtMs < hourMs) return { memory: before, rows: [] };
  // Both count from their first picture, not from the one that made it certain.
  const endedAtMs = picture.ended.at(-1)?.untilMs;
  const fromMs = isNews ? (gravest?.sinceMs ?? endedAtMs ?? picture.checkedAtMs) : picture.checkedAtMs;
  const checkedAtMs = Math.max(fromMs, (before?.checkedAtMs ?? -1) + 1);
  return {
    memory: { checkedAtMs, saidAtMs: picture.checkedAtMs, result },
    rows: [{ cameraId, checkedAtMs, pass: picture.pass, result, ...history(observedAtMs) }],
  };
}

/** The stretch in pieces of an hour at most: each is dropped when its end is older than what the recorder keeps. */
function foldRecording(
  before: HealthMemory['recording'],
  { cameraId, observedAtMs, recording }: CameraHealth,
): { readonly memory: HealthMemory['recording']; readonly rows: readonly RecordingSegment[] } {
  if (recording === null || recording.toMs <= recording.fromMs) return { memory: before, rows: [] };
  const { fromMs, toMs, keptMs } = recording;
  const isSame = before?.fromMs === fromMs;
  if (isSame && before.toMs >= toMs) return { memory: before, rows: [] };
  const rows: RecordingSegment[] = [];
  let pieceFromMs = isSame ? Math.max(fromMs, hourOf(before.toMs)) : fromMs;
  while (pieceFromMs < toMs) {
    const pieceToMs = Math.min(toMs, hourOf(pieceFromMs) + hourMs);
    const deletedAtMs = pieceToMs + keptMs;
    rows.push({ cameraId, fromMs: pieceFromMs, toMs: pieceToMs, deletedAtMs, ...history(observedAtMs) });
    pieceFromMs = pieceToMs;
  }
  return { memory: { fromMs, toMs }, rows };
}

const hourOf = (atMs: number): number => Math.floor(atMs / hourMs) * hourMs;

/** Size and codec when they change, and once an hour, with the last picture that was pulled. */
function foldStream(
  before: HealthMemory['stream'],
  sample: CameraHealth,
): { readonly memory: HealthMemory['stream']; readonly rows: readonly MeasuredStream[] } {
  const { measuredWidthPx: widthPx, measuredHeightPx: heightPx, codec, lastFrameAtMs, observedAtMs } = sample;
  if (lastFrameAtMs === null) return { memory: before, rows: [] };
  const size = `${widthPx}×${heightPx} ${codec}`;
  if (before?.size === size && observedAtMs - before.measuredAtMs < hourMs)
    return { memory: before, rows: [] };
  return {
    memory: { measuredAtMs: observedAtMs, size },
    rows: [
      {
        cameraId: sample.cameraId,
        measuredAtMs: observedAtMs,
        ipAddress: null,
        widthPx,
        heightPx,
        codec,
        lastPullAtMs: lastFrameAtMs,
        ...history(observedAtMs),
      },
    ],
  };
}
