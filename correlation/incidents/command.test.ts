import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Command, type Incident, IncidentState } from '../../contracts/index.ts';
import { checkConfig } from '../../kernel/index.ts';
import { correlationSettings } from '../settings.ts';
import { areaCode, boxAt, madeCommand, madeEvent, madeRecord, officer } from '../testing/made.ts';
import {
  type AreaState,
  canMove,
  emptyArea,
  incidentIdOf,
  type IncidentStep,
  movesFrom,
  stepIncidents,
} from './index.ts';

const settings = await correlationSettings(checkConfig({}));

const event = madeEvent();
const other = madeEvent({ box: boxAt(0.7), startedS: 30 });
const record = madeRecord();
const incidentId = incidentIdOf(event.eventId);
const otherId = incidentIdOf(other.eventId);

const begin = (): AreaState => {
  let state = emptyArea(areaCode);
  for (const one of [event, other])
    state = stepIncidents(state, { kind: 'sceneEvent', event: one }, settings).state;
  return stepIncidents(state, { kind: 'record', record }, settings).state;
};
const ask = (state: AreaState, command: Command): IncidentStep =>
  stepIncidents(state, { kind: 'command', command }, settings);
const incidentIn = (state: AreaState, id: string): Incident => {
  const incident = state.incidents.get(id);
  if (incident === undefined) throw new Error(`no incident ${id}`);
  return incident;
};
const holderOfRecord = (state: AreaState): string | undefined =>
  // Two heaps at one place within half a minute: which of them the call means is only suggested.
  [...state.incidents.values()].find(({ records }) => records.length > 0)?.incidentId;

const confirm = { kind: 'confirm', note: '看到了' } as const;
const reject = (reason: 'false_alarm' | 'duplicate' | 'legal_disposal', duplicateOf: string | null = null) =>
  ({ kind: 'reject', reason, note: '', duplicateOf }) as const;

test('confirming goes through triage to registered, both moves by the person', () => {
  const step = ask(
    begin(),
    madeCommand({ incidentId, action: confirm, expectedVersion: incidentIn(begin(), incidentId).version }),
  );
  const [change] = step.changes;
  expect(change).toMatchObject({
    refusal: null,
    cause: { kind: 'command' },
    incident: { state: 'registered' },
  });
  const moves = change?.incident?.timeline.filter(({ kind }) => kind === 'stateChanged');
  expect(moves?.map(({ fromState, toState, by }) => [fromState, toState, by])).toEqual([
    ['detected', 'triage', officer],
    ['triage', 'registered', officer],
  ]);
});

test('a decision on an older version, a second decision and an unknown incident are refused with the incident as it is', () => {
  const state = begin();
  const { version } = incidentIn(state, incidentId);
  const stale = ask(state, madeCommand({ incidentId, action: confirm, expectedVersion: version - 1 }));
  expect(stale.written).toEqual([]);
  expect(stale.changes[0]).toMatchObject({
    refusal: { code: 'INCIDENT_CHANGED' },
    incident: { version, state: 'detected' },
  });
  const rejected = ask(state, madeCommand({ incidentId, action: reject('false_alarm') })).state;
  const late = ask(rejected, madeCommand({ incidentId, action: confirm, issuedS: 700 }));
  expect(late.changes[0]).toMatchObject({
    refusal: { code: 'INCIDENT_STATE' },
    incident: { state: 'rejected' },
  });
  const unknown = ask(state, madeCommand({ incidentId: otherId.replace(/^./, 'f'), action: confirm }));
  expect(unknown.changes[0]).toMatchObject({ refusal: { code: 'INCIDENT_UNKNOWN' }, incident: null });
});

test('a command delivered twice is answered twice and carried out once', () => {
  for (const action of [
    confirm,
    reject('duplicate', otherId),
    { kind: 'linkRecord', recordId: record.recordId, note: '' },
  ] as const) {
    const command = madeCommand({
      incidentId,
      action,
      expectedVersion: incidentIn(begin(), incidentId).version,
    });
    const first = ask(begin(), command);
    const again = ask(first.state, command);
    expect(again.written).toEqual([]);
    const answer = again.changes.find((change) => change.incidentId === incidentId);
    expect(answer).toEqual(first.changes.find((change) => change.incidentId === incidentId));
    expect(answer?.refusal).toBeNull();
  }
});

test('a duplicate gives its events and records to the incident it repeats, and keeps its id', () => {
  const state = begin();
  const from = holderOfRecord(state) ?? '';
  const into = from === incidentId ? otherId : incidentId;
  const { state: after } = ask(state, madeCommand({ incidentId: from, action: reject('duplicate', into) }));
  expect(incidentIn(after, from)).toMatchObject({ state: 'rejected', rejection: { duplicateOf: into } });
  expect(incidentIn(after, into).events).toHaveLength(2);
  expect(incidentIn(after, into).records).toMatchObject([
    { status: 'linked', record: { recordId: record.recordId } },
  ]);
  // News of the event go where it is now.
  const gone =
    from === incidentId
      ? madeEvent({ clearedS: 900 })
      : madeEvent({ box: boxAt(0.7), startedS: 30, clearedS: 900 });
  const step = stepIncidents(after, { kind: 'sceneEvent', event: gone }, settings);
  expect(step.written.map((incident) => incident.incidentId)).toEqual([into]);
  expect(step.written[0]?.timeline.map(({ kind }) => kind)).toContain('eventEnded');
});

test.each([null, incidentId, incidentIdOf('nobody')])('no duplicate of %s', (duplicateOf) => {
  const { changes, written } = ask(
    begin(),
    madeCommand({ incidentId, action: reject('duplicate', duplicateOf) }),
  );
  expect(changes[0]?.refusal?.code).toBe('DUPLICATE_TARGET');
  expect(written).toEqual([]);
});

test('a false alarm sets its record free for another incident', () => {
  const state = begin();
  const from = holderOfRecord(state) ?? '';
  const { state: after } = ask(state, madeCommand({ incidentId: from, action: reject('false_alarm') }));
  expect(incidentIn(after, from === incidentId ? otherId : incidentId).records).toMatchObject([
    { status: 'linked' },
  ]);
});

test('what a person links stays, what a person takes back is not offered there again', () => {
  const state = begin();
  const from = holderOfRecord(state) ?? '';
  const { recordId } = record;
  const undone = ask(
    state,
    madeCommand({ incidentId: from, action: { kind: 'unlinkRecord', recordId, note: 'no' } }),
  ).state;
  expect(incidentIn(undone, from).records).toMatchObject([{ status: 'undone' }]);
  const again = stepIncidents(
    undone,
    { kind: 'record', record: { ...record, text: '倒了渣土' } },
    settings,
  ).state;
  expect(incidentIn(again, from).records).toMatchObject([{ status: 'undone', record: { text: '倒了渣土' } }]);

  const noise = madeRecord({ number: 2, kind: 'noise' });
  const known = stepIncidents(again, { kind: 'record', record: noise }, settings).state;
  const link = { kind: 'linkRecord', recordId: noise.recordId, note: '' } as const;
  const linked = ask(known, madeCommand({ incidentId: from, action: link, issuedS: 700 })).state;
  expect(
    incidentIn(linked, from)
      .records.map(({ status }) => status)
      .toSorted(),
  ).toEqual(['confirmed', 'undone']);
  const elsewhere = ask(
    linked,
    madeCommand({ incidentId: from === incidentId ? otherId : incidentId, action: link, issuedS: 800 }),
  );
  expect(elsewhere.changes[0]?.refusal?.code).toBe('RECORD_LINKED');
  const unknown = ask(
    linked,
    madeCommand({ incidentId, action: { ...link, recordId: incidentId }, issuedS: 900 }),
  );
  expect(unknown.changes[0]?.refusal?.code).toBe('RECORD_UNKNOWN');
});

test.each([
  ['registered', confirm, 1],
  ['rejected', reject('legal_disposal'), 2],
] as const)('an event near an incident that is %s: %#', (_, decision, size) => {
  const alone = stepIncidents(emptyArea(areaCode), { kind: 'sceneEvent', event }, settings).state;
  const decided = ask(alone, madeCommand({ incidentId, action: decision })).state;
  const second = madeEvent({ camera: 2, startedS: 60 });
  expect(stepIncidents(decided, { kind: 'sceneEvent', event: second }, settings).state.incidents.size).toBe(
    size,
  );
});

test('the table: only a person registers, nothing leaves closed, every state can be reached', () => {
  const reached = new Set<string>(['detected']);
  for (const from of reached) for (const to of movesFrom(IncidentState.parse(from))) reached.add(to);
  expect([...reached].toSorted()).toEqual([...IncidentState.options].toSorted());
  expect(movesFrom('closed')).toEqual([]);
  expect(canMove('verified', 'handling', 'person')).toBe(true);
  for (const from of IncidentState.options) {
    expect(canMove(from, 'registered', 'pipeline') || canMove(from, 'registered', 'agency')).toBe(false);
    expect(canMove(from, 'rejected', 'person')).toBe(from === 'triage');
  }
});

const action = fc.oneof(
  fc.constant(confirm),
  fc.constantFrom(
    reject('false_alarm'),
    reject('legal_disposal'),
    reject('duplicate', otherId),
    reject('duplicate', incidentId),
  ),
  fc
    .constantFrom('linkRecord' as const, 'unlinkRecord' as const)
    .map((kind) => ({ kind, recordId: record.recordId, note: '' })),
);

test('no sequence of commands leaves the table, skips a version or registers without a person', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(incidentId, otherId), action, fc.constantFrom(null, 1, 2, 3)), {
        maxLength: 12,
      }),
      (asked) => {
        let state = begin();
        for (const [index, [id, what, expectedVersion]] of asked.entries()) {
          const before = state;
          const step = ask(
            state,
            madeCommand({ incidentId: id, action: what, expectedVersion, issuedS: 600 + index }),
          );
          ({ state } = step);
          expect(step.changes.filter((change) => change.incidentId === id)).toHaveLength(1);
          for (const incident of step.written) {
            expect(incident.version).toBe(incidentIn(before, incident.incidentId).version + 1);
          }
          if (step.changes.some(({ refusal }) => refusal !== null)) expect(state).toEqual(before);
        }
        for (const { timeline, state: now } of state.incidents.values()) {
          let at: Incident['state'] = 'detected';
          for (const { kind, fromState, toState, by } of timeline) {
            if (kind !== 'stateChanged' || fromState === null || toState === null) continue;
            expect(fromState).toBe(at);
            expect(canMove(fromState, toState, by === null ? 'pipeline' : 'person')).toBe(true);
            at = toState;
          }
          expect(now).toBe(at);
        }
      },
    ),
    { numRuns: 300 },
  );
});
