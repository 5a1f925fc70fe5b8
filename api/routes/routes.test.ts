import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CameraList,
  CameraView,
  Incident,
  IncidentPage,
  KeyPlaceList,
  type MediaRef,
  MeasureReport,
} from '../../contracts/index.ts';
import { startApi } from '../index.ts';
import { getRaw, logIn, type Visitor } from '../testing/ask.ts';
import { openTestDistrict, type TestDistrict } from '../testing/district.ts';
import { keepSampleMedia, sampleCameraId, sampleIncident } from '../testing/sample-incident.ts';

const sampleDir = join(import.meta.dirname, '..', '..', 'sample');
let district: TestDistrict;
let inside: Visitor;
let media: readonly MediaRef[];
const minuteMs = 60_000;

beforeAll(async () => {
  district = await openTestDistrict();
  inside = await logIn(district);
  media = await keepSampleMedia(district.media, 'event');
  const [, belongs] = district.reports;
  if (belongs === undefined) throw new Error('The sample has lost its reports.');
  await district.tell(sampleIncident({ name: 'first', media, records: [belongs] }));
  for (let later = 1; later <= 4; later++) {
    const incident = sampleIncident({
      name: `later ${later}`,
      media: [],
      records: [],
      laterMs: later * minuteMs,
    });
    await district.tell({ ...incident, state: later === 4 ? 'rejected' : 'triage' });
  }
});
afterAll(async () => {
  await district[Symbol.asyncDispose]();
});

const page = async (query: string): Promise<IncidentPage> =>
  IncidentPage.parse((await inside.get(`/api/incidents${query}`)).body);

test('the queue is newest first, in pages that neither repeat nor leave out', async () => {
  const whole = await page('');
  expect(whole.items).toHaveLength(5);
  expect(whole.nextCursor).toBeNull();
  expect(whole.items.map((item) => item.openedAtMs)).toEqual(
    whole.items.map((item) => item.openedAtMs).toSorted((a, b) => b - a),
  );
  const one = await page('?limit=2');
  const two = await page(`?limit=2&cursor=${one.nextCursor}`);
  const three = await page(`?limit=2&cursor=${two.nextCursor}`);
  expect([...one.items, ...two.items, ...three.items]).toEqual(whole.items);
  expect(three.nextCursor).toBeNull();
});

test('the queue is filtered by state, kind and time', async () => {
  expect((await page('?state=rejected')).items.map(({ state }) => state)).toEqual(['rejected']);
  expect((await page('?state=rejected,triage')).items).toHaveLength(5);
  expect((await page('?state=rejected&state=triage')).items).toHaveLength(5);
  expect((await page('?kind=intrusion')).items).toEqual([]);
  const [newest] = (await page('')).items;
  expect((await page(`?since=${newest?.openedAtMs}`)).items).toEqual([newest]);
});

test('a line of the queue says camera, place, record and still', async () => {
  const first = (await page('')).items.at(-1);
  expect(first).toMatchObject({
    cameraName: '槐安街砚池巷口枪机',
    address: '槐安街12号对面灯杆',
    confidence: 0.87,
    linkedRecordCount: 1,
    suggestedRecordCount: 0,
    thumbnailMediaId: media.find(({ role }) => role === 'putDown')?.mediaId,
  });
});

test('bad questions are refused with the field that is wrong', async () => {
  for (const [path, field] of [
    ['/api/incidents?limit=0', 'query.limit'],
    ['/api/incidents?state=lost', 'query.state'],
    ['/api/incidents?sate=triage', '"sate"'],
    ['/api/incidents?since=yesterday', 'query.since'],
    ['/api/incidents?cursor=bm9uZQ', 'cursor'],
    ['/api/incidents/12', 'path.incidentId'],
    ['/api/cameras/12', 'path.cameraId'],
    ['/api/measures?scope=moon', 'query.scope'],
    ['/api/measures?fromMs=5&toMs=5', 'fromMs'],
    ['/api/audit?limit=many', 'query.limit'],
  ] as const) {
    const { status, body } = await inside.get(path);
    expect([path, status, body]).toEqual([
      path,
      400,
      { code: 'BAD_REQUEST', message: expect.stringContaining(field), hint: expect.any(String) },
    ]);
  }
  expect(await inside.get('/api/incidents/0197a1b2-0000-7000-8000-000000000000')).toMatchObject({
    status: 404,
    body: { code: 'NOT_FOUND' },
  });
  expect((await inside.get('/api/nothing')).status).toBe(404);
  expect((await inside.post('/api/login/link', '{', { 'content-type': 'application/json' })).status).toBe(
    400,
  );
});

test('a command is answered with what became of it', async () => {
  const incident = sampleIncident({ name: 'to decide', media: [], records: [], laterMs: 10 * minuteMs });
  await district.tell(incident);
  const path = `/api/incidents/${incident.incidentId}/commands`;
  const confirm = { kind: 'confirm', note: '' };
  const done = await inside.post(path, { action: confirm, expectedVersion: 1 });
  expect(done.status).toBe(200);
  expect(Incident.parse(done.body)).toMatchObject({ state: 'registered', version: 2 });

  const stale = await inside.post(path, { action: confirm, expectedVersion: 1 });
  expect(stale).toMatchObject({
    status: 409,
    body: { code: 'COMMAND_REFUSED', incident: { version: 2, state: 'registered' } },
  });
  const reject = { kind: 'reject', reason: 'false_alarm', note: '树影', duplicateOf: null };
  expect((await inside.post(path, { action: reject, expectedVersion: 2 })).body).toMatchObject({
    rejection: { reason: 'false_alarm', note: '树影' },
  });
  expect((await inside.post(path, { action: { kind: 'burn' }, expectedVersion: 2 })).body).toMatchObject({
    message: expect.stringContaining('body.action'),
  });
  expect((await inside.post(path, { action: confirm })).body).toMatchObject({
    message: expect.stringContaining('body.expectedVersion'),
  });
});

test('a command that nobody answers says so, and what to do', async () => {
  await using api = await district.anotherApi({ commandTimeoutMs: 200 });
  const visitor = await logIn({ api });
  const incident = sampleIncident({ name: 'unanswered', media: [], records: [], laterMs: 20 * minuteMs });
  await district.tell(incident);
  district.isAnswering = false;
  const answer = await visitor.post(`/api/incidents/${incident.incidentId}/commands`, {
    action: { kind: 'confirm', note: '' },
    expectedVersion: null,
  });
  expect(answer).toMatchObject({
    status: 504,
    body: { code: 'COMMAND_TIMEOUT', hint: expect.stringContaining('look at the incident again') },
  });
});

test('cameras come with their state, one by one and all together', async () => {
  const { items } = CameraList.parse((await inside.get('/api/cameras')).body);
  expect(items).toHaveLength(6);
  const { body } = await inside.get(`/api/cameras/${sampleCameraId}`);
  expect(body).toEqual(items.find(({ camera }) => camera.cameraId === sampleCameraId));
  // The last sample is long past its validity: nobody knows.
  expect(body).toMatchObject({ state: 'unknown', health: { state: 'online', measuredWidthPx: 768 } });
  expect(items.filter(({ health }) => health === null)).toHaveLength(4);
  expect((await inside.get('/api/cameras/33020300001320999999')).status).toBe(404);
  expect(KeyPlaceList.parse((await inside.get('/api/key-places')).body).items.length).toBeGreaterThan(3);
});

test('figures come with what is behind them', async () => {
  const answer = await inside.get('/api/measures?scope=pointClass:1');
  const report = MeasureReport.parse(answer.body);
  expect(report.figures.map(({ metric }) => metric)).toEqual(
    expect.arrayContaining(['M1', 'M5', 'M6', 'M7']),
  );
  const hd = report.figures.find(({ metric }) => metric === 'M5b');
  expect(hd?.rows.length).toBe(hd?.denominator);
  expect(hd?.rows.some(({ because }) => because.includes('768'))).toBe(true);
});

const clip = (): MediaRef => {
  const found = media.find(({ role }) => role === 'clip');
  if (found === undefined) throw new Error('No clip was kept.');
  return found;
};

test('a clip is sent whole and in ranges, byte for byte', async () => {
  const { mediaId, sizeBytes, sha256 } = clip();
  const { filePath } = await district.media.get(mediaId);
  const bytes = await readFile(filePath);
  const ask = async (range: string | null): Promise<Response> =>
    fetch(`${district.api.url}/api/media/${mediaId}`, {
      headers: { ...inside.headers, ...(range === null ? {} : { range }) },
    });
  const whole = await ask(null);
  expect([whole.status, whole.headers.get('content-type'), whole.headers.get('etag')]).toEqual([
    200,
    'video/mp4',
    `"${sha256}"`,
  ]);
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
  for (const [range, start, end] of [
    ['bytes=0-0', 0, 1],
    ['bytes=100-199', 100, 200],
    ['bytes=100-', 100, sizeBytes],
    ['bytes=-7', sizeBytes - 7, sizeBytes],
    [`bytes=10-${sizeBytes * 2}`, 10, sizeBytes],
  ] as const) {
    const part = await ask(range);
    expect([range, part.status, part.headers.get('content-range')]).toEqual([
      range,
      206,
      `bytes ${start}-${end - 1}/${sizeBytes}`,
    ]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(start, end))).toBe(true);
  }
  for (const range of [`bytes=${sizeBytes}-`, `bytes=${sizeBytes + 5}-${sizeBytes + 9}`]) {
    const beyond = await ask(range);
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${sizeBytes}`]);
    expect(await beyond.json()).toMatchObject({ code: 'BAD_REQUEST' });
  }
  for (const range of ['bytes=9-2', 'lines=1-2', 'bytes=a-b', 'bytes=0-0,5-6']) {
    const odd = await ask(range);
    expect([range, [200, 416].includes(odd.status)]).toEqual([range, true]);
    await odd.arrayBuffer();
  }
});

test('originals, foreign media and paths out of the folder are refused', async () => {
  const original = media.find(({ role }) => role === 'original');
  expect(await inside.get(`/api/media/${original?.mediaId}`)).toMatchObject({
    status: 403,
    body: { code: 'AUTH_REFUSED', hint: expect.stringContaining('two people') },
  });
  const [, other] = (await page('')).items;
  expect((await inside.get(`/api/media/${clip().mediaId}?incidentId=${other?.incidentId}`)).status).toBe(404);
  expect((await inside.get('/api/media/0197a1b2-0000-7000-8000-000000000000')).status).toBe(404);
  for (const path of [
    '/api/media/../users.json',
    '/api/media/..%2f..%2fapi%2fusers.json',
    '/api/media/%2e%2e/%2e%2e/etc/passwd',
    '/assets/../../../package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
  ]) {
    const status = await getRaw(district.api.url, path, inside.headers);
    expect([path, [400, 403, 404].includes(status)]).toEqual([path, true]);
  }
});

test('files are taken over, and refused rows are named', async () => {
  const file = await readFile(join(sampleDir, 'cameras.csv'));
  const raw = { 'content-type': 'application/octet-stream' };
  const places = await readFile(join(sampleDir, 'key-places.geojson'));
  expect(
    (await inside.post('/api/key-places/import?fileName=places.geojson', places, raw)).body,
  ).toMatchObject({
    acceptedCount: 6,
    rejectedCount: 0,
  });
  expect((await inside.post('/api/cameras/import?fileName=cameras.csv', file, raw)).body).toMatchObject({
    acceptedCount: 6,
    rejectedCount: 0,
    unchangedCount: 6,
    isApplied: false,
  });
  // A dry run changes nothing; the same with `apply` does, and is registered.
  const renamed = Buffer.from(file.toString('utf8').replace('槐安街砚池巷口枪机', '改名枪机'));
  const named = async (): Promise<string> =>
    CameraView.parse((await inside.get('/api/cameras/33020300001320000101')).body).camera.name;
  const before = await named();
  const dry = await inside.post('/api/cameras/import?fileName=cameras.csv', renamed, raw);
  expect(dry.body).toMatchObject({ changedCount: 1, isApplied: false });
  expect(await named()).toBe(before);
  const applied = await inside.post('/api/cameras/import?fileName=cameras.csv&apply=true', renamed, raw);
  expect(applied.body).toMatchObject({ changedCount: 1, isApplied: true });
  expect(await named()).toBe('改名枪机');
  expect((await inside.get('/api/camera-codes/33020300001320000101')).body).toMatchObject({ isValid: true });
  const exported = await getRaw(district.api.url, '/api/camera-file?format=csv', inside.headers);
  expect(exported).toBe(200);
  const broken = Buffer.from(file.toString('utf8').replace('121.543200', 'east'));
  expect((await inside.post('/api/cameras/import?fileName=cameras.csv', broken, raw)).body).toMatchObject({
    acceptedCount: 5,
    rejectedRows: [{ line: 2, column: '经度', found: 'east' }],
  });
  const reports = await readFile(join(sampleDir, 'reports.csv'));
  const path = '/api/records/import?fileName=reports.csv';
  expect((await inside.post(`${path}&profile=call110`, reports, raw)).body).toMatchObject({
    acceptedCount: 3,
  });
  expect(await inside.post(`${path}&profile=unheard`, reports, raw)).toMatchObject({
    status: 400,
    body: { code: 'IMPORT_PROFILE_INVALID' },
  });
  expect((await inside.post(`${path}&profile=../../etc/passwd`, reports, raw)).status).toBe(400);
  expect((await inside.post(`${path}&profile=call110`, new Uint8Array(), raw)).status).toBe(400);
});

test('a port in use is one clear error', async () => {
  const port = Number(new URL(district.api.url).port);
  await expect(
    startApi({ ...district.options, config: { ...district.options.config, port } }),
  ).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringContaining(`${port}`),
    hint: expect.stringContaining('api.port'),
  });
});

test('the description lists every route, with components that exist', async () => {
  const { body } = await inside.get('/openapi.json');
  const { paths, components } = body as { paths: object; components: { schemas: object } };
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/api/incidents',
      '/api/incidents/{incidentId}/commands',
      '/api/media/{mediaId}',
      '/metrics',
    ]),
  );
  const references = [...JSON.stringify(body).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, id]) => id);
  expect(references.length).toBeGreaterThan(20);
  expect(references.filter((id) => id === undefined || !(id in components.schemas))).toEqual([]);
});

test('every answer forbids what the console does not need', async () => {
  const { headers } = await inside.get('/');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
  expect((await inside.get('/api/incidents')).headers.get('cache-control')).toBe('no-store');
});

// Last, because it takes the store away.
test('health names the part that fails, without a login', async () => {
  const ask = async (): Promise<Response> => fetch(`${district.api.url}/healthz`);
  expect((await ask()).status).toBe(200);
  await district.store[Symbol.asyncDispose]();
  const failing = await ask();
  expect(failing.status).toBe(503);
  expect(await failing.json()).toMatchObject({
    isHealthy: false,
    parts: expect.arrayContaining([expect.objectContaining({ name: 'store', isHealthy: false })]),
  });
});
