import { writeSync } from 'node:fs';
import type { SceneEvent } from '../../contracts/index.ts';
import { resolveCameraSource } from '../../ingest/index.ts';
import { type CameraSourceConfig, type Config, errorFields, PipelineError } from '../../kernel/index.ts';
import { followCameras } from '../camera-directory.ts';
import { runCamera } from '../camera-pipeline.ts';
import type { CameraTools } from '../camera-tools.ts';
import { configure } from '../configure.ts';
import { drain } from '../drain.ts';
import type { CommonOptions } from '../program/declare.ts';
import { startProgress } from '../progress.ts';
import { eventLine } from '../replay-line.ts';
import { openBase, openDistrictStore, openMedia } from '../services.ts';
import { openEyes, startCorrelation } from '../stages.ts';
import { supervise } from '../supervisor.ts';

export interface ReplayOptions extends CommonOptions {
  readonly realtime?: boolean;
  readonly json?: boolean;
  readonly camera?: string;
  readonly startedAt?: string;
}

/** The configured camera of a file: its zones and start count here too. */
function sourceConfig(file: string, options: ReplayOptions, config: Config): CameraSourceConfig {
  const known = config.cameras.find(({ name, source }) => source === file || name === options.camera);
  return {
    name: options.camera ?? known?.name ?? file,
    source: file,
    zones: known?.zones ?? [],
    ...(options.startedAt === undefined ? {} : { startedAt: options.startedAt }),
    ...(known?.startedAt === undefined || options.startedAt !== undefined
      ? {}
      : { startedAt: known.startedAt }),
  };
}

/**
 * Run recorded files through the whole pipeline, one after the other, into the data folder.
 * A file that cannot be read is named; the others are run.
 */
export async function replay(
  files: readonly string[],
  options: ReplayOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const quiet = { log: { level: options.json === true ? 'error' : 'warn' } };
  const { config: configFile, data } = options;
  const common = {
    ...(configFile === undefined ? {} : { config: configFile }),
    ...(data === undefined ? {} : { data }),
  };
  const config = await configure(common, process.env['SHARP_EYES_LOG__LEVEL'] === undefined ? quiet : {});
  await using base = await openBase(config, 'replay');
  const store = await openDistrictStore(base);
  const media = await openMedia(base);
  const supervisor = supervise(interrupted, base.log);
  await startCorrelation(base, store, supervisor);
  const eyes = base.stack.use(await openEyes(config, base.log));
  const directory = followCameras(base.bus, base.log, supervisor.signal);
  const tools: CameraTools = { base, media, ...eyes, directory, recorders: new Map(), raised: new Set() };

  const failed: PipelineError[] = [];
  for (const file of files) {
    if (supervisor.signal.aborted) break;
    try {
      await replayFile(file, options, tools, supervisor.signal);
    } catch (error) {
      if (supervisor.signal.aborted) break;
      if (!(error instanceof PipelineError)) throw error;
      failed.push(error);
      if (files.length > 1) process.stderr.write(`${error.code}: ${error.message}\n  ${error.hint}\n`);
      base.log.debug(errorFields(error), 'a file could not be replayed');
    }
  }
  if (!supervisor.signal.aborted) await drain(base, supervisor.signal);
  await supervisor.stop();
  const [first] = failed;
  if (first === undefined) return;
  if (files.length === 1) throw first;
  throw new PipelineError(
    failed.length === files.length ? first.code : 'IMPORT_ROWS_REJECTED',
    `${failed.length} of ${files.length} files could not be replayed; each is named above.`,
    { hint: 'Mend or leave out these files.' },
  );
}

async function replayFile(
  file: string,
  options: ReplayOptions,
  tools: CameraTools,
  signal: AbortSignal,
): Promise<void> {
  const { config } = tools.base;
  const camera = sourceConfig(file, options, config);
  const source = await resolveCameraSource(camera, { config, environment: process.env });
  if (source.kind !== 'file') {
    throw new PipelineError('USAGE', `${file} is a live address, not a file.`, {
      hint: 'Use sharp-eyes up --camera NAME=rtsp://… for live cameras.',
    });
  }
  const progress = startProgress(file, 100);
  // A line is written once per moment that changed: evidence that comes later changes none of them.
  const written = new Map<string, string>();
  const onEvent = (event: SceneEvent, session: { readonly startedAtMs: number }): void => {
    const line = eventLine(file, event, session.startedAtMs);
    if (written.get(event.eventId) === line) return;
    written.set(event.eventId, line);
    if (options.json === true) writeSync(1, `${line}\n`);
    else process.stdout.write(`${describe(event, session.startedAtMs)}\n`);
  };
  try {
    await runCamera(
      {
        source,
        zones: camera.zones,
        pace: options.realtime === true ? 'replayRealtime' : 'replayFullSpeed',
        signal,
        onEvent,
        onProgress: (doneMs, totalMs) => {
          if (totalMs !== null && totalMs > 0) progress.update((100 * doneMs) / totalMs);
        },
      },
      tools,
    );
  } finally {
    progress.stop();
  }
}

function describe(event: SceneEvent, startedAtMs: number): string {
  const at = ((event.raisedAtMs - startedAtMs) / 1_000).toFixed(1);
  const who = event.actor?.className ?? 'nobody seen';
  const brought = event.kind === 'illegal_dumping' ? `brought by: ${who}, ` : '';
  return `${event.kind} ${event.phase} at ${at} s (${brought}confidence ${event.confidence.toFixed(2)})`;
}
