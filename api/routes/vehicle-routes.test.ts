import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AuditReport,
  cameraTable,
  type Incident,
  type Observation,
  observationTable,
  type RouteAction,
  type UserInvitation,
  VehicleRoute,
  VehicleRoutes,
} from '../../contracts/index.ts';
import { answerFootage } from '../../cli/footage.ts';
import { openEyes } from '../../cli/stages.ts';
import { runRoutes } from '../../correlation/index.ts';
import { openPlateReader, type PlateReader } from '../../inference/index.ts';
import { drawnVehicle } from '../../inference/plate/testing/drawn-plate.ts';
import type { Recorder } from '../../ingest/index.ts';
import { checkConfig, openLog, PipelineError } from '../../kernel/index.ts';
import sharp from 'sharp';
import { type Answer, cookieOf, logIn, tokenOf, type Visitor, visitor } from '../testing/ask.ts';
import { openTestDistrict, type TestDistrict } from '../testing/district.ts';
import { sampleCameraId, sampleIncident, sampleStartMs } from '../testing/sample-incident.ts';

// The whole way of a route over HTTP, with the worker that really owns the routes.
let district: TestDistrict;
let wang: Visitor;
let li: Visitor;
let eyes: Awaited<ReturnType<typeof openEyes>>;
let plates: PlateReader;
let running: Promise<unknown>;
const stop = new AbortController();
const cameraIdOf = (index: number): string => `3302030000132000090${index}`;
const idAt = (index: number): string => `${cameraIdOf(index)}/truck`;
const made = sampleIncident({ name: 'route', media: [], records: [] });
const incident: Incident = { ...made, cameraIds: [cameraIdOf(2)], state: 'triage' };
const path = `/api/incidents/${incident.incidentId}/routes`;

/** Made up. */
const plateText = '浙B3K582';

/** What a camera of the row recorded: the truck where its track is, once or as long as it is in view. */
const recorderOf = (recordedAtMs: number): Recorder => ({
  cutClip: async () => await Promise.reject(new Error('no clip is asked for')),
  async still({ atMs }) {
    if (Math.abs(atMs - recordedAtMs) > 5_000) {
      throw new PipelineError('INGEST_CLIP_UNAVAILABLE', 'Nothing is kept of then.', { hint: 'None.' });
    }
    const truck = await drawnVehicle({ text: plateText, heightPx: 70 });
    const image = await sharp({ create: { width: 1920, height: 1080, channels: 3, background: '#777a7d' } })
      .composite([
        { input: await sharp(truck).resize(480, 270, { fit: 'fill' }).toBuffer(), left: 480, top: 270 },
      ])
      .png()
      .toBuffer();
    return { image, capturedAtMs: atMs, widthPx: 1920, heightPx: 1080 };
  },
});

/** A truck drives past four cameras in a row; cars come the other way all the time. */
function observed(): Observation[] {
  const seen = (index: number, trackId: string, className: 'truck' | 'car', atS: number): Observation[] =>
    [0, 1, 2].map((step) => ({
      cameraId: cameraIdOf(index),
      capturedAtMs: sampleStartMs + (atS + step) * 1_000,
      detections: [
        { trackId, className, confidence: 0.75, xNorm: 0.25, yNorm: 0.25, wNorm: 0.25, hNorm: 0.25 },
      ],
    }));
  const all = [1, 2, 3, 4];
  return [
    ...all.flatMap((index) => seen(index, 'truck', 'truck', index * 40 - 80)),
    ...Array.from({ length: 40 }, (_, car) =>
      all.flatMap((index) => seen(index, `car${car}`, 'car', (4 - index) * 35 + car * 60 - 1_200)),
    ).flat(),
  ];
}

async function invited(admin: Visitor, name: string, role: string): Promise<Visitor> {
  const { body } = await admin.post('/api/users', { name, unit: '南苑派出所', role });
  const token = tokenOf((body as UserInvitation).loginUrl);
  const { url } = district.api;
  return visitor(url, { cookie: cookieOf(await visitor(url, {}).post('/api/login/link', { token })) });
}

beforeAll(async () => {
  district = await openTestDistrict({ config: { commandTimeoutMs: 20_000 }, readsPlates: true });
  const { bus, store, clock, media } = district;
  wang = await logIn(district);
  li = await invited(wang, '李强', 'dutyOfficer');
  const log = openLog({ level: 'silent' });
  eyes = await openEyes(checkConfig({ inference: { workers: 1 } }), log);
  const reader = await openPlateReader(log);
  const { masker } = eyes;
  const recorders = new Map(
    // Camera 4 has not recorded.
    [1, 2, 3].map((index) => [cameraIdOf(index), recorderOf(sampleStartMs + (index * 40 - 80) * 1_000)]),
  );
  const { signal } = stop;
  running = Promise.all([
    runRoutes({
      bus,
      store,
      clock,
      log,
      signal,
      pictures: media.passages,
      readPlate: async (crops) => await reader.read(crops),
    }),
    answerFootage({ bus, log, config: checkConfig({}) }, media, recorders, async () => masker, signal),
  ]);
  plates = reader;
  const [camera] = await store.find(cameraTable, {
    where: 'cameraId = {cameraId:String}',
    params: { cameraId: sampleCameraId },
  });
  if (camera === undefined) throw new Error('The sample has lost its camera.');
  const cameras = [1, 2, 3, 4].map((index) => ({
    ...camera,
    cameraId: cameraIdOf(index),
    lonDeg: 121.5 + 0.003 * index,
    latDeg: 29.9,
  }));
  await store.insert(cameraTable, cameras, { deduplicationToken: 'route cameras' });
  await store.insert(observationTable, observed(), { deduplicationToken: 'route tracks' });
  await district.tell(incident);
}, 120_000);

afterAll(async () => {
  stop.abort();
  await running;
  await Promise.all([eyes[Symbol.asyncDispose](), plates[Symbol.asyncDispose]()]);
  await district[Symbol.asyncDispose]();
});

const ask = async (by: Visitor, to: string, action: RouteAction, expectedVersion: number | null = null) =>
  await by.post(to, { action, expectedVersion });
const routeOf = ({ status, body }: Answer): VehicleRoute => {
  expect(status, JSON.stringify(body)).toBe(200);
  return VehicleRoute.parse(body);
};

test('a route is asked for, approved by another person, decided hop by hop, gone with the incident, and all of it is in the register', async () => {
  const request: RouteAction = {
    kind: 'request',
    reason: '查找倾倒车辆的来路和去向',
    cameraId: cameraIdOf(2),
    trackId: 'truck',
  };
  expect(await ask(wang, path, request)).toMatchObject({
    status: 409,
    body: { code: 'ROUTE_NOT_REGISTERED', hint: expect.any(String) },
  });
  await district.tell({ ...incident, state: 'registered', version: incident.version + 1 });
  expect((await ask(wang, path, { kind: 'approve', note: '' })).status).toBe(400);
  const requested = routeOf(await ask(wang, path, request));
  expect(requested).toMatchObject({ state: 'requested', proposals: [], question: null });

  const to = `/api/routes/${requested.routeId}/commands`;
  const approve: RouteAction = { kind: 'approve', note: '同意' };
  expect((await ask(wang, to, approve)).body).toMatchObject({ code: 'ROUTE_SAME_PERSON' });
  const agency = await invited(wang, '周执法', 'agencyOfficer');
  expect((await ask(agency, to, approve)).status).toBe(403);
  const analyst = await invited(wang, '赵敏', 'analyst');
  expect((await analyst.get(path)).status).toBe(403);
  const approved = routeOf(await ask(li, to, approve, requested.version));
  expect(approved).toMatchObject({ state: 'approved', decisionNote: '同意', decidedBy: { name: '李强' } });
  expect(approved.proposals.length).toBeGreaterThan(0);
  const asked = approved.question?.sightingId ?? '';
  expect([1, 3, 4].map(idAt)).toContain(asked);

  const strike: RouteAction = { kind: 'decide', sightingId: asked, verdict: 'struck' };
  const struck = routeOf(await ask(wang, to, strike, approved.version));
  expect(JSON.stringify(struck.proposals)).not.toContain(asked);
  // Decided on what has changed meanwhile: refused, with what to do.
  expect((await ask(li, to, strike, approved.version)).body).toMatchObject({ code: 'ROUTE_CHANGED' });
  const unknown: RouteAction = { kind: 'decide', sightingId: 'nowhere/car', verdict: 'confirmed' };
  expect((await ask(li, to, unknown)).body).toMatchObject({ code: 'ROUTE_SIGHTING_UNKNOWN' });
  const confirmed = routeOf(await ask(li, to, { ...strike, verdict: 'confirmed' }, struck.version));
  const hops = confirmed.proposals[0]?.hops ?? [];
  expect(hops.flatMap(({ fromId, toId }) => [fromId, toId])).toContain(asked);
  expect(confirmed.decisions).toMatchObject([{ sightingId: asked, verdict: 'confirmed' }]);

  const pictureOf = (index: number): string =>
    `/api/routes/${requested.routeId}/picture?sightingId=${encodeURIComponent(idAt(index))}`;
  const still = await fetch(`${district.api.url}${pictureOf(2)}`, { headers: li.headers });
  expect(still.status).toBe(200);
  expect(still.headers.get('content-type')).toBe('image/jpeg');
  expect(still.headers.get('cache-control')).toBe('no-store');
  const { data, info } = await sharp(await still.arrayBuffer())
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([1920, 1080]);
  // The box about the truck is drawn, in yellow, at its left edge.
  const [red = 0, green = 0, blue = 255] = data.subarray((400 * 1920 + 480) * 3);
  expect(red > 180 && green > 150 && blue < 120, `${red} ${green} ${blue}`).toBe(true);
  expect((await analyst.get(pictureOf(2))).status).toBe(403);
  expect(await li.get(pictureOf(9))).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });

  const plateOf = async (index: number): Promise<VehicleRoute> =>
    routeOf(await ask(wang, to, { kind: 'readPlate', sightingId: idAt(index) }));
  await plateOf(2);
  const next = await plateOf(asked === idAt(1) ? 1 : 3);
  const { askedBy: _, atMs: __, ...reading } = next.plates[0] ?? {};
  expect(reading).toMatchObject({
    text: plateText,
    kind: 'ordinary',
    reason: null,
    pictureCount: 3,
    agreeingCount: 3,
  });
  expect(next.plates).toHaveLength(2);
  if (asked !== idAt(4)) {
    const hop = next.proposals[0]?.hops.find(({ fromId, toId }) => [fromId, toId].includes(asked));
    expect(hop?.plateRatio).toBeGreaterThan(1);
  }
  const unseen = next.sightings.some(({ sightingId }) => sightingId === idAt(4));
  if (unseen) {
    expect(await li.get(pictureOf(4))).toMatchObject({
      status: 404,
      body: { code: 'INGEST_CLIP_UNAVAILABLE' },
    });
    const last = await plateOf(4);
    expect(last.plates.at(-1)).toMatchObject({ text: null, reason: 'noRecording', pictureCount: 0 });
  }
  expect(await district.media.passages.count(requested.routeId)).toBeGreaterThanOrEqual(5);

  expect(VehicleRoutes.parse((await li.get(path)).body)).toMatchObject({ readsPlates: true });
  await district.tell({ ...incident, state: 'closed', version: incident.version + 2 });
  const left = async (): Promise<VehicleRoute | undefined> =>
    VehicleRoutes.parse((await li.get(path)).body).items[0];
  await expect.poll(async () => (await left())?.state, { timeout: 60_000, interval: 500 }).toBe('expired');
  expect(await left()).toMatchObject({
    actor: null,
    sightings: [],
    proposals: [],
    decisions: [],
    plates: [],
    deletion: { cause: 'incidentClosed', rowCountAfter: 0, pictureCountAfter: 0, plateCount: 2 },
  });
  expect((await left())?.deletion?.pictureCountBefore).toBeGreaterThanOrEqual(5);
  expect(await district.media.passages.count(requested.routeId)).toBe(0);
  expect((await li.get(pictureOf(2))).status).toBe(409);
  expect(JSON.stringify(await left())).not.toContain(plateText);
  expect(JSON.stringify(await left())).not.toContain('truck');
  expect((await ask(li, to, strike)).status).toBe(409);

  const { items } = (await wang.get('/api/audit?limit=200')).body as AuditReport;
  const steps = items.filter(({ subjectId }) => subjectId === requested.routeId);
  const reasons = steps.filter(({ action }) => action === 'routeCommandIssued').map(({ reason }) => reason);
  for (const said of [
    `request: ${request.reason}`,
    'approve: 同意',
    `struck ${asked}`,
    `confirmed ${asked}`,
  ]) {
    expect(reasons).toContain(said);
  }
  expect(steps.some(({ action, by }) => action === 'viewRoute' && by.name === '李强')).toBe(true);
  expect(steps.some(({ action, by }) => action === 'viewPassage' && by.name === '李强')).toBe(true);
  expect(steps.filter(({ action }) => action === 'plateRead').length).toBeGreaterThanOrEqual(2);
  // The register says that a plate was read, not which.
  expect(JSON.stringify(items)).not.toContain(plateText);
}, 300_000);
