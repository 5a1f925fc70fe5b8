import { expect, test } from 'vitest';
import { cameraTable } from '../../contracts/index.ts';
import { freshId } from '../../kernel/index.ts';
import { cameraIdOf } from '../testing/made.ts';
import { openPlace, temporaryDir } from '../testing/place.ts';
import { cameraGraphAbout } from './camera-graph.ts';
import { routeCamera } from './testing/camera.ts';

const atMs = Date.parse('2026-06-15T08:30:00+08:00');
const dayMs = 86_400_000;

test('cameras that were not up when the vehicle passed are not in the graph', {
  timeout: 180_000,
}, async () => {
  await using dir = await temporaryDir();
  await using place = await openPlace(dir.path);
  const cameras = [
    routeCamera(1),
    routeCamera(2, { installedAtMs: atMs - dayMs }),
    // Planned then; since put up.
    routeCamera(3, { installedAtMs: atMs + dayMs }),
    routeCamera(4, { deviceStatus: 3 }),
    routeCamera(5, { deviceStatus: 3, retiredAtMs: atMs - dayMs }),
    // Taken down since: it saw what passed.
    routeCamera(6, { deviceStatus: 3, retiredAtMs: atMs + dayMs }),
    // In repair: it may have seen something.
    routeCamera(7, { deviceStatus: 2 }),
    routeCamera(8, { lonDeg: null, latDeg: null }),
    // More than 3 km away.
    routeCamera(14),
  ];
  await place.store.insert(cameraTable, cameras, { deduplicationToken: freshId() });
  const graph = await cameraGraphAbout(place.store, [cameraIdOf(1)], atMs);
  expect(graph.cameraIds.toSorted()).toEqual([1, 2, 6, 7].map(cameraIdOf));
  const viewed = new Set(graph.sources.network.views.map(({ cameraId }) => cameraId));
  expect([...viewed].toSorted()).toEqual([1, 2, 6, 7].map(cameraIdOf));
  expect(graph.sources.connections.flat().length).toBeGreaterThan(0);
});
