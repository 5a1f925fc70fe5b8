import { afterAll, beforeAll, expect, test } from 'vitest';
import { cookieOf, logIn, visitor, type Visitor } from '../../api/testing/ask.ts';
import { openTestDistrict, type TestDistrict } from '../../api/testing/district.ts';
import { keepSampleMedia, sampleIncident, sampleStartMs } from '../../api/testing/sample-incident.ts';
import {
  type AuditReport,
  type ClosedLoopReport,
  Incident,
  incidentTable,
  IncidentPage,
  officialRecords,
  type PersonAction,
  type Role,
  sceneEvents,
  type UserInvitation,
} from '../../contracts/index.ts';
import { runTerms, correlationSettings } from '../../correlation/index.ts';
import { checkConfig, deterministicId, openLog } from '../../kernel/index.ts';

/**
 * The case this product exists for, from the first bag to the last file: a resident calls about bags, two cameras saw
 * somebody leave them, three agencies act, one of them has to come back, the shop's contractor is penalised, and the
 * district sees how well it went. Every person has an account of his own; all of it goes over HTTP, the bus, the one
 * writer and the store, on a clock that the test moves.
 */
const minuteMs = 60_000;
const hourMs = 3_600_000;
const at = (text: string): number => Date.parse(`${text}+08:00`);

let district: TestDistrict;
let incidentId = '';
const stop = new AbortController();
let terms: Promise<void>;
const loggedIn = new Map<string, Visitor>();

/** The district's clock is so late now; it only goes on. */
const moveTo = (text: string): void => {
  const ms = at(text) - district.clock.nowMs();
  if (ms < 0) throw new Error(`${text} has passed`);
  district.clock.move(ms);
};

beforeAll(async () => {
  district = await openTestDistrict({ hasRealWriter: true });
  // Back to the morning of the sample: nothing has been stored yet that would mind.
  district.clock.move(sampleStartMs - district.clock.nowMs());
  const { cases } = await correlationSettings(checkConfig({}));
  const { bus, store, clock } = district;
  terms = runTerms({
    bus,
    store,
    clock,
    log: openLog({ level: 'silent' }),
    settings: cases,
    signal: stop.signal,
  });
});
afterAll(async () => {
  stop.abort();
  await terms;
  await district[Symbol.asyncDispose]();
});

const people: Readonly<Record<string, { role: Role; unit: string }>> = {
  陈静: { role: 'dutyOfficer', unit: '南苑派出所' },
  王芳: { role: 'agencyOfficer', unit: '综合执法南苑中队' },
  李强: { role: 'agencyOfficer', unit: '南苑派出所' },
  周伟: { role: 'agencyOfficer', unit: '交警二中队' },
  郑洁: { role: 'reviewer', unit: '法制科' },
};
type Name = '陈静' | '王芳' | '李强' | '周伟' | '郑洁';

/** Somebody of the case, logged in by the link the administrator handed over. Sessions end after a shift. */
async function person(name: Name): Promise<Visitor> {
  const known = loggedIn.get(name);
  if (known !== undefined && (await known.get('/api/session')).status === 200) return known;
  const admin = await logIn(district);
  const { items } = (await admin.get('/api/users')).body as { items: { name: string; userId: string }[] };
  const account = items.find((item) => item.name === name);
  const { role, unit } = people[name] ?? { role: 'dutyOfficer', unit: '' };
  const answer =
    account === undefined
      ? await admin.post('/api/users', { name, unit, role })
      : await admin.post(`/api/users/${account.userId}/link`, {});
  const token = new URL((answer.body as UserInvitation).loginUrl).hash.slice(1);
  const entered = await visitor(district.api.url, {}).post('/api/login/link', { token });
  const inside = visitor(district.api.url, { cookie: cookieOf(entered) });
  loggedIn.set(name, inside);
  return inside;
}

const now = async (): Promise<Incident> => {
  const [incident] = await district.store.find(incidentTable, {
    where: 'incidentId = {incidentId:String}',
    params: { incidentId },
  });
  return Incident.parse(incident);
};

/** Ask something of the incident as it is now, as a person would on the page. */
async function ask(name: Name, action: PersonAction, of = incidentId): Promise<Incident> {
  const inside = await person(name);
  const { body } = await inside.get(`/api/incidents/${of}`);
  const expectedVersion = Incident.parse(body).version;
  const answer = await inside.post(`/api/incidents/${of}/commands`, { action, expectedVersion });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return Incident.parse(answer.body);
}

const queue = async (): Promise<IncidentPage['items']> =>
  IncidentPage.parse((await (await person('陈静')).get('/api/incidents')).body).items;

test('two dumpings and a call become one registered matter', async () => {
  const media = await keepSampleMedia(district.media, 'case-1');
  const first = sampleIncident({ name: 'case-1', media, records: [] });
  const second = sampleIncident({
    name: 'case-2',
    media: [],
    records: [],
    laterMs: 40 * minuteMs,
    cameraId: '33020300001320000103',
  });
  // Elsewhere: two alerts, which only a person knows to be one matter.
  const elsewhere = second.events.map((event) => ({
    ...event,
    location: event.location === null ? null : { ...event.location, lonDeg: event.location.lonDeg - 0.003 },
  }));
  moveTo('2026-06-15T08:31:00');
  await district.bus.publish(sceneEvents, first.events);
  await expect.poll(async () => (await queue()).length, { timeout: 20_000 }).toBe(1);
  incidentId = (await queue())[0]?.incidentId ?? '';
  moveTo('2026-06-15T08:34:52');
  await district.bus.publish(officialRecords, district.reports);
  await expect
    .poll(async () => (await now()).records.filter(({ status }) => status === 'linked').length, {
      timeout: 20_000,
    })
    .toBe(1);
  // Half of the five minutes of triage have passed since the alert was raised: the clock says so, once.
  await expect
    .poll(async () => (await now()).triage?.escalatedPercent, { timeout: 30_000 })
    .toBeGreaterThanOrEqual(50);

  moveTo('2026-06-15T08:35:20');
  const registered = await ask('陈静', { kind: 'confirm', note: '现场画面清楚' });
  expect(registered).toMatchObject({ state: 'registered', triage: { doneAtMs: expect.any(Number) } });
  expect(registered.triage?.doneAtMs).toBeLessThanOrEqual(registered.triage?.dueAtMs ?? 0);

  moveTo('2026-06-15T09:10:30');
  await district.bus.publish(sceneEvents, elsewhere);
  await expect.poll(async () => (await queue()).length, { timeout: 20_000 }).toBe(2);
  const other = (await queue()).find((line) => line.incidentId !== incidentId);
  moveTo('2026-06-15T09:12:00');
  const merged = await ask(
    '陈静',
    { kind: 'reject', reason: 'duplicate', note: '同一施工队', duplicateOf: incidentId },
    other?.incidentId,
  );
  expect(merged).toMatchObject({ state: 'rejected', rejection: { duplicateOf: incidentId } });
  expect((await now()).events.map(({ eventId }) => eventId).toSorted()).toEqual(
    ['case-1', 'case-2'].map((name) => deterministicId('event', name)).toSorted(),
  );
});

const advance = (
  agency: 'enforcement' | 'policeStation' | 'trafficPolice',
  to: 'acknowledged' | 'arrived' | 'handling' | 'feedback',
  note = '',
): PersonAction => ({ kind: 'advanceTask', agency, to, note });

test('three agencies go their ways, one comes back; every term stands where the rules put it', async () => {
  moveTo('2026-06-15T09:15:00');
  const dispatched = await ask('陈静', {
    kind: 'dispatch',
    lead: 'enforcement',
    coHandlers: ['policeStation', 'trafficPolice'],
    isUrgent: false,
    note: '',
  });
  const startMs = dispatched.tasks[0]?.assignedAtMs ?? 0;
  expect(Math.abs(startMs - at('2026-06-15T09:15:00'))).toBeLessThan(30_000);
  for (const { deadlines } of dispatched.tasks) {
    expect(deadlines.acknowledge.dueAtMs).toBe(startMs + 10 * minuteMs);
    expect(deadlines.arrive.dueAtMs).toBe(startMs + 30 * minuteMs);
    // Four working hours from 09:15: 2 h 45 min before noon, 1 h 15 min from 13:30 on.
    expect(deadlines.feedback.dueAtMs).toBe(startMs + 4 * hourMs + 90 * minuteMs);
  }
  expect(dispatched.tasks.find(({ agency }) => agency === 'policeStation')?.deskId).toBe(
    'policeStation@330203540000',
  );

  moveTo('2026-06-15T09:20:00');
  await ask('王芳', advance('enforcement', 'acknowledged'));
  await ask('李强', advance('policeStation', 'acknowledged'));
  // The traffic police have not acknowledged: at ten minutes the clock tells.
  moveTo('2026-06-15T09:25:30');
  await expect
    .poll(
      async () =>
        (await now()).tasks.find(({ agency }) => agency === 'trafficPolice')?.deadlines.acknowledge
          .escalatedPercent,
      { timeout: 30_000 },
    )
    .toBe(100);
  await ask('周伟', advance('trafficPolice', 'acknowledged'));
  moveTo('2026-06-15T09:40:00');
  await ask('王芳', advance('enforcement', 'arrived'));
  await ask('王芳', advance('enforcement', 'handling'));
  await ask('李强', advance('policeStation', 'feedback', '已询问店主，装修公司为某装饰公司'));
  await ask('周伟', advance('trafficPolice', 'feedback', '非机动车道已恢复通行'));
  moveTo('2026-06-15T11:00:00');
  await ask('王芳', advance('enforcement', 'feedback', '已清运'));
  moveTo('2026-06-15T11:30:00');
  const sentBack = await ask('陈静', {
    kind: 'verify',
    result: 'rework',
    agencies: ['enforcement'],
    note: '绿化带内仍有碎砖',
  });
  expect(sentBack.state).toBe('handling');
  const again = sentBack.tasks.find(({ agency }) => agency === 'enforcement');
  expect(again).toMatchObject({ reworkCount: 1, state: 'handling', isLead: true });
  moveTo('2026-06-15T15:00:00');
  await ask('王芳', advance('enforcement', 'feedback', '碎砖已清理'));
  expect((await now()).state).toBe('feedback');
});

test('parties, provisions, reviews and decisions, each by the person who may', async () => {
  const shop = deterministicId('party', 'shop');
  const contractor = deterministicId('party', 'contractor');
  const dumper = deterministicId('party', 'dumper');
  const put = (
    partyId: string,
    role: 'generator' | 'contractor' | 'dumper',
    kind: 'organisation' | 'individual',
    name: string,
  ): PersonAction => ({
    kind: 'putParty',
    party: { partyId, role, kind, name, permitNumber: null, note: '' },
    note: '',
  });
  await ask('王芳', { kind: 'setWasteKind', wasteKind: 'renovation', note: '' });
  await ask('王芳', put(shop, 'generator', 'organisation', '某服装店'));
  await ask('王芳', put(contractor, 'contractor', 'organisation', '某装饰公司'));
  await ask('王芳', put(dumper, 'dumper', 'individual', '倾倒人甲'));
  const unit = 'construction-waste-rules-26-unit';
  const individual = 'construction-waste-rules-26-person';
  const chosen: readonly (readonly [string, string])[] = [
    [shop, unit],
    [contractor, unit],
    [dumper, individual],
  ];
  for (const [partyId, basisId] of chosen) {
    await ask('王芳', { kind: 'judgeBasis', partyId, basisId, status: 'chosen', note: '' });
  }
  const mediaIds = (await now()).events.flatMap(({ media }) => media.map(({ mediaId }) => mediaId));
  expect(mediaIds).toHaveLength(7);
  const decide = (partyId: string, basisId: string, number: number): PersonAction => ({
    kind: 'recordPenalty',
    penalty: {
      partyId,
      basisId,
      agency: 'enforcement',
      decisionNumber: `甬海综执罚决字〔2026〕第${number}号`,
      decidedAtMs: at('2026-07-10T00:00:00'),
      text: '',
    },
    note: '',
  });
  const early = await (await person('王芳')).post(`/api/incidents/${incidentId}/commands`, {
    action: decide(contractor, unit, 1),
    expectedVersion: null,
  });
  expect(early).toMatchObject({ status: 409, body: { code: 'EVIDENCE_NOT_ADMISSIBLE' } });
  await ask('王芳', {
    kind: 'reviewEvidence',
    mediaIds,
    to: 'technicallyReviewed',
    note: '时钟与画面核对无误',
  });
  await ask('郑洁', { kind: 'reviewEvidence', mediaIds, to: 'legallyReviewed', note: '程序合法' });
  await ask('郑洁', { kind: 'reviewEvidence', mediaIds, to: 'admissible', note: '' });

  moveTo('2026-06-16T09:00:00');
  await ask('陈静', { kind: 'verify', result: 'pass', agencies: [], note: '' });
  moveTo('2026-07-10T10:00:00');
  await Promise.resolve();
  for (const [index, [partyId, basisId]] of chosen.entries()) {
    await ask('王芳', decide(partyId, basisId, index + 1));
  }
  await ask('王芳', { kind: 'setTerm', term: 'decision', to: 'met', note: '' });
  await ask('陈静', { kind: 'close', note: '三方均已处理' });

  const { penaltyCase, state } = await now();
  expect(state).toBe('closed');
  expect(penaltyCase?.penalties.map(({ partyId }) => partyId)).toEqual([shop, contractor, dumper]);
  const decision = penaltyCase?.deadlines.find(({ kind }) => kind === 'decision');
  expect(decision?.dueAtMs).toBe((penaltyCase?.registeredAtMs ?? 0) + 90 * 24 * hourMs);
  expect(decision?.doneAtMs).toBeLessThan(decision?.dueAtMs ?? 0);
  expect(penaltyCase?.evidence.every(({ state: reviewed }) => reviewed === 'admissible')).toBe(true);
  expect(penaltyCase?.evidence[0]?.custody.map(({ toState, by }) => [toState, by?.name])).toEqual([
    ['captured', '陈静'],
    ['technicallyReviewed', '王芳'],
    ['legallyReviewed', '郑洁'],
    ['admissible', '郑洁'],
  ]);
});

test('the register names everybody and is whole; the loop says how well it went', async () => {
  const reviewer = await person('郑洁');
  const { items, verification } = (await reviewer.get('/api/audit?limit=500')).body as AuditReport;
  expect(verification.isIntact).toBe(true);
  const commands = items.filter(({ action }) => action === 'commandIssued');
  const issuedBy = (name: Name) => commands.filter(({ by }) => by.name === name).length;
  expect(Object.fromEntries(Object.keys(people).map((name) => [name, issuedBy(name as Name)]))).toEqual({
    陈静: 6,
    王芳: 18,
    李强: 2,
    周伟: 2,
    郑洁: 2,
  });
  expect(items.some(({ action, by }) => action === 'viewIncident' && by.name === '王芳')).toBe(true);
  // A person without the right to footage sees figures and no incident.
  const query = new URLSearchParams({
    from: String(at('2026-06-01T00:00:00')),
    to: String(at('2026-08-01T00:00:00')),
    level: 'district',
  });
  const report = (await reviewer.get(`/api/closed-loop?${query.toString()}`)).body as ClosedLoopReport;
  const rates = Object.fromEntries(
    (report.rows[0]?.rates ?? []).map(({ metric, numerator, denominator }) => [
      metric,
      `${numerator}/${denominator}`,
    ]),
  );
  expect(rates).toEqual({
    registered: '1/2',
    falseAlarm: '0/2',
    repeated: '1/2',
    handled: '3/3',
    handledInTime: '3/3',
    reworked: '1/3',
    verifiedAtOnce: '0/1',
    closed: '1/1',
    // Closed after the decision, later than seven working days from registration.
    closedInTime: '0/1',
  });
  const states = (await now()).timeline
    .filter(({ kind }) => kind === 'stateChanged')
    .map(({ toState }) => toState);
  expect(states).toEqual([
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
