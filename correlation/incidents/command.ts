import type { Command, Incident, IncidentState, PenaltyCase, Refusal } from '../../contracts/index.ts';
import { type Draft, entry, move, put } from './draft.ts';
import { type CaseSettings, actAtMs, collectEvidence, met, termsAtRegistration } from '../cases/index.ts';
import type { CaseOutcome } from './case-asked.ts';
import { carryOutCase, escalate } from './case-command.ts';
import { bestLink, linkOf } from './relink.ts';
import { canMove, isOpen } from './states.ts';

/** Ids of records that must be looked at again, or why nothing was done. */
type CommandOutcome = { readonly recordIds: readonly string[] } | { readonly refusal: Refusal };

const refuse = (code: string, message: string, hint: string): CommandOutcome => ({
  refusal: { code, message, hint },
});

const lookAgain = 'Look at the incident as it is now and decide again.';

/** It stands in the incident's timeline already: the command was delivered twice. */
export function isCarriedOut(
  { timeline }: Incident,
  { commandId, issuedBy, issuedAtMs, action }: Command,
): boolean {
  // The clock leaves no name behind.
  if (action.kind === 'escalate') return timeline.some(({ refId }) => refId === commandId);
  const recordId = 'recordId' in action ? action.recordId : null;
  const kind = action.kind === 'linkRecord' ? 'recordLinked' : 'recordUnlinked';
  return timeline.some(
    ({ refId, by, atMs, kind: entryKind }) =>
      by?.userId === issuedBy.userId &&
      atMs === issuedAtMs &&
      (recordId === null ? refId === commandId : refId === recordId && entryKind === kind),
  );
}

/** Carry out what a person asks of an incident, or say why not. Nothing is changed by a refusal. */
export function carryOut(
  draft: Draft,
  incident: Incident,
  command: Command,
  settings: CaseSettings,
): CommandOutcome {
  const { expectedVersion, action } = command;
  if (expectedVersion !== null && expectedVersion !== incident.version) {
    return refuse(
      'INCIDENT_CHANGED',
      `The incident is at version ${incident.version}, you decided on version ${expectedVersion}.`,
      lookAgain,
    );
  }
  switch (action.kind) {
    case 'confirm':
      return confirm(draft, incident, command, settings);
    case 'reject':
      return reject(draft, incident, { command, action });
    case 'linkRecord':
      return linkRecord(draft, incident, { command, recordId: action.recordId });
    case 'unlinkRecord':
      return unlinkRecord(draft, incident, { command, recordId: action.recordId });
    case 'raiseSuppressed':
      // It opens an incident and asks nothing of one.
      return { recordIds: [] };
    case 'escalate':
      return settle(draft, escalate(incident, command, action));
    default:
      return settle(draft, carryOutCase(incident, command, action, settings));
  }
}

function settle(draft: Draft, outcome: CaseOutcome): CommandOutcome {
  if ('refusal' in outcome) return outcome;
  put(draft, outcome.incident, ...outcome.entries);
  return { recordIds: [] };
}

/** From `detected` by way of `triage`; null when the table has no such way. */
function viaTriage(
  incident: Incident,
  to: IncidentState,
  command: Command,
): ReturnType<typeof move>[] | null {
  const { issuedAtMs, commandId, issuedBy: by, action } = command;
  const entries: ReturnType<typeof move>[] = [];
  let from = incident.state;
  if (canMove(from, 'triage', 'person')) {
    entries.push(move(issuedAtMs, { from, to: 'triage' }, commandId, { by, note: '' }));
    from = 'triage';
  }
  if (!canMove(from, to, 'person')) return null;
  return [...entries, move(issuedAtMs, { from, to }, commandId, { by, note: action.note })];
}

const wrongState = ({ state, rejection }: Incident, what: string): CommandOutcome =>
  refuse(
    'INCIDENT_STATE',
    `An incident in state ${state} cannot be ${what}.`,
    rejection === null || rejection.duplicateOf === null
      ? lookAgain
      : `It was merged into ${rejection.duplicateOf}: act on that one.`,
  );

/** The term of triage ends with the decision, whichever it is. */
const judged = (incident: Incident, atMs: number): Pick<Incident, 'triage'> => ({
  triage: incident.triage === null ? null : met(incident.triage, atMs),
});

function confirm(
  draft: Draft,
  incident: Incident,
  command: Command,
  { workHours }: CaseSettings,
): CommandOutcome {
  const entries = viaTriage(incident, 'registered', command);
  if (entries === null) return wrongState(incident, 'confirmed');
  const { issuedAtMs, issuedBy } = command;
  const penaltyCase: PenaltyCase = {
    registeredAtMs: issuedAtMs,
    wasteKind: 'unknown',
    parties: [],
    legalBases: [],
    penalties: [],
    deadlines: termsAtRegistration(issuedAtMs, actAtMs(incident), workHours),
    evidence: collectEvidence(incident, [], issuedBy, issuedAtMs),
    suspendedSinceMs: null,
  };
  put(draft, { ...incident, ...judged(incident, issuedAtMs), state: 'registered', penaltyCase }, ...entries);
  return { recordIds: [] };
}

function reject(
  draft: Draft,
  incident: Incident,
  {
    command,
    action,
  }: { readonly command: Command; readonly action: Extract<Command['action'], { kind: 'reject' }> },
): CommandOutcome {
  const entries = viaTriage(incident, 'rejected', command);
  if (entries === null) return wrongState(incident, 'rejected');
  const { reason, note } = action;
  const duplicateOf = reason === 'duplicate' ? action.duplicateOf : null;
  if (reason === 'duplicate') {
    const target = draft.incidents.get(duplicateOf ?? '');
    if (target === undefined || target === incident || !isOpen(target.state)) {
      return refuse(
        'DUPLICATE_TARGET',
        duplicateOf === null
          ? 'It is not said which incident this one repeats.'
          : `${duplicateOf} is no other open incident of area ${draft.areaCode}.`,
        'Choose the open incident that this one repeats.',
      );
    }
    const known = new Set(target.events.map(({ eventId }) => eventId));
    const added = incident.events.filter(({ eventId }) => !known.has(eventId));
    const detail = { by: command.issuedBy, note };
    const merged = entry(command.issuedAtMs, 'merged', incident.incidentId, detail);
    put(draft, { ...target, events: [...target.events, ...added] }, merged);
  }
  const rejection = { reason, note, duplicateOf };
  put(
    draft,
    { ...incident, ...judged(incident, command.issuedAtMs), state: 'rejected', rejection },
    ...entries,
  );
  return { recordIds: incident.records.map(({ record }) => record.recordId) };
}

interface RecordCommand {
  readonly command: Command;
  readonly recordId: string;
}

function linkRecord(draft: Draft, incident: Incident, { command, recordId }: RecordCommand): CommandOutcome {
  if (!isOpen(incident.state)) return wrongState(incident, 'given a record');
  const record = draft.records.get(recordId) ?? linkOf(incident, recordId)?.record;
  if (record === undefined) {
    return refuse(
      'RECORD_UNKNOWN',
      `There is no record ${recordId} in area ${draft.areaCode}.`,
      'Import it first.',
    );
  }
  const owner = [...draft.incidents.values()].find(
    (other) => other.state !== 'rejected' && linkOf(other, recordId)?.status === 'confirmed',
  );
  if (owner !== undefined) {
    return refuse(
      'RECORD_LINKED',
      `Record ${record.sourceId} was linked to incident ${owner.incidentId} by a person.`,
      owner === incident ? 'Nothing is to be done.' : 'Take it away there first.',
    );
  }
  const found = bestLink(incident, record);
  const records = [
    ...incident.records.filter((link) => link.record.recordId !== recordId),
    { ...found, status: 'confirmed' as const },
  ];
  const { issuedAtMs, issuedBy: by, action } = command;
  put(
    draft,
    { ...incident, records },
    entry(issuedAtMs, 'recordLinked', recordId, { by, note: action.note }),
  );
  return { recordIds: [recordId] };
}

function unlinkRecord(
  draft: Draft,
  incident: Incident,
  { command, recordId }: RecordCommand,
): CommandOutcome {
  if (!isOpen(incident.state)) return wrongState(incident, 'freed of a record');
  const link = linkOf(incident, recordId);
  if (link === undefined || link.status === 'undone') {
    return refuse('RECORD_NOT_LINKED', `Record ${recordId} is not linked to this incident.`, lookAgain);
  }
  const records = incident.records.map((other) =>
    other === link ? { ...link, status: 'undone' as const } : other,
  );
  const { issuedAtMs, issuedBy: by, action } = command;
  put(
    draft,
    { ...incident, records },
    entry(issuedAtMs, 'recordUnlinked', recordId, { by, note: action.note }),
  );
  return { recordIds: [recordId] };
}
