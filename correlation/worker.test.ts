import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import {
  commands,
  type Incident,
  type IncidentChange,
  incidentChanges,
  incidentTable,
  officialRecords,
  officialRecordTable,
  sceneEvents,
} from '../contracts/index.ts';
import { incidentIdOf } from './incidents/index.ts';
import { boxAt, madeCommand, madeEvent, madeRecord } from './testing/made.ts';
import { openPlace, type Place, temporaryDir } from './testing/place.ts';

let dir: Awaited<ReturnType<typeof temporaryDir>>;
let place: Place;
let stop: () => Promise<void>;
const told: IncidentChange[] = [];
const listening = new AbortController();

beforeAll(async () => {
  dir = await temporaryDir();
  place = await openPlace(dir.path);
  stop = place.start();
  void (async () => {
    for await (const { record } of place.bus.tail([incidentChanges], {
      from: 'earliest',
      signal: listening.signal,
    })) {
      told.push(record);
    }
  })();
});
afterAll(async () => {
  listening.abort();
  await stop();
  await place[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

/** Each test has an area of its own. */
const incidentsOf = async (areaCode: string): Promise<Incident[]> =>
  await place.store.find(incidentTable, { where: 'areaCode = {areaCode:String}', params: { areaCode } });
const toldOf = (areaCode: string): IncidentChange[] => told.filter((change) => change.areaCode === areaCode);

test('event, then its record: one incident, told with every version, stored before it is told', async () => {
  const areaCode = 'event-first';
  const event = madeEvent({ areaCode });
  await place.bus.publish(sceneEvents, [event]);
  await place.settled();
  await place.bus.publish(officialRecords, [madeRecord({ areaCode })]);
  await place.settled();
  const [incident, ...others] = await incidentsOf(areaCode);
  expect(others).toEqual([]);
  expect(incident).toMatchObject({ incidentId: incidentIdOf(event.eventId), version: 2, state: 'detected' });
  expect(incident?.records).toMatchObject([{ status: 'linked', eventId: event.eventId }]);
  await expect.poll(() => toldOf(areaCode).map((change) => change.incident?.version)).toEqual([1, 2]);
  expect(toldOf(areaCode)[1]?.incident).toEqual(incident);
});

test('record, then its event: the same link', async () => {
  const areaCode = 'record-first';
  const record = madeRecord({ areaCode });
  await place.bus.publish(officialRecords, [record]);
  await place.settled();
  expect(
    await place.store.find(officialRecordTable, {
      where: 'areaCode = {areaCode:String}',
      params: { areaCode },
    }),
  ).toEqual([record]);
  await place.bus.publish(sceneEvents, [madeEvent({ areaCode })]);
  await place.settled();
  expect((await incidentsOf(areaCode))[0]?.records).toMatchObject([{ status: 'linked', record }]);
});

test('the same event and record twice, also after a restart: no new version, but told again', async () => {
  const areaCode = 'twice';
  const inputs = async (): Promise<void> => {
    await place.bus.publish(sceneEvents, [madeEvent({ areaCode })]);
    await place.settled();
    await place.bus.publish(officialRecords, [madeRecord({ areaCode })]);
    await place.settled();
  };
  await inputs();
  const before = await incidentsOf(areaCode);
  await inputs();
  await stop();
  stop = place.start();
  await inputs();
  expect(await incidentsOf(areaCode)).toEqual(before);
  await expect
    .poll(() => toldOf(areaCode).map((change) => change.incident?.version))
    .toEqual([1, 2, 2, 2, 2, 2]);
});

test('a command is answered with the incident as it is then, or with why not', async () => {
  const areaCode = 'command';
  const event = madeEvent({ areaCode });
  const incidentId = incidentIdOf(event.eventId);
  await place.bus.publish(sceneEvents, [event]);
  const confirm = { kind: 'confirm', note: '' } as const;
  const first = madeCommand({ areaCode, incidentId, action: confirm, expectedVersion: 1 });
  const second = madeCommand({ areaCode, incidentId, action: confirm, expectedVersion: 1, issuedS: 601 });
  await place.settled();
  await place.bus.publish(commands, [first, second]);
  const answer = (commandId: string): IncidentChange | undefined =>
    told.find(({ cause }) => cause.id === commandId);
  await expect.poll(() => answer(second.commandId)?.refusal?.code).toBe('INCIDENT_CHANGED');
  expect(answer(first.commandId)).toMatchObject({
    refusal: null,
    incident: { state: 'registered', version: 2 },
  });
  expect(answer(second.commandId)?.incident).toEqual(answer(first.commandId)?.incident);
  expect((await incidentsOf(areaCode))[0]).toMatchObject({ state: 'registered', version: 2 });
});

test('more incidents than are kept at hand: an old one still knows its news, its late record and its person', async () => {
  const areaCode = 'full';
  const first = madeEvent({ areaCode });
  // Days apart, so that none of them has to do with another.
  const others = Array.from({ length: 620 }, (_, index) =>
    madeEvent({ areaCode, startedS: (index + 1) * 260_000, box: boxAt(0.5) }),
  );
  await place.bus.publish(sceneEvents, [first]);
  await place.bus.publish(sceneEvents, others);
  await place.settled();
  const incidentId = incidentIdOf(first.eventId);
  await place.bus.publish(sceneEvents, [first, madeEvent({ areaCode, clearedS: 900 })]);
  await place.bus.publish(officialRecords, [madeRecord({ areaCode })]);
  await place.settled();
  await place.bus.publish(commands, [
    madeCommand({ areaCode, incidentId, action: { kind: 'confirm', note: '' } }),
  ]);
  await place.settled();
  const found = await incidentsOf(areaCode);
  expect(found).toHaveLength(621);
  const old = found.find((incident) => incident.incidentId === incidentId);
  expect(old).toMatchObject({ state: 'registered', version: 4, records: [{ status: 'linked' }] });
  expect(old?.timeline.map(({ kind }) => kind)).toContain('eventEnded');
});

test('an import of 3,000 records is through in seconds', async () => {
  const areaCode = 'import';
  const records = Array.from({ length: 3_000 }, (_, number) =>
    madeRecord({ areaCode, number, reportedS: number * 60 }),
  );
  const startMs = performance.now();
  await place.bus.publish(officialRecords, records);
  await place.settled();
  expect(performance.now() - startMs).toBeLessThan(15_000);
  const [row] = await place.store.query(
    'SELECT toUInt32(count()) AS n FROM record FINAL WHERE areaCode = {areaCode:String}',
    { areaCode },
    z.object({ n: z.coerce.number() }),
  );
  expect(row?.n).toBe(3_000);
});
