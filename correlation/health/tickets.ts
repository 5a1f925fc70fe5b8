import type { CameraHealth, FaultTicket } from '../../contracts/index.ts';

/** Faults that somebody must repair. */
export const ticketKinds = ['offline', 'image', 'recording', 'clock'] as const;
export type TicketKind = (typeof ticketKinds)[number];

/** Stages of one kind of fault. */
export type FaultStage =
  /** Nothing is wrong. */
  | { readonly kind: 'well' }
  /** Something is, since so long; not yet long enough for a ticket. */
  | { readonly kind: 'suspected'; readonly occurredAtMs: number }
  /** A ticket is open; `wellSinceMs`: it has been good again since then, not yet long enough to close it. */
  | { readonly kind: 'open'; readonly ticket: FaultTicket; readonly wellSinceMs: number | null };

export type TicketState = Readonly<Record<TicketKind, FaultStage>>;

const well: FaultStage = { kind: 'well' };
export const noTickets: TicketState = { offline: well, image: well, recording: well, clock: well };

/** What a ticket of this camera must know. */
export interface TicketContext {
  /** Natural hours from detection, by the class of the point. */
  readonly limitHours: number;
  /** An approved window holds: what is missing now is no fault. */
  readonly isExcused: boolean;
  /** Id of a ticket, by what it is about. */
  readonly ticketIdOf: (kind: TicketKind, occurredAtMs: number) => string;
}

/** So long a fault must last before somebody is sent: most last shorter and heal by themselves. */
const opensAfterMs: Readonly<Record<TicketKind, number>> = {
  offline: 180_000,
  image: 60_000,
  recording: 300_000,
  clock: 0,
};
/** So long it must be good again, before the ticket is closed with the moment it became good. */
const closesAfterMs: Readonly<Record<TicketKind, number>> = {
  offline: 60_000,
  image: 60_000,
  recording: 60_000,
  clock: 0,
};

/** How it stands with one kind of fault; `untold`: the sample says nothing about it. */
type Finding =
  | { readonly kind: 'bad'; readonly sinceMs: number }
  | { readonly kind: 'good' }
  | { readonly kind: 'untold' };
const good: Finding = { kind: 'good' };
const untold: Finding = { kind: 'untold' };

function findingsOf({
  state,
  facts,
  picture,
  clock,
  observedAtMs,
}: CameraHealth): Record<TicketKind, Finding> {
  const isOnline = state === 'online';
  const factOf = (name: 'pictureUsable' | 'recordingWritten'): Finding => {
    if (!isOnline || facts === null) return untold;
    switch (facts[name].holds) {
      case 'yes':
        return good;
      case 'no':
        return { kind: 'bad', sinceMs: facts[name].sinceMs };
      case 'unknown':
        return untold;
    }
  };
  const clockFinding = (): Finding => {
    switch (clock?.verdict) {
      case 'right':
        return good;
      case 'drift':
      case 'timezone':
      case 'reset':
        return { kind: 'bad', sinceMs: clock.measuredAtMs };
      case 'failed':
      case undefined:
        return untold;
    }
  };
  const offlineFinding = (): Finding => {
    if (state === 'offline')
      return { kind: 'bad', sinceMs: Math.min(observedAtMs, facts?.framesAdvance.sinceMs ?? observedAtMs) };
    return isOnline ? good : untold;
  };
  return {
    offline: offlineFinding(),
    image: picture === null ? untold : factOf('pictureUsable'),
    recording: factOf('recordingWritten'),
    clock: clockFinding(),
  };
}

/**
 * Take one sample into account. A ticket says when the fault occurred, when that became certain (detected), and when it
 * was good again (repaired): detection never makes a fault shorter.
 */
export function foldTickets(
  before: TicketState,
  sample: CameraHealth,
  context: TicketContext,
): { readonly state: TicketState; readonly rows: readonly FaultTicket[] } {
  const findings = findingsOf(sample);
  const rows: FaultTicket[] = [];
  const state = { ...before };
  for (const kind of ticketKinds) {
    const step = stepFault(before[kind], findings[kind], kind, sample, context);
    state[kind] = step.stage;
    if (step.row !== null) rows.push(step.row);
  }
  return { state, rows };
}

function stepFault(
  stage: FaultStage,
  finding: Finding,
  kind: TicketKind,
  { cameraId, observedAtMs }: CameraHealth,
  { limitHours, isExcused, ticketIdOf }: TicketContext,
): { readonly stage: FaultStage; readonly row: FaultTicket | null } {
  if (finding.kind === 'untold') return { stage, row: null };
  if (stage.kind === 'open') {
    const { ticket, wellSinceMs } = stage;
    if (finding.kind === 'bad') return { stage: { ...stage, wellSinceMs: null }, row: null };
    const sinceMs = wellSinceMs ?? observedAtMs;
    if (observedAtMs - sinceMs < closesAfterMs[kind]) {
      return { stage: { ...stage, wellSinceMs: sinceMs }, row: null };
    }
    const repairedAtMs = Math.max(sinceMs, ticket.detectedAtMs);
    return { stage: well, row: { ...ticket, repairedAtMs, updatedAtMs: observedAtMs } };
  }
  if (finding.kind === 'good' || isExcused) return { stage: well, row: null };
  const occurredAtMs = stage.kind === 'suspected' ? stage.occurredAtMs : finding.sinceMs;
  if (observedAtMs - occurredAtMs < opensAfterMs[kind]) {
    return { stage: { kind: 'suspected', occurredAtMs }, row: null };
  }
  const ticket: FaultTicket = {
    ticketId: ticketIdOf(kind, occurredAtMs),
    cameraId,
    kind,
    occurredAtMs,
    detectedAtMs: Math.max(observedAtMs, occurredAtMs),
    repairedAtMs: null,
    limitHours,
    source: 'probe',
    ordinal: 0,
    updatedAtMs: observedAtMs,
  };
  return { stage: { kind: 'open', ticket, wellSinceMs: null }, row: ticket };
}
