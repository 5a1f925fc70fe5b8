import { configure, typedCameras } from '../configure.ts';
import type { CommonOptions } from '../program/declare.ts';
import { openBase, openDistrictStore, openMedia } from '../services.ts';
import { startCameras, startCorrelation, startPage } from '../stages.ts';
import { supervise } from '../supervisor.ts';

/** Run every stage in this process until somebody asks it to stop. */
export async function up(
  options: CommonOptions & { readonly camera: readonly string[]; readonly port?: number },
  interrupted: AbortSignal,
): Promise<void> {
  const config = await configure(options);
  await using base = await openBase(config, 'up');
  const store = await openDistrictStore(base);
  const media = await openMedia(base);
  const supervisor = supervise(interrupted, base.log);
  await startCorrelation(base, store, supervisor);
  const api = await startPage(base, store, media, supervisor);
  process.stderr.write(`Page: ${api.url}\nLog in once within 15 minutes: ${await api.loginLink()}\n`);
  await startCameras(base, media, supervisor, { typedCameras: typedCameras(options) });
  await waitForAbort(supervisor.signal);
  await supervisor.done();
}

/** Resolves when the signal aborts: a process that serves has no other end. */
export async function waitForAbort(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
