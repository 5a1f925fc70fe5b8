import type { Camera } from '../contracts/index.ts';
import { isOwnCamera, openOnvif, registeredSource, vaultOf, watchedStream } from '../ingest/index.ts';
import { errorFields } from '../kernel/index.ts';
import type { CameraDirectory } from './camera-directory.ts';
import { runCamera } from './camera-pipeline.ts';
import type { CameraTools } from './camera-tools.ts';
import { followNotices } from './device-notices.ts';
import type { Base } from './services.ts';

/** How soon a change of the camera file or of a login takes effect. */
const lookEveryMs = 2_000;
const tryAgainMs = 30_000;

async function afterwards(before: Promise<void>, work: () => Promise<void>): Promise<void> {
  await before;
  await work();
}

/** One camera that is watched, and what it was started with. */
interface Watched {
  readonly by: string;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Watch the cameras on file that have a stream: as soon as they are put there, and until they are taken off. Those that
 * the configuration names are left to it.
 * @param openTools detector and masker, opened with the first camera.
 */
export async function watchRegistered(
  base: Base,
  directory: CameraDirectory,
  configured: ReadonlySet<string>,
  openTools: () => Promise<CameraTools>,
  signal: AbortSignal,
): Promise<void> {
  const { config, clock, log } = base;
  const vault = vaultOf(config);
  await using onvif = openOnvif();
  const watched = new Map<string, Watched>();
  const ending = new Map<string, Promise<void>>();

  const watch = async (camera: Camera, stop: AbortSignal): Promise<void> => {
    while (!stop.aborted) {
      try {
        const stream = watchedStream(camera, config);
        if (stream === null) return;
        const tools = await openTools();
        const source = await registeredSource(camera, stream, config);
        await runCamera({ source, zones: [], pace: 'live', signal: stop }, tools);
      } catch (error) {
        if (stop.aborted) return;
        log.error(
          { cameraId: camera.cameraId, ...errorFields(error) },
          'this camera cannot be used now; it is tried again, the others go on',
        );
        await clock.sleep(tryAgainMs, stop).catch(() => undefined);
      }
    }
  };

  while (!signal.aborted) {
    const loginVersion = await vault.version();
    const wanted = new Map<string, { readonly camera: Camera; readonly by: string }>();
    for (const camera of directory.all()) {
      const { cameraId } = camera;
      const stream = watchedStream(camera, config);
      if (stream === null || configured.has(cameraId) || !isOwnCamera(cameraId, config)) continue;
      const version = stream.credentialRef === null ? '' : loginVersion;
      wanted.set(cameraId, {
        camera,
        by: JSON.stringify([stream, camera.onvifAddress, camera.areaCode, version]),
      });
    }
    for (const [cameraId, { by, stop, ended }] of watched) {
      if (wanted.get(cameraId)?.by === by) continue;
      log.info({ cameraId }, wanted.has(cameraId) ? 'its stream changed: opened anew' : 'no longer watched');
      stop.abort();
      watched.delete(cameraId);
      ending.set(cameraId, ended);
    }
    for (const [cameraId, { camera, by }] of wanted) {
      if (watched.has(cameraId)) continue;
      const stop = new AbortController();
      const both = AbortSignal.any([signal, stop.signal]);
      log.info({ cameraId }, 'a camera on file is watched');
      // One at a time per camera: its recording folder has one owner.
      const before = ending.get(cameraId) ?? Promise.resolve();
      ending.delete(cameraId);
      watched.set(cameraId, {
        by,
        stop,
        ended: afterwards(before, async () => {
          await Promise.all([watch(camera, both), followNotices(camera, onvif, base, both)]);
        }),
      });
    }
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
  await Promise.all([...ending.values(), ...[...watched.values()].map(async ({ ended }) => await ended)]);
}
