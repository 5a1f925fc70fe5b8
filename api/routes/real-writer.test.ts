import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AuditReport,
  cameraZones,
  type Incident,
  IncidentPage,
  officialRecords,
  sceneEvents,
  suppressedEventTable,
  type SuppressedEventList,
} from '../../contracts/index.ts';
import { logIn, type Visitor } from '../testing/ask.ts';
import { openTestDistrict, type TestDistrict } from '../testing/district.ts';
import { sampleIncident } from '../testing/sample-incident.ts';

// The whole way of a decision with the worker that really owns the incidents.
let district: TestDistrict;
let inside: Visitor;
beforeAll(async () => {
  district = await openTestDistrict({ hasRealWriter: true });
  inside = await logIn(district);
});
afterAll(async () => {
  await district[Symbol.asyncDispose]();
});

test('an event and its report become one line of the queue, and a person decides on it once', async () => {
  const { events } = sampleIncident({ name: 'real', media: [], records: [] });
  await district.bus.publish(sceneEvents, events);
  await district.bus.publish(officialRecords, district.reports);
  const queue = async (): Promise<IncidentPage> =>
    IncidentPage.parse((await inside.get('/api/incidents')).body);
  await expect.poll(queue, { timeout: 10_000 }).toMatchObject({
    items: [{ state: 'detected', linkedRecordCount: 1, cameraName: '槐安街砚池巷口枪机' }],
  });
  const [line] = (await queue()).items;
  const path = `/api/incidents/${line?.incidentId}`;
  const before = (await inside.get(path)).body as Incident;
  expect(before.records.find(({ status }) => status === 'linked')?.record.sourceId).toBe(
    '33020320260615001102',
  );

  const confirm = { action: { kind: 'confirm', note: '现场属实' }, expectedVersion: before.version };
  const done = await inside.post(`${path}/commands`, confirm);
  expect(done).toMatchObject({ status: 200, body: { state: 'registered' } });
  expect(await inside.get(path)).toMatchObject({ body: { state: 'registered' } });
  expect(await inside.post(`${path}/commands`, confirm)).toMatchObject({
    status: 409,
    body: { hint: expect.any(String), incident: { state: 'registered' } },
  });
  const { items } = (await inside.get('/api/audit')).body as AuditReport;
  expect(items.filter(({ action }) => action === 'commandIssued')).toHaveLength(2);
});

test('what a zone suppressed is listed, becomes an alert when a person says so, and only once', async () => {
  const [event] = sampleIncident({ name: 'suppressed', media: [], records: [], laterMs: 86_400_000 }).events;
  if (event === undefined) throw new Error('The sample has lost its event.');
  const suppression = { zoneId: 'bins', because: 'dropSpot' } as const;
  await district.store.insert(suppressedEventTable, [{ ...event, suppression }], {
    deduplicationToken: 'suppressed',
  });
  const listed = async (): Promise<SuppressedEventList['items']> =>
    ((await inside.get('/api/suppressed-events')).body as SuppressedEventList).items;
  expect(await listed()).toMatchObject([{ event: { suppression }, incidentId: null }]);

  const path = `/api/suppressed-events/${event.eventId}/raise`;
  const raised = await inside.post(path, { note: '不在投放时间' });
  expect(raised).toMatchObject({
    status: 200,
    body: { state: 'detected', events: [{ eventId: event.eventId }] },
  });
  const { incidentId, timeline } = raised.body as Incident;
  expect(timeline).toContainEqual(
    expect.objectContaining({ kind: 'eventAdded', note: '不在投放时间', by: expect.anything() }),
  );
  expect(await inside.post(path, { note: '' })).toMatchObject({
    status: 200,
    body: { incidentId, version: 1 },
  });
  expect(await listed()).toMatchObject([{ incidentId }]);
  expect(
    (await inside.post('/api/suppressed-events/0b0f6a1e-2f0b-5d0c-9a53-1d5f3c1a7b11/raise', { note: '' }))
      .status,
  ).toBe(404);
});

test('zones that somebody draws are told to the cameras, kept, and registered', async () => {
  const path = '/api/cameras/33020300001320000101/zones';
  expect(await inside.get(path)).toMatchObject({ status: 200, body: { drawn: null } });
  const corners = [
    [0, 0.5],
    [1, 0.5],
    [1, 1],
  ];
  const lane = { zoneId: 'lane', kind: 'lane', laneType: 'nonMotor', polygonNorm: corners };
  expect((await inside.post(path, { zones: [lane, lane] })).status).toBe(400);
  expect((await inside.post(path, { zones: [{ ...lane, laneType: 'sky' }] })).status).toBe(400);
  expect(await inside.post(path, { zones: [lane] })).toMatchObject({ status: 200, body: { zones: [lane] } });
  for await (const { record } of district.bus.tail([cameraZones], {
    from: 'earliest',
    signal: AbortSignal.timeout(20_000),
  })) {
    expect(record).toMatchObject({ cameraId: '33020300001320000101', zones: [lane] });
    break;
  }
  const { items } = (await inside.get('/api/audit')).body as AuditReport;
  expect(items).toContainEqual(expect.objectContaining({ action: 'zonesChanged', reason: 'lane' }));
});
