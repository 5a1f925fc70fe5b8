import { z } from 'zod';
import {
  type Camera,
  type CameraHealth,
  cameraHealthTable,
  CameraId,
  CameraList,
  type CameraState,
  cameraTable,
  CameraView,
  KeyPlaceList,
  keyPlaceTable,
} from '../../contracts/index.ts';
import type { Store } from '../../store/index.ts';
import { notFound } from '../api-error.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const one = z.strictObject({ cameraId: CameraId });

export function cameraRoutes({ store, clock }: Parts): Route[] {
  const view = (camera: Camera, health: CameraHealth | null): CameraView => ({
    camera: {
      ...camera,
      streams: camera.streams.map((stream) => ({ ...stream, uri: withoutLogin(stream.uri) })),
    },
    state: stateOf(health, clock.nowMs()),
    health,
  });
  return [
    route({
      method: 'get',
      path: '/api/cameras',
      tag: 'cameras',
      summary: 'The camera file, each camera with what was last seen of it',
      access: 'person',
      answers: { 200: { description: 'All cameras by code', schema: CameraList } },
      async handle() {
        const [cameras, healths] = await Promise.all([
          store.find(cameraTable, { orderBy: 'cameraId' }),
          newestHealth(store, null),
        ]);
        return ok({ items: cameras.map((camera) => view(camera, healths.get(camera.cameraId) ?? null)) });
      },
    }),
    route({
      method: 'get',
      path: '/api/cameras/{cameraId}',
      tag: 'cameras',
      summary: 'One camera',
      access: 'person',
      params: one,
      answers: { 200: { description: 'The camera', schema: CameraView } },
      async handle({ params: { cameraId } }) {
        const [[camera], healths] = await Promise.all([
          store.find(cameraTable, { where: 'cameraId = {cameraId:String}', params: { cameraId }, limit: 1 }),
          newestHealth(store, cameraId),
        ]);
        if (camera === undefined) throw notFound(`camera ${cameraId}`);
        return ok(view(camera, healths.get(cameraId) ?? null));
      },
    }),
    route({
      method: 'get',
      path: '/api/key-places',
      tag: 'cameras',
      summary: 'The places that must be covered',
      access: 'person',
      answers: { 200: { description: 'All key places', schema: KeyPlaceList } },
      handle: async () => ok({ items: await store.find(keyPlaceTable, { orderBy: 'keyPlaceId' }) }),
    }),
  ];
}

async function newestHealth(store: Store, cameraId: string | null): Promise<Map<string, CameraHealth>> {
  const newest =
    '(cameraId, observedAtMs) IN (SELECT cameraId, max(observedAtMs) FROM camera_health GROUP BY cameraId)';
  const found = await store.find(cameraHealthTable, {
    where: cameraId === null ? newest : 'cameraId = {cameraId:String}',
    ...(cameraId === null ? {} : { params: { cameraId }, orderBy: 'observedAtMs DESC', limit: 1 }),
  });
  return new Map(found.map((health) => [health.cameraId, health]));
}

function stateOf(health: CameraHealth | null, nowMs: number): CameraState {
  return health !== null && nowMs < health.observedAtMs + health.validForMs ? health.state : 'unknown';
}

/** The contract keeps logins out of addresses; an old file may have brought one in all the same. */
const withoutLogin = (uri: string): string => uri.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/i, '$1');
