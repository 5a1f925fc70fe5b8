import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  AuditReport,
  CameraHealthView,
  ExclusionRequest,
  exclusionTable,
  type FaultTicket,
  FaultTicketList,
  faultTicketTable,
  stateIntervalTable,
  UserInvitation,
} from '../../contracts/index.ts';
import { cookieOf, logIn, tokenOf, type Visitor, visitor } from '../testing/ask.ts';
import { openTestDistrict, type TestDistrict } from '../testing/district.ts';

const cameraId = '33020300001320000101';
const hourMs = 3_600_000;
let district: TestDistrict;
let first: Visitor;
let second: Visitor;

beforeAll(async () => {
  district = await openTestDistrict();
  first = await logIn(district);
  const invited = await first.post('/api/users', { name: '王工', unit: '运维', role: 'operator' });
  const { loginUrl } = UserInvitation.parse(invited.body);
  const answer = await visitor(district.api.url, {}).post('/api/login/link', { token: tokenOf(loginUrl) });
  second = visitor(district.api.url, { cookie: cookieOf(answer) });
});
afterAll(async () => {
  await district[Symbol.asyncDispose]();
});

test('health of a camera: what holds now, and its states over a window without gap or overlap', async () => {
  const nowMs = district.clock.nowMs();
  const probe = { cameraId, source: 'probe', ordinal: 0, updatedAtMs: nowMs } as const;
  await district.store.insert(
    stateIntervalTable,
    [
      {
        ...probe,
        state: 'online',
        cause: 'frames-advance',
        fromMs: nowMs - 5 * hourMs,
        toMs: nowMs - 3 * hourMs,
      },
      {
        ...probe,
        state: 'offline',
        cause: 'INGEST_RTSP_UNREACHABLE',
        fromMs: nowMs - 3 * hourMs,
        toMs: nowMs - hourMs,
      },
    ],
    { deduplicationToken: 'states' },
  );
  const view = CameraHealthView.parse((await first.get(`/api/cameras/${cameraId}/health`)).body);
  expect(view).toMatchObject({ cameraId, state: 'unknown', isCurrent: false, stillCapturedAtMs: null });
  expect(view.intervals.map(({ state }) => state)).toEqual(['unknown', 'online', 'offline', 'unknown']);
  expect(view.intervals[0]?.fromMs).toBe(view.fromMs);
  expect(view.intervals.at(-1)?.toMs).toBe(view.toMs);
  for (const [index, { fromMs }] of view.intervals.entries()) {
    if (index > 0) expect(fromMs).toBe(view.intervals[index - 1]?.toMs);
  }
  expect((await first.get(`/api/cameras/${cameraId}/health?fromMs=9&toMs=9`)).status).toBe(400);
});

test('the last still is given masked, the look is registered, and who sees no footage does not see it', async () => {
  expect((await first.get(`/api/cameras/${cameraId}/still`)).status).toBe(404);
  const image = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'screenshot.jpg'));
  await district.media.putLastStill(cameraId, 1_000, image);
  await district.media.putLastStill(cameraId, 2_000, image);
  const answer = await first.get(`/api/cameras/${cameraId}/still?reason=${encodeURIComponent('离线核查')}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('image/jpeg');
  expect(answer.headers.get('x-captured-at-ms')).toBe('2000');
  expect((await second.get(`/api/cameras/${cameraId}/still`)).status).toBe(403);
  const { items } = AuditReport.parse((await first.get('/api/audit')).body);
  expect(
    items.filter(({ action }) => action === 'viewStill').map(({ reason, subjectId }) => [subjectId, reason]),
  ).toEqual([[cameraId, '离线核查']]);
});

test('tickets: the open ones first; by state and camera', async () => {
  const ticket = (ticketId: string, detectedAtMs: number, repairedAtMs: number | null): FaultTicket => ({
    ticketId,
    cameraId,
    kind: 'offline',
    occurredAtMs: detectedAtMs - 180_000,
    detectedAtMs,
    repairedAtMs,
    limitHours: 12,
    source: 'probe',
    ordinal: 0,
    updatedAtMs: detectedAtMs,
  });
  await district.store.insert(
    faultTicketTable,
    [ticket('a', hourMs, 2 * hourMs), ticket('b', 3 * hourMs, null), ticket('c', 4 * hourMs, 5 * hourMs)],
    { deduplicationToken: 'tickets' },
  );
  const idsOf = async (query: string): Promise<string[]> =>
    FaultTicketList.parse((await first.get(`/api/tickets${query}`)).body).items.map(
      ({ ticketId }) => ticketId,
    );
  expect(await idsOf('')).toEqual(['b']);
  expect(await idsOf('?state=all')).toEqual(['b', 'c', 'a']);
  expect(await idsOf(`?state=repaired&cameraId=${cameraId}&kind=offline`)).toEqual(['c', 'a']);
  expect(await idsOf('?state=all&kind=clock')).toEqual([]);
});

test('an exclusion needs two persons, and what figures would not grant cannot be asked for', async () => {
  const nowMs = district.clock.nowMs();
  const wish = {
    cameraId,
    fromMs: nowMs + hourMs,
    toMs: nowMs + 3 * hourMs,
    reason: 'plannedMaintenance',
    note: '清洗护罩',
  };
  const asked = await second.post('/api/exclusions', wish);
  expect(asked.status).toBe(200);
  const { requestId } = ExclusionRequest.parse(asked.body);
  const decide = (who: Visitor): ReturnType<Visitor['post']> =>
    who.post(`/api/exclusions/${requestId}/decision`, { decision: 'approved' });
  expect(await decide(second)).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } });
  expect(await decide(first)).toMatchObject({ status: 200, body: { state: 'approved' } });
  expect(await decide(first)).toMatchObject({ status: 409, body: { code: 'COMMAND_REFUSED' } });
  expect(await district.store.find(exclusionTable)).toMatchObject([
    {
      exclusionId: requestId,
      cameraId,
      reason: 'plannedMaintenance',
      source: 'manual',
      createdAtMs: expect.any(Number),
    },
  ]);
  const refusals = [
    { ...wish, fromMs: nowMs - 1_000 },
    { ...wish, toMs: wish.fromMs },
    { ...wish, toMs: wish.fromMs + 9 * hourMs },
    { ...wish, reason: 'gridPowerCut', fromMs: nowMs - 3 * hourMs, toMs: nowMs - 2 * hourMs },
    {
      ...wish,
      reason: 'gridPowerCut',
      fromMs: nowMs - 40 * hourMs,
      toMs: nowMs - 39 * hourMs,
      evidence: '7',
    },
    { ...wish, reason: 'retired' },
  ];
  for (const refused of refusals) expect((await first.post('/api/exclusions', refused)).status).toBe(400);
  const { items } = AuditReport.parse((await first.get('/api/audit')).body);
  expect(items.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['exclusionAsked', 'exclusionDecided']),
  );
});

test('what was asked for too late cannot be approved any more', async () => {
  const nowMs = district.clock.nowMs();
  const asked = await second.post('/api/exclusions', {
    cameraId,
    fromMs: nowMs + 60_000,
    toMs: nowMs + hourMs,
    reason: 'roadWorks',
    evidence: '告示 3',
  });
  const { requestId } = ExclusionRequest.parse(asked.body);
  district.clock.move(120_000);
  const late = await first.post(`/api/exclusions/${requestId}/decision`, { decision: 'approved' });
  expect(late).toMatchObject({ status: 409, body: { code: 'COMMAND_REFUSED' } });
});
