import type { OfficialRecord, SceneEvent } from '../../contracts/index.ts';
import { plainText } from '../places/index.ts';
import { type SaidSpan, saidSpans } from './said-time.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** A report comes so long after the thing at most. */
const latestReportMs = 96 * hourMs;
/** Clocks of two offices differ; and a report may be stamped before the camera's rule is sure. */
const clockSlackMs = 4 * minuteMs;

/** Delay of reports: some call at once, some when they pass by, some after days. Shares and means in hours. */
const delays = [
  [0.45, 0.7],
  [0.35, 6],
  [0.2, 24],
] as const;

/** Share of reports whose words about time hold. */
const saidRightShare = 0.85;
/** `now` and `just now` may be said of the moment of seeing, not of doing. */
const nowRightShare = 0.7;

/** From when to when the thing lay there, as far as the camera knows. */
export function presence(event: SceneEvent): { readonly fromMs: number; readonly toMs: number } {
  const { putDownAtMs, arrivedAtMs, clearedAtMs } = event.moments;
  const fromMs = putDownAtMs ?? arrivedAtMs ?? event.startedAtMs;
  const latestMs = fromMs + latestReportMs;
  return { fromMs, toMs: Math.max(fromMs, Math.min(latestMs, clearedAtMs ?? latestMs)) };
}

/** Records within this time can belong to an event at all. */
export function linkWindow(event: SceneEvent): { readonly fromMs: number; readonly toMs: number } {
  const { fromMs } = presence(event);
  const { arrivedAtMs } = event.moments;
  return { fromMs: Math.min(fromMs, arrivedAtMs ?? fromMs) - clockSlackMs, toMs: fromMs + latestReportMs };
}

export const momentOf = ({ occurredAtMs, reportedAtMs }: OfficialRecord): number =>
  occurredAtMs ?? reportedAtMs;

/** Milliseconds that local time is ahead of UTC where records come from. */
const utcOffsetMs = 8 * hourMs;

const spansOf = new WeakMap<OfficialRecord, readonly SaidSpan[]>();

/** Times that a record's words speak of. */
function spans(record: OfficialRecord): readonly SaidSpan[] {
  const known = spansOf.get(record);
  if (known !== undefined) return known;
  const found = saidSpans(plainText(record.text), record.reportedAtMs, utcOffsetMs);
  spansOf.set(record, found);
  return found;
}

function delayPerHour(delayMs: number): number {
  const hours = Math.max(0, delayMs) / hourMs;
  return delays.reduce((sum, [share, mean]) => sum + (share / mean) * Math.exp(-hours / mean), 0);
}

/** How thick the probability lies at a moment, per hour, by what the words say. */
function saidPerHour(found: readonly SaidSpan[], atMs: number): number {
  let sum = 0;
  for (const { fromMs, toMs, errorMs } of found) {
    const outMs = Math.max(fromMs - atMs, atMs - toMs, 0);
    const widthH = (toMs - fromMs + 2 * errorMs) / hourMs;
    sum += Math.exp(-((outMs / errorMs) ** 2) / 2) / widthH;
  }
  return sum / Math.max(1, found.length);
}

const span = (ms: number): string =>
  Math.abs(ms) < 2 * hourMs ? `${Math.round(ms / minuteMs)} min` : `${Math.round(ms / hourMs)} h`;

interface TimeFit {
  /** How thick the probability of the report lies at its moment, per hour; 0: it cannot be about this. */
  readonly perHour: number;
  readonly because: string;
}

/** A reader or a manifest says when it was: at the bringing or at the carrying away. */
function sensorFit(event: SceneEvent, record: OfficialRecord): TimeFit {
  const { arrivedAtMs, putDownAtMs, departedAtMs, clearedAtMs } = event.moments;
  const atMs = momentOf(record);
  const broughtFromMs = (arrivedAtMs ?? putDownAtMs ?? event.startedAtMs) - 2 * minuteMs;
  const broughtToMs = (departedAtMs ?? putDownAtMs ?? event.startedAtMs) + 3 * minuteMs;
  if (record.source === 'rfidRead' && atMs >= broughtFromMs && atMs <= broughtToMs) {
    return { perHour: (0.5 * hourMs) / (broughtToMs - broughtFromMs), because: 'read while it was brought' };
  }
  if (clearedAtMs === null) return { perHour: 0, because: 'nobody has carried it away' };
  const afterMs = atMs - clearedAtMs;
  const near = record.source === 'manifest' ? [-3, 14] : [-13, 13];
  const isNear = afterMs >= (near[0] ?? 0) * minuteMs && afterMs <= (near[1] ?? 0) * minuteMs;
  const width = ((near[1] ?? 0) - (near[0] ?? 0)) / 60;
  return isNear
    ? { perHour: 0.5 / width, because: `${span(Math.abs(afterMs))} from its clearing` }
    : { perHour: 0, because: 'neither when it was brought nor when it was cleared' };
}

/** How well the time of a record fits an event: when it came, and what its words say of when it was. */
export function timeFit(event: SceneEvent, record: OfficialRecord): TimeFit {
  if (record.source === 'rfidRead' || record.source === 'manifest') return sensorFit(event, record);
  const { fromMs, toMs } = presence(event);
  const atMs = momentOf(record);
  const window = linkWindow(event);
  if (atMs < window.fromMs || atMs > window.toMs) return { perHour: 0, because: 'at another time' };
  const delayMs = atMs - fromMs;
  // What was cleared is reported less and less.
  const goneMs = Math.max(0, atMs - toMs);
  const stillShare = Math.exp(-goneMs / (3 * hourMs)) * 0.9 + 0.1;
  const byDelay = delayPerHour(delayMs) * stillShare;
  const found = spans(record);
  const because = delayMs < 0 ? `${span(-delayMs)} before it` : `${span(delayMs)} after it`;
  if (found.length === 0) return { perHour: byDelay, because };
  const isNow = found[0]?.errorMs !== undefined && found[0].toMs === record.reportedAtMs;
  const rightShare = isNow ? nowRightShare : saidRightShare;
  const perHour = rightShare * saidPerHour(found, fromMs) + (1 - rightShare) * byDelay;
  return { perHour, because: `${because}, "${found[0]?.said ?? ''}"` };
}

/** Bins of a quarter of an hour, counted from 1970. */
const binMs = 15 * minuteMs;

/** When the matter of a report may have begun. */
export interface Beginning {
  /** Number of the first bin. */
  readonly firstBin: number;
  /** How thick the probability lies in each bin, per hour; all bins together hold 1. */
  readonly perHour: readonly number[];
}

const beginnings = new WeakMap<OfficialRecord, Beginning>();

/** When the matter of a report began, by when it was made and what its words say. */
export function beganPerHour(record: OfficialRecord): Beginning {
  const known = beginnings.get(record);
  if (known !== undefined) return known;
  const reportedBin = Math.floor(momentOf(record) / binMs);
  const firstBin = reportedBin - latestReportMs / binMs;
  const found = spans(record);
  const isNow = found[0]?.toMs === record.reportedAtMs;
  const saidShare = found.length === 0 ? 0 : isNow ? nowRightShare : saidRightShare;
  const raw = Array.from({ length: reportedBin - firstBin + 1 }, (_, index) => {
    const atMs = (firstBin + index + 0.5) * binMs;
    const byDelay = delayPerHour(momentOf(record) - atMs);
    return saidShare * saidPerHour(found, atMs) + (1 - saidShare) * byDelay;
  });
  const sum = raw.reduce((total, value) => total + value / 4, 0);
  const beginning = { firstBin, perHour: raw.map((value) => value / sum) };
  beginnings.set(record, beginning);
  return beginning;
}
