import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Incident, IncidentChange, type OfficialRecord, type SceneEvent } from '../../contracts/index.ts';
import { checkConfig } from '../../kernel/index.ts';
import { correlationSettings } from '../settings.ts';
import { areaCode, boxAt, cameraIdOf, madeEvent, madeRecord, placeAt } from '../testing/made.ts';
import { incidentIdOf, isMerged } from './area.ts';
import { type AreaState, emptyArea, type IncidentInput, stepIncidents } from './index.ts';

const settings = await correlationSettings(checkConfig({}));

const run = (inputs: readonly IncidentInput[]): AreaState => {
  let state = emptyArea(areaCode);
  for (const input of inputs) state = stepIncidents(state, input, settings).state;
  return state;
};

const ofEvent = (event: SceneEvent): IncidentInput => ({ kind: 'sceneEvent', event });
const ofRecord = (record: OfficialRecord): IncidentInput => ({ kind: 'record', record });

/** Cameras 20 m apart, so that 1–2 and 2–3 are near each other and 1–3 are not; three spots per picture. */
const events = fc
  .uniqueArray(
    fc.record({
      camera: fc.integer({ min: 1, max: 5 }),
      startedS: fc.integer({ min: 0, max: 15_000 }),
      spot: fc.integer({ min: 0, max: 2 }),
      clearedS: fc.option(fc.integer({ min: 15_100, max: 20_000 }), { nil: null }),
      kind: fc.constantFrom('illegal_dumping' as const, 'lane_obstruction' as const),
    }),
    { maxLength: 9, selector: ({ camera, startedS, spot }) => `${camera}/${startedS}/${spot}` },
  )
  .map((list) =>
    list.flatMap(({ camera, startedS, spot, clearedS, kind }) => {
      const common = { camera, startedS, kind, box: boxAt(0.1 + spot * 0.3) };
      const started = madeEvent(common);
      return clearedS === null ? [started] : [started, madeEvent({ ...common, clearedS })];
    }),
  );
const records = fc
  .array(
    fc.record({
      eastM: fc.integer({ min: -60, max: 160 }),
      reportedS: fc.integer({ min: -8_000, max: 40_000 }),
      kind: fc.constantFrom('illegal_dumping' as const, 'household_waste' as const, 'noise' as const),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list.map(({ eastM, reportedS, kind }, number) =>
      madeRecord({ number, reportedS, kind, ...placeAt(eastM) }),
    ),
  );
/** Everything in the order of its own time. */
const clean = fc.tuple(events, records).map(([someEvents, someRecords]) =>
  [
    ...someEvents.map((event) => ({
      atMs: Math.max(event.raisedAtMs, event.moments.clearedAtMs ?? 0),
      input: ofEvent(event),
    })),
    ...someRecords.map((record) => ({ atMs: record.reportedAtMs, input: ofRecord(record) })),
  ].toSorted((one, other) => one.atMs - other.atMs),
);

/** What must not depend on the order of arrival: who is together, in what state, with which records. */
const structure = (state: AreaState): unknown =>
  [...state.incidents.values()]
    .filter((incident) => !isMerged(incident))
    .map(({ events: held, records: links, state: inState, kind, openedAtMs, cameraIds, location }) => ({
      events: held,
      links: links.map(({ record, eventId, score, status }) => [record.recordId, eventId, score, status]),
      inState,
      kind,
      openedAtMs,
      cameraIds,
      location,
    }))
    .toSorted((one, other) => ((one.events[0]?.eventId ?? '') < (other.events[0]?.eventId ?? '') ? -1 : 1));

test('whatever the order of arrival, the same events are together and the same records are linked', () => {
  fc.assert(
    fc.property(clean, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (timed, dice) => {
      const shuffled = timed
        .map((item) => ({ item, at: dice.next().value as number }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ item }) => item.input);
      const state = run(shuffled);
      expect(structure(state)).toEqual(structure(run(timed.map(({ input }) => input))));
      for (const [id, incident] of state.incidents) {
        expect(incident.incidentId).toBe(id);
        expect(incident.events.map(({ eventId }) => incidentIdOf(eventId))).toContain(id);
        expect(() => Incident.parse(incident)).not.toThrow();
      }
    }),
    { numRuns: 300 },
  );
});

test('up to a minute out of order: an incident has the id of the clean run wherever its first event came first', () => {
  fc.assert(
    fc.property(clean, fc.infiniteStream(fc.integer({ min: -60_000, max: 60_000 })), (timed, delays) => {
      const inputs = timed
        .map((item) => ({ ...item, atMs: item.atMs + (delays.next().value as number) }))
        .toSorted((one, other) => one.atMs - other.atMs)
        .map(({ input }) => input);
      const state = run(inputs);
      const cleanState = run(timed.map(({ input }) => input));
      expect(structure(state)).toEqual(structure(cleanState));
      const arrivedAt = new Map<string, number>();
      for (const [index, input] of inputs.entries()) {
        if (input.kind === 'sceneEvent' && !arrivedAt.has(input.event.eventId)) {
          arrivedAt.set(input.event.eventId, index);
        }
      }
      const isClean = [...arrivedAt].every(
        ([eventId, index]) =>
          ![...arrivedAt].some(
            ([other, at]) => at < index && startOf(timed, other) > startOf(timed, eventId),
          ),
      );
      if (isClean)
        expect([...state.incidents.keys()].toSorted()).toEqual([...cleanState.incidents.keys()].toSorted());
    }),
    { numRuns: 200 },
  );
});

const startOf = (timed: readonly { readonly input: IncidentInput }[], eventId: string): number => {
  for (const { input } of timed) {
    if (input.kind === 'sceneEvent' && input.event.eventId === eventId) return input.event.startedAtMs;
  }
  return Number.NaN;
};

/** Reports of a few places that repeat and correct each other, and some that are taken back. */
const corrected = fc
  .array(
    fc.record({
      number: fc.integer({ min: 1, max: 4 }),
      version: fc.integer({ min: 1, max: 3 }),
      eastM: fc.integer({ min: -30, max: 60 }),
      isWithdrawn: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((list) =>
    [...new Map(list.map((item) => [`${item.number}/${item.version}`, item])).values()].map((item) =>
      madeRecord({
        number: item.number,
        reportedS: 300 * item.number,
        sourceVersion: item.version,
        status: item.isWithdrawn ? 'withdrawn' : 'active',
        repeatsSourceId: item.number > 2 ? 'call-1' : null,
        spots: [{ ...placeAt(item.eastM), errorM: 12, weight: 1 }],
      }),
    ),
  );

test('doubled, reordered and late messages end in the same tables as the clean run', () => {
  const late = fc.constantFrom(0, 30_000, 60_000, 86_400_000);
  const deliveries = fc.infiniteStream(
    fc.tuple(fc.integer({ min: -60_000, max: 60_000 }), fc.boolean(), late),
  );
  fc.assert(
    fc.property(clean, corrected, deliveries, (timed, versions, delivery) => {
      const all = [
        ...timed,
        ...versions.map((record) => ({
          atMs: record.reportedAtMs + record.sourceVersion * 1_000,
          input: ofRecord(record),
        })),
      ].toSorted((one, other) => one.atMs - other.atMs);
      const disturbed = all
        .flatMap(({ atMs, input }) => {
          const [shiftMs, isDoubled, lateMs] = delivery.next().value as [number, boolean, number];
          const first = { atMs: atMs + shiftMs + lateMs, input };
          return isDoubled ? [first, { atMs: atMs + 3_600_000, input }] : [first];
        })
        .toSorted((one, other) => one.atMs - other.atMs);
      const state = run(disturbed.map(({ input }) => input));
      const cleanState = run(all.map(({ input }) => input));
      expect(structure(state)).toEqual(structure(cleanState));
      const byId = (one: OfficialRecord, other: OfficialRecord): number =>
        one.recordId < other.recordId ? -1 : 1;
      expect([...state.records.values()].toSorted(byId)).toEqual(
        [...cleanState.records.values()].toSorted(byId),
      );
    }),
    { numRuns: 200 },
  );
});

test('an input that comes again, at once or later, makes no new version; at once it is told again as it was', () => {
  fc.assert(
    fc.property(clean, fc.infiniteStream(fc.nat(30)), (timed, picks) => {
      const inputs = timed.map(({ input }) => input);
      let state = emptyArea(areaCode);
      for (const [index, input] of inputs.entries()) {
        const first = stepIncidents(state, input, settings);
        ({ state } = first);
        for (const change of first.changes) expect(() => IncidentChange.parse(change)).not.toThrow();
        const again = stepIncidents(state, input, settings);
        expect(again.written).toEqual([]);
        expect(again.recordsWritten).toEqual([]);
        const told = new Map(again.changes.map((change) => [change.incidentId, change]));
        for (const change of first.changes) expect(told.get(change.incidentId)).toEqual(change);
        const older = inputs[(picks.next().value as number) % (index + 1)];
        if (older !== undefined) expect(stepIncidents(state, older, settings).written).toEqual([]);
      }
      expect(state).toEqual(run(inputs));
    }),
    { numRuns: 150 },
  );
});

test('two cameras see one dumping, the later alert comes first: the id that was shown stays', () => {
  const near = madeEvent({ camera: 1, startedS: 0 });
  const far = madeEvent({ camera: 2, startedS: 3 });
  const state = run([ofEvent(far), ofEvent(near)]);
  expect([...state.incidents.keys()]).toEqual([incidentIdOf(far.eventId)]);
  expect([...state.incidents.values()][0]).toMatchObject({
    version: 2,
    cameraIds: [cameraIdOf(1), cameraIdOf(2)],
    openedAtMs: near.startedAtMs,
  });
});

test('two incidents found to be one by a late event: the later points at the earlier and keeps its id', () => {
  // Cameras 1 and 3 are 40 m apart; camera 2 between them saw it begin.
  const first = madeEvent({ camera: 1, startedS: 10 });
  const second = madeEvent({ camera: 3, startedS: 20 });
  const between = madeEvent({ camera: 2, startedS: 0 });
  const state = run([ofEvent(first), ofEvent(second), ofEvent(between)]);
  const one = state.incidents.get(incidentIdOf(first.eventId));
  const other = state.incidents.get(incidentIdOf(second.eventId));
  expect(one?.events.map(({ eventId }) => eventId)).toEqual(
    [between, first, second].map(({ eventId }) => eventId),
  );
  expect(other).toMatchObject({ state: 'rejected', rejection: { duplicateOf: one?.incidentId } });
  expect(other?.events).toHaveLength(1);
  expect(one?.timeline.map(({ kind }) => kind)).toContain('merged');
});

test('two bags in one picture are two matters, also when a second camera sees both', () => {
  const bags = [0.1, 0.6].map((x, index) => madeEvent({ camera: 1, startedS: index * 600, box: boxAt(x) }));
  const seenAgain = [0.2, 0.7].map((x, index) =>
    madeEvent({ camera: 2, startedS: index * 600 + 5, box: boxAt(x) }),
  );
  const state = run([...bags, ...seenAgain].map(ofEvent));
  expect(
    [...state.incidents.values()].map(({ events: held }) => held.map(({ cameraId }) => cameraId)),
  ).toEqual([
    [cameraIdOf(1), cameraIdOf(2)],
    [cameraIdOf(1), cameraIdOf(2)],
  ]);
});

const unseen = { arrivedAtMs: null, putDownAtMs: null, departedAtMs: null, clearedAtMs: null } as const;

test('the limits hold: 30 m, 2 hours, the same kind, the same place in the picture', () => {
  const pairs: readonly (readonly [number, ReturnType<typeof madeEvent>])[] = [
    [1, madeEvent({ camera: 2, location: placeAt(29) })],
    [2, madeEvent({ camera: 2, location: placeAt(31) })],
    // Both know when it was put down: minutes apart are two heaps. One does not: two hours.
    [1, madeEvent({ camera: 2, startedS: 599 })],
    [2, madeEvent({ camera: 2, startedS: 601 })],
    [1, madeEvent({ camera: 2, startedS: 7_199, moments: unseen })],
    [2, madeEvent({ camera: 2, startedS: 7_201, moments: unseen })],
    [2, madeEvent({ camera: 2, kind: 'lane_obstruction' })],
    [2, madeEvent({ camera: 2, location: null })],
    [1, madeEvent({ camera: 1, startedS: 60, box: boxAt(0.32) })],
    [2, madeEvent({ camera: 1, startedS: 60, box: boxAt(0.37) })],
  ];
  for (const [expected, event] of pairs)
    expect(run([ofEvent(madeEvent()), ofEvent(event)]).incidents.size).toBe(expected);
});
