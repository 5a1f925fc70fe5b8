import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AuditReport,
  type Incident,
  IncidentPage,
  officialRecords,
  sceneEvents,
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
