import { PipelineError } from '../../kernel/index.ts';
import { configure, typedCameras } from '../configure.ts';
import type { CommonOptions } from '../program/declare.ts';
import { type Base, openBase, openDistrictStore, openMedia } from '../services.ts';
import { startCameras, startCorrelation, startPage } from '../stages.ts';
import { supervise, type Supervisor } from '../supervisor.ts';
import { waitForAbort } from './up.ts';

/** Processes that run apart share nothing but a broker and a server. */
function needsServices({ config }: Base, command: string, needsStore: boolean): void {
  const missing = [
    ...(config.bus.kind === 'kafka' ? [] : ['bus.kind: kafka']),
    ...(needsStore && config.store.kind !== 'clickhouse' ? ['store.kind: clickhouse'] : []),
  ];
  if (missing.length === 0) return;
  throw new PipelineError(
    'CONFIG_INVALID',
    `sharp-eyes ${command} runs beside other processes and needs ${missing.join(' and ')}.`,
    {
      hint: 'Set them in the configuration, or run everything in one process with sharp-eyes up.',
    },
  );
}

async function serve(
  options: CommonOptions & { readonly camera?: readonly string[]; readonly port?: number },
  interrupted: AbortSignal,
  command: string,
  start: (base: Base, supervisor: Supervisor) => Promise<void>,
): Promise<void> {
  const config = await configure(options);
  await using base = await openBase(config, command);
  needsServices(base, command, command !== 'ingest');
  const supervisor = supervise(interrupted, base.log);
  await start(base, supervisor);
  process.stderr.write(`sharp-eyes ${command} runs.\n`);
  await waitForAbort(supervisor.signal);
  await supervisor.done();
}

/** Cameras in, scene events out. */
export const ingestOnly = async (
  options: CommonOptions & { readonly camera: readonly string[] },
  interrupted: AbortSignal,
): Promise<void> => {
  await serve(options, interrupted, 'ingest', async (base, supervisor) => {
    await startCameras(base, await openMedia(base), supervisor, { typedCameras: typedCameras(options) });
  });
};

/** Incidents and tables. */
export const correlateOnly = async (options: CommonOptions, interrupted: AbortSignal): Promise<void> => {
  await serve(options, interrupted, 'correlate', async (base, supervisor) => {
    await startCorrelation(base, await openDistrictStore(base), supervisor);
  });
};

/** Page and API. */
export const apiOnly = async (
  options: CommonOptions & { readonly port?: number },
  interrupted: AbortSignal,
): Promise<void> => {
  await serve(options, interrupted, 'api', async (base, supervisor) => {
    const store = await openDistrictStore(base);
    const api = await startPage(base, store, await openMedia(base), supervisor);
    process.stderr.write(`Page: ${api.url}\nLog in once within 15 minutes: ${await api.loginLink()}\n`);
  });
};
