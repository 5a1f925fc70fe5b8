import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditReport, auditTable } from '../../contracts/index.ts';
import { openLog, PipelineError, systemClock } from '../../kernel/index.ts';
import { logIn } from '../testing/ask.ts';
import { openTestDistrict, type TestDistrict } from '../testing/district.ts';
import { sampleIncident } from '../testing/sample-incident.ts';
import { hashEntry } from './chain.ts';
import { openAuditTrail } from './trail.ts';
import { verifyAudit } from './verify.ts';

let district: TestDistrict;
beforeAll(async () => {
  district = await openTestDistrict();
});
afterAll(async () => {
  await district[Symbol.asyncDispose]();
});

const person = { userId: 'u', name: '王芳', unit: '中队' };
const silent = openLog({ level: 'silent' });

test('what a person does is registered in order, in one chain', async () => {
  const inside = await logIn(district);
  const incident = sampleIncident({ name: 'audited', media: [], records: [] });
  await district.tell(incident);
  const { incidentId } = incident;
  await inside.get(`/api/incidents/${incidentId}`);
  // The same look going on is not a second one.
  await inside.get(`/api/incidents/${incidentId}`);
  await inside.post(`/api/incidents/${incidentId}/commands`, {
    action: { kind: 'confirm', note: '现场属实' },
    expectedVersion: 1,
  });
  const { body } = await inside.get('/api/audit');
  const { items, verification } = body as AuditReport;
  expect(verification).toMatchObject({ isIntact: true, broken: [], checkedEntries: items.length });
  const mine = items.filter((entry) => entry.incidentId === incidentId).toReversed();
  expect(mine.map(({ action, reason }) => [action, reason])).toEqual([
    ['viewIncident', ''],
    ['commandIssued', 'confirm: 现场属实'],
  ]);
  expect(items.map(({ action }) => action)).toContain('login');
});

test('an entry missing at the end of the running chain is found', async () => {
  const trail = openAuditTrail({ store: district.store, clock: systemClock, log: silent });
  await trail.write({ by: person, action: 'login', subjectId: 'x' });
  const lost = { ...trail, head: () => ({ sequence: 1, hash: 'f'.repeat(64) }) };
  expect((await verifyAudit(district.store, lost, 0)).broken).toEqual([
    { chainId: trail.chainId, sequence: 1, because: 'missing' },
  ]);
  await trail[Symbol.asyncDispose]();
});

test('many entries at once keep their order; while the store is away they wait, and none is lost', async () => {
  let isAway = true;
  // The real store, with an outage in front of it.
  const flaky: typeof district.store = {
    ...district.store,
    insert: async (table, records, options) => {
      if (isAway) throw new PipelineError('STORE_UNREACHABLE', 'away', { hint: 'wait', retryable: true });
      await district.store.insert(table, records, options);
    },
  };
  const trail = openAuditTrail({ store: flaky, clock: systemClock, log: silent });
  for (let index = 0; index < 1_200; index++)
    trail.note({ by: person, action: 'viewMedia', subjectId: `${index}` });
  expect(trail.waitingCount()).toBe(1_200);
  isAway = false;
  await trail[Symbol.asyncDispose]();
  const stored = await district.store.find(auditTable, {
    where: 'chainId = {chainId:String}',
    params: { chainId: trail.chainId },
    orderBy: 'sequence',
  });
  expect(stored.map(({ subjectId }) => subjectId)).toEqual(
    Array.from({ length: 1_200 }, (_, index) => `${index}`),
  );
  expect(stored.at(-1)?.hash).toBe(trail.head().hash);
});

// Last, because the register of this file is broken from here on.
test('a changed entry, and one taken out, are found', async () => {
  const { store } = district;
  const inside = await logIn(district);
  await logIn(district);
  await logIn(district);
  const before = (await inside.get('/api/audit')).body as AuditReport;
  expect(before.verification.isIntact).toBe(true);
  const [victim] = await store.find(auditTable, { where: "action = 'viewIncident'", limit: 1 });
  if (victim === undefined) throw new Error('Nobody has looked at an incident yet.');
  const { chainId, sequence } = victim;

  const changed = { ...victim, by: { ...victim.by, name: 'somebody else' } };
  await store.insert(auditTable, [changed], { deduplicationToken: 'tamper 1' });
  const after = (await inside.get('/api/audit')).body as AuditReport;
  expect(after.verification).toMatchObject({
    isIntact: false,
    broken: [{ chainId, sequence, because: 'changed' }],
  });

  // Whoever computes the hash anew breaks the link of the next entry instead.
  const rehashed = { ...changed, hash: hashEntry(changed) };
  await store.insert(auditTable, [rehashed], { deduplicationToken: 'tamper 2' });
  const relinked = (await inside.get('/api/audit')).body as AuditReport;
  expect(relinked.verification.broken).toEqual([{ chainId, sequence: sequence + 1, because: 'notLinked' }]);
});
