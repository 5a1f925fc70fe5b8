import { expect, test } from 'vitest';
import { type CaseAction, type Command, Incident, type Party, type Person } from '../../contracts/index.ts';
import { checkConfig, deterministicId } from '../../kernel/index.ts';
import { escalationsOf } from '../run-terms.ts';
import { correlationSettings } from '../settings.ts';
import { areaCode, baseMs, madeCommand, madeEvent, officer } from '../testing/made.ts';
import { type AreaState, emptyArea, incidentIdOf, stepIncidents } from './index.ts';

const settings = await correlationSettings(
  checkConfig({
    cases: {
      desks: [
        { deskId: 'zd', agency: 'enforcement', name: '综合执法南苑中队', areaCodes: [areaCode] },
        { deskId: 'zd2', agency: 'enforcement', name: '综合执法月湖中队' },
      ],
    },
  }),
);
const second: Person = { userId: 'u2', name: 'Second', unit: '法制科' };
const minuteMs = 60_000;
const media = [
  {
    mediaId: deterministicId('media', 'a'),
    role: 'putDown' as const,
    mimeType: 'image/jpeg',
    sizeBytes: 5,
    sha256: 'a'.repeat(64),
    isMasked: true,
    capturedFromMs: baseMs,
    capturedToMs: baseMs,
    widthPx: 768,
    heightPx: 576,
  },
];
const event = madeEvent({ media });
const incidentId = incidentIdOf(event.eventId);

/** A district in which one dumping was raised, and what people ask of it, one after the other. */
function story() {
  let state: AreaState = stepIncidents(emptyArea(areaCode), { kind: 'sceneEvent', event }, settings).state;
  let atS = 600;
  const send = (command: Command) => {
    const step = stepIncidents(state, { kind: 'command', command }, settings);
    ({ state } = step);
    const [change] = step.changes;
    if (change === undefined) throw new Error('no answer');
    return change;
  };
  return {
    get incident(): Incident {
      return Incident.parse(state.incidents.get(incidentId));
    },
    get nowMs() {
      return baseMs + atS * 1_000;
    },
    wait: (seconds: number) => {
      atS += seconds;
    },
    send,
    ask(action: CaseAction | { kind: 'confirm'; note: string }, issuedBy: Person = officer) {
      atS += 60;
      return send(madeCommand({ incidentId, action, issuedS: atS, issuedBy }));
    },
  };
}

const confirm = { kind: 'confirm', note: '' } as const;
const dispatch: CaseAction = {
  kind: 'dispatch',
  lead: 'enforcement',
  coHandlers: ['policeStation', 'trafficPolice'],
  isUrgent: false,
  note: '',
};
const advance = (
  agency: 'enforcement' | 'policeStation' | 'trafficPolice',
  to: 'acknowledged' | 'arrived' | 'handling' | 'feedback',
) => ({ kind: 'advanceTask', agency, to, note: `${agency} ${to}` }) as const;
const party: Party = {
  partyId: deterministicId('party', '1'),
  role: 'contractor',
  kind: 'organisation',
  name: '某装修公司',
  permitNumber: null,
  note: '',
};

test('three agencies go their own ways to one end, with one rework', () => {
  const it = story();
  it.ask(confirm);
  it.ask(dispatch);
  expect(it.incident).toMatchObject({ state: 'dispatched' });
  expect(it.incident.tasks.map(({ agency, isLead, deskId }) => [agency, isLead, deskId])).toEqual([
    ['enforcement', true, 'zd'],
    ['policeStation', false, `policeStation@${areaCode}`],
    ['trafficPolice', false, `trafficPolice@${areaCode}`],
  ]);
  it.ask(advance('policeStation', 'acknowledged'));
  expect(it.incident.state).toBe('acknowledged');
  it.ask(advance('enforcement', 'arrived'));
  expect(it.incident.state).toBe('arrived');
  it.ask(advance('enforcement', 'handling'));
  it.ask(advance('enforcement', 'feedback'));
  it.ask(advance('policeStation', 'feedback'));
  expect(it.incident.state).toBe('handling');
  it.ask(advance('trafficPolice', 'feedback'));
  expect(it.incident.state).toBe('feedback');
  it.ask({ kind: 'verify', result: 'rework', agencies: ['enforcement'], note: '仍有残留' });
  expect(it.incident.state).toBe('handling');
  expect(it.incident.tasks.map(({ state, reworkCount }) => [state, reworkCount])).toEqual([
    ['handling', 1],
    ['feedback', 0],
    ['feedback', 0],
  ]);
  expect(it.ask({ kind: 'close', note: '' }).refusal?.code).toBe('INCIDENT_STATE');
  it.ask(advance('enforcement', 'feedback'));
  it.ask({ kind: 'verify', result: 'pass', agencies: [], note: '' });
  it.ask({ kind: 'close', note: '已清运' });
  expect(it.incident).toMatchObject({ state: 'closed' });
  expect(it.ask(advance('enforcement', 'feedback')).refusal?.code).toBe('INCIDENT_STATE');
  const moves = it.incident.timeline.filter(({ kind }) => kind === 'stateChanged');
  expect(moves.map(({ toState }) => toState)).toEqual([
    'triage',
    'registered',
    'dispatched',
    'acknowledged',
    'arrived',
    'handling',
    'feedback',
    'verified',
    'handling',
    'feedback',
    'verified',
    'closed',
  ]);
});

test('before registration nothing of a case can be asked, and a stale or repeated command changes nothing', () => {
  const it = story();
  expect(it.ask(dispatch).refusal?.code).toBe('INCIDENT_STATE');
  it.ask(confirm);
  const { version } = it.incident;
  const command = madeCommand({ incidentId, action: dispatch, issuedS: 5_000, expectedVersion: version });
  it.send(command);
  const after = it.incident;
  expect(it.send(command)).toMatchObject({ refusal: null, incident: { version: after.version } });
  expect(it.send({ ...command, commandId: deterministicId('other'), issuedAtMs: 1 }).refusal?.code).toBe(
    'INCIDENT_CHANGED',
  );
  expect(it.incident).toEqual(after);
});

test('a term is told at 50, 80 and 100 percent, each once, and no more once it is met', () => {
  const it = story();
  const raisedAtMs = event.raisedAtMs;
  const levels = (atMs: number) =>
    escalationsOf(it.incident, atMs, settings.cases).map((command) => {
      it.send(command);
      return command.action.kind === 'escalate' ? command.action.percent : null;
    });
  expect(levels(raisedAtMs + 2 * minuteMs)).toEqual([]);
  expect(levels(raisedAtMs + 3 * minuteMs)).toEqual([50]);
  expect(levels(raisedAtMs + 3 * minuteMs)).toEqual([]);
  // Asleep over 80 %: only the highest level is told.
  expect(levels(raisedAtMs + 6 * minuteMs)).toEqual([100]);
  expect(levels(raisedAtMs + 60 * minuteMs)).toEqual([]);
  // The clock leaves no name: the pipeline may still regroup what no person touched.
  expect(it.incident.timeline.filter(({ kind }) => kind === 'escalated').map(({ by }) => by)).toEqual([
    null,
    null,
  ]);
  it.ask(confirm);
  it.ask(dispatch);
  const dispatchedAtMs = it.nowMs;
  it.ask(advance('enforcement', 'acknowledged'));
  // Acknowledging (10 min) is half used at the two that have not; arriving (30 min) is not.
  expect(levels(dispatchedAtMs + 6 * minuteMs)).toEqual([50, 50]);
});

test('a matter that rests takes no time from anybody', () => {
  const it = story();
  it.ask(confirm);
  it.ask(dispatch);
  const before = it.incident.tasks[0]?.deadlines.acknowledge.dueAtMs ?? 0;
  it.ask({ kind: 'suspend', note: '道路封闭' });
  const suspendedAtMs = it.nowMs;
  expect(escalationsOf(it.incident, it.nowMs + 86_400_000, settings.cases)).toEqual([]);
  expect(it.ask(advance('enforcement', 'acknowledged')).refusal?.code).toBe('INCIDENT_SUSPENDED');
  it.wait(3_600);
  it.ask({ kind: 'resume', note: '' });
  expect(it.incident.tasks[0]?.deadlines.acknowledge.dueAtMs).toBe(before + it.nowMs - suspendedAtMs);
});

test('a task moved to another desk is acknowledged there anew, under the same terms', () => {
  const it = story();
  it.ask(confirm);
  it.ask(dispatch);
  it.ask(advance('enforcement', 'acknowledged'));
  const before = it.incident.tasks[0];
  const moved = { kind: 'transferTask', agency: 'enforcement', note: '' } as const;
  expect(it.ask({ ...moved, deskId: 'nowhere' }).refusal?.code).toBe('DESK_UNKNOWN');
  it.ask({ ...moved, deskId: 'zd2' });
  expect(it.incident.tasks[0]).toMatchObject({ deskId: 'zd2', state: 'open', deadlines: before?.deadlines });
});

test('terms of the law run from registration; decision 90 natural days, limitation two years from the act', () => {
  const it = story();
  it.ask(confirm);
  const registeredAtMs = it.nowMs;
  const dayMs = 86_400_000;
  const dueOf = (kind: string) =>
    it.incident.penaltyCase?.deadlines.find((term) => term.kind === kind)?.dueAtMs;
  expect(dueOf('decision')).toBe(registeredAtMs + 90 * dayMs);
  expect(dueOf('limitation')).toBe((event.moments.putDownAtMs ?? 0) + 730 * dayMs);
  const hearing = { kind: 'setTerm', term: 'hearingRequest', note: '' } as const;
  expect(it.ask({ ...hearing, to: 'met' }).refusal?.code).toBe('TERM_STATE');
  it.ask({ ...hearing, to: 'started' });
  it.ask({ ...hearing, to: 'met' });
  const term = it.incident.penaltyCase?.deadlines.find(({ kind }) => kind === 'hearingRequest');
  expect(term?.doneAtMs).toBe(it.nowMs);
  // From Monday 15 June 2026 the fifth working day is Tuesday 23 June: Friday is Dragon Boat Festival.
  expect(new Date((term?.dueAtMs ?? 0) + 8 * 3_600_000).toISOString().slice(0, 10)).toBe('2026-06-24');
});

test('provisions are suggested by facts, chosen by people, and no penalty stands without both and reviewed evidence', () => {
  const it = story();
  it.ask(confirm);
  it.ask({ kind: 'putParty', party, note: '' });
  expect(it.incident.penaltyCase?.legalBases.map(({ basisId }) => basisId)).toEqual(['road-traffic-law-31']);
  it.ask({ kind: 'setWasteKind', wasteKind: 'renovation', note: '' });
  const ids = it.incident.penaltyCase?.legalBases.map(({ basisId }) => basisId) ?? [];
  expect(ids).toContain('construction-waste-rules-25-contractor');
  // 固废法 111(1)(4) is about waste of construction works, not of renovation.
  expect(ids).not.toContain('solid-waste-law-111-1-4');
  const basisId = 'construction-waste-rules-26-unit';
  const penalty = {
    partyId: party.partyId,
    agency: 'enforcement',
    basisId,
    decisionNumber: '甬海综执罚决字〔2026〕第1号',
    decidedAtMs: baseMs,
    text: '',
  } as const;
  const decide = { kind: 'recordPenalty', penalty, note: '' } as const;
  expect(it.ask(decide).refusal?.code).toBe('BASIS_UNKNOWN');
  it.ask({ kind: 'judgeBasis', partyId: party.partyId, basisId, status: 'chosen', note: '' });
  expect(it.ask(decide).refusal?.code).toBe('EVIDENCE_NOT_ADMISSIBLE');
  const mediaIds = media.map(({ mediaId }) => mediaId);
  const reviewTo = (to: 'technicallyReviewed' | 'legallyReviewed' | 'admissible') =>
    ({ kind: 'reviewEvidence', mediaIds, to, note: '' }) satisfies CaseAction;
  expect(it.ask(reviewTo('legallyReviewed')).refusal?.code).toBe('EVIDENCE_STATE');
  it.ask(reviewTo('technicallyReviewed'));
  expect(it.ask(reviewTo('legallyReviewed')).refusal?.code).toBe('SECOND_PERSON');
  it.ask(reviewTo('legallyReviewed'), second);
  it.ask(reviewTo('admissible'), second);
  expect(it.ask(decide).refusal).toBeNull();
  expect(it.incident.penaltyCase?.penalties).toMatchObject([{ basisId, enteredBy: officer }]);
  expect(it.ask({ kind: 'removeParty', partyId: party.partyId, note: '' }).refusal?.code).toBe(
    'PARTY_PENALISED',
  );
});

test('custody is a chain: a changed entry is found and the piece not used any more', () => {
  const it = story();
  it.ask(confirm);
  const { penaltyCase } = it.incident;
  const piece = penaltyCase?.evidence[0];
  if (penaltyCase === null || piece === undefined) throw new Error('no evidence');
  const forged = { ...piece, custody: piece.custody.map((step) => ({ ...step, sha256: 'b'.repeat(64) })) };
  const incident = { ...it.incident, penaltyCase: { ...penaltyCase, evidence: [forged] } };
  const state = { areaCode, incidents: new Map([[incidentId, incident]]), records: new Map() };
  const mediaIds = [piece.mediaId];
  const action: CaseAction = { kind: 'reviewEvidence', mediaIds, to: 'technicallyReviewed', note: '' };
  const command = madeCommand({ incidentId, action });
  const { changes } = stepIncidents(state, { kind: 'command', command }, settings);
  expect(changes[0]?.refusal?.code).toBe('EVIDENCE_BROKEN');
});
