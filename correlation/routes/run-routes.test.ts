import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  cameraTable,
  type Incident,
  incidentTable,
  observationTable,
  type Observation,
  type RouteAction,
  type RouteChange,
  routeChanges,
  type RouteCommand,
  routeCommands,
  vehicleRouteTable,
} from '../../contracts/index.ts';
import { type MediaStore, openMediaStore } from '../../store/index.ts';
import { deterministicId, freshId, openLog, systemClock } from '../../kernel/index.ts';
import { areaCode, cameraIdOf } from '../testing/made.ts';
import { openPlace, type Place, temporaryDir } from '../testing/place.ts';
import { routeCamera } from './testing/camera.ts';
import { runRoutes } from './run-routes.ts';

/** Observations that are months old would be gone. */
const baseMs = systemClock.nowMs() - 3_600_000;
const wang = { userId: 'wang', name: '王', unit: '派出所' };
const li = { userId: 'li', name: '李', unit: '执法队' };
const incidentId = deterministicId('incident', 'route');
const stop = new AbortController();
const answers: RouteChange[] = [];
let dir: Awaited<ReturnType<typeof temporaryDir>>;
let place: Place;
let pictures: MediaStore['passages'];
let running: Promise<void>;

const incident = (state: Incident['state'], version: number): Incident => ({
  incidentId,
  version,
  areaCode,
  kind: 'illegal_dumping',
  state,
  openedAtMs: baseMs,
  updatedAtMs: baseMs,
  location: null,
  cameraIds: [cameraIdOf(2)],
  events: [],
  records: [],
  tasks: [],
  triage: null,
  penaltyCase: null,
  rejection: null,
  timeline: [],
});

/** A truck drives past cameras 1 to 4, 40 s apart; cars come the other way all the time. */
function observed(): Observation[] {
  const seen = (index: number, trackId: string, className: 'truck' | 'car', atS: number): Observation[] =>
    [0, 1, 2].map((step) => ({
      cameraId: cameraIdOf(index),
      capturedAtMs: baseMs + (atS + step) * 1_000,
      detections: [
        {
          trackId,
          className,
          confidence: 0.75,
          xNorm: 0.25,
          yNorm: 0.25,
          wNorm: 0.25,
          hNorm: 0.25,
          // The first looks at a vehicle do not agree yet.
          colour: step === 0 ? 'unknown' : className === 'truck' ? 'blue' : 'white',
        },
      ],
    }));
  const truck = [1, 2, 3, 4].flatMap((index) => seen(index, 'truck', 'truck', index * 40 - 80));
  const cars = Array.from({ length: 40 }, (_, car) => car).flatMap((car) =>
    [1, 2, 3, 4].flatMap((index) => seen(index, `car${car}`, 'car', (4 - index) * 35 + car * 60 - 1_200)),
  );
  return [...truck, ...cars];
}

async function saveIncident(state: Incident['state'], version: number): Promise<void> {
  await place.store.insert(incidentTable, [incident(state, version)], { deduplicationToken: freshId() });
}

async function ask(
  routeId: string,
  action: RouteAction,
  issuedBy: RouteCommand['issuedBy'],
): Promise<RouteChange> {
  const commandId = freshId();
  const command = { commandId, routeId, incidentId, areaCode, expectedVersion: null, action, issuedBy };
  await place.bus.publish(routeCommands, [{ ...command, issuedAtMs: baseMs }]);
  await expect
    .poll(() => answers.some((change) => change.commandId === commandId), { timeout: 60_000 })
    .toBe(true);
  const answer = answers.find((change) => change.commandId === commandId);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

beforeAll(async () => {
  dir = await temporaryDir();
  place = await openPlace(dir.path);
  const log = openLog({ level: 'silent' });
  ({ passages: pictures } = await openMediaStore({ dir: join(dir.path, 'media') }));
  running = runRoutes({ ...place, pictures, readPlate: null, clock: systemClock, log, signal: stop.signal });
  void (async () => {
    const all = place.bus.tail([routeChanges], { from: 'earliest', signal: stop.signal });
    for await (const { record } of all) answers.push(record);
  })().catch(() => undefined);
  const token = { deduplicationToken: 'made' };
  await place.store.insert(
    cameraTable,
    [1, 2, 3, 4].map((index) => routeCamera(index)),
    token,
  );
  await place.store.insert(observationTable, observed(), token);
}, 120_000);

afterAll(async () => {
  stop.abort();
  await running;
  await place[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

const request = {
  kind: 'request',
  reason: '查找倾倒车辆的来路和去向',
  cameraId: cameraIdOf(2),
  trackId: 'truck',
} as const;

test('requested, approved by somebody else, followed, decided, and gone with the incident', async () => {
  const routeId = freshId();
  await saveIncident('triage', 1);
  expect((await ask(routeId, request, wang)).refusal?.code).toBe('ROUTE_NOT_REGISTERED');
  await saveIncident('registered', 2);
  expect(await ask(routeId, request, wang)).toMatchObject({ state: 'requested', version: 1, refusal: null });
  const approve = { kind: 'approve', note: '' } as const;
  expect((await ask(routeId, approve, wang)).refusal?.code).toBe('ROUTE_SAME_PERSON');
  expect(await ask(routeId, approve, li)).toMatchObject({ state: 'approved', version: 2 });

  const read = async () =>
    (
      await place.store.find(vehicleRouteTable, { where: 'routeId = {routeId:String}', params: { routeId } })
    )[0];
  const route = await read();
  const idAt = (index: number): string => `${cameraIdOf(index)}/truck`;
  const asked = route?.question?.sightingId ?? '';
  expect([idAt(1), idAt(3)]).toContain(asked);
  // No roads were imported: the graph is proposed from positions, and says so.
  expect(route?.caveats).toContain('noRoads');

  await ask(routeId, { kind: 'decide', sightingId: asked, verdict: 'struck' }, wang);
  expect(JSON.stringify((await read())?.proposals)).not.toContain(asked);
  await ask(routeId, { kind: 'decide', sightingId: asked, verdict: 'confirmed' }, wang);
  const hops = (await read())?.proposals[0]?.hops ?? [];
  expect(hops.flatMap(({ fromId, toId }) => [fromId, toId])).toContain(asked);
  // Few are blue: two blue ones in a row are likelier one than two.
  const own = hops.find(({ fromId, toId }) => fromId.endsWith('/truck') && toId.endsWith('/truck'));
  expect(own?.colorRatio).toBeGreaterThan(1.5);

  // One picture of this route; and one that was still being cut when its route was deleted.
  const late = { routeId: freshId(), sightingId: idAt(1) };
  for (const of of [{ routeId, sightingId: idAt(1) }, late])
    await pictures.put(of, { name: 'still', capturedAtMs: baseMs }, Buffer.from('picture'));
  await expect.poll(async () => await pictures.routeIds(), { timeout: 60_000 }).toEqual([routeId]);
  await saveIncident('closed', 3);
  await expect.poll(async () => (await read())?.state, { timeout: 60_000 }).toBe('expired');
  const left = await read();
  expect(left).toMatchObject({ actor: null, decisions: [], requestedBy: wang, decidedBy: li });
  expect(left?.deletion).toMatchObject({ cause: 'incidentClosed', rowCountAfter: 0 });
  expect(left?.deletion?.rowCountBefore).toBeGreaterThan(0);
  expect(await pictures.routeIds()).toEqual([]);
  expect(JSON.stringify(left)).not.toContain('truck');
  expect((await ask(routeId, approve, li)).refusal?.code).toBe('ROUTE_NOT_REGISTERED');
}, 240_000);
