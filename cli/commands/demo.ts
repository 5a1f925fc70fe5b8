import { access, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Api } from '../../api/index.ts';
import { type Observation, observations } from '../../contracts/index.ts';
import { openDistrictPlaces } from '../../correlation/index.ts';
import { errorFields, PipelineError } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { configure } from '../configure.ts';
import { caseDesks, openCasePlay } from '../case-play/index.ts';
import { cameraOfficeOf } from '../camera-office.ts';
import { importKeyPlaces, importListing, openDistrictIntake, readImportFile } from '../imports.ts';
import type { CommonOptions } from '../program/declare.ts';
import { type Progress, startProgress } from '../progress.ts';
import { type Base, openBase, openDistrictStore, openMedia } from '../services.ts';
import { apiParts, startCameras, startCorrelation, startPage } from '../stages.ts';
import { supervise, type Supervisor } from '../supervisor.ts';
import { waitForAbort } from './up.ts';

const sampleDir = join(import.meta.dirname, '..', '..', 'sample');
const sampleCamera = {
  name: '33020300001320000101',
  source: join(sampleDir, 'renovation-waste.mp4'),
  startedAt: '2026-06-15T08:30:00+08:00',
};
/** What the demo sets; a configuration file and the environment are not asked, so that it is the same everywhere. */
const settings = {
  district: { name: '海曙区', civilCode: '330203', areaCode: '330203540000' },
  cameras: [sampleCamera],
  // The sample was recorded one morning: its figures are those of that morning.
  measures: { asOf: 'latestData' },
  // And what was seen then is kept, however long ago it is.
  store: { kind: 'embedded', observationDays: 10_000 },
  cases: { desks: caseDesks },
  log: { level: 'warn' },
};

const say = (stage: string, text: string): void => {
  process.stdout.write(`${stage.padEnd(12)} ${text}\n`);
};

/** The outlines hold for all that the sample plays, whose first month is May 2026. */
const outlinedAtMs = Date.UTC(2026, 0, 1);

/** Camera file, key places, outlines and reports of the sample, once per data folder. */
async function importSample(base: Base, store: Store): Promise<void> {
  const marker = join(base.config.dataDir, 'sample-imported');
  const isImported = await access(marker).then(
    () => true,
    () => false,
  );
  if (isImported) {
    say('import', 'camera file, key places and reports are there from an earlier start');
    return;
  }
  const read = async (name: string): Promise<Uint8Array> => await readImportFile(join(sampleDir, name));
  const cameras = await cameraOfficeOf(base, store).importFile(
    'cameras.csv',
    await read('cameras.csv'),
    true,
  );
  const places = await importKeyPlaces(base, store, 'key-places.geojson', await read('key-places.geojson'));
  const outlines = await read('outlines.geojson');
  await importListing(base, store, 'outlines', 'outlines.geojson', outlines, outlinedAtMs);
  const intake = openDistrictIntake(base, openDistrictPlaces(store, base.clock));
  const reports = await intake.takeFile('reports.csv', await read('reports.csv'), 'call110');
  await writeFile(marker, '');
  say(
    'import',
    `${cameras.acceptedCount} cameras, ${places.acceptedCount} key places, ${reports.acceptedCount} reports`,
  );
}

/** The page on the port that was asked for; without a wish on 8080, or any free one when that is taken. */
async function startDemoPage(
  base: Base,
  store: Store,
  supervisor: Supervisor,
  wished: number | undefined,
): Promise<Api> {
  const media = await openMedia(base);
  try {
    return await startPage(base, store, media, supervisor);
  } catch (error) {
    if (wished !== undefined || !(error instanceof PipelineError) || error.code !== 'PORT_IN_USE')
      throw error;
    say('api', `port ${base.config.api.port} is taken; taking another`);
    const other = { ...base, config: { ...base.config, api: { ...base.config.api, port: 0 } } };
    return await startPage(other, store, media, supervisor);
  }
}

/** Play the sample through every stage and show the page; a second start goes on with what is there. */
export async function demo(
  options: CommonOptions & { readonly port?: number },
  interrupted: AbortSignal,
): Promise<void> {
  const dataDir = resolve(options.data ?? join('data', 'demo'));
  const config = await configure({ ...options, data: dataDir }, settings);
  await using base = await openBase(config, 'demo');
  say('bus', `embedded log in ${dataDir}`);
  const store = await openDistrictStore(base);
  say('store', 'ClickHouse in process');
  const supervisor = supervise(interrupted, base.log);
  const play = await openCasePlay(dataDir, base.clock);
  // By the clock of the case as long as it is played: its terms run out as they did then.
  await startCorrelation({ ...base, clock: play.clock }, store, supervisor);
  say('correlation', 'merges events with official records into incidents');
  await importSample(base, store);
  const api = await startDemoPage(base, store, supervisor, options.port);
  say('api', `page at ${api.url}`);

  let progress: Progress | undefined;
  const watched = Promise.withResolvers<void>();
  const pictures = await openMedia(base);
  const cameras = await startCameras(base, pictures, supervisor, {
    onProgress: (_name, doneMs, totalMs) => {
      progress ??= startProgress('ingest', totalMs ?? doneMs);
      progress.update(doneMs);
    },
    onEvent: ({ kind, phase, media, confidence }) => {
      const what = `${kind} ${phase}, confidence ${confidence.toFixed(2)}`;
      say('alert', media.length === 0 ? what : `${what}, with ${media.length} stills and clips`);
    },
    onReplayed: () => {
      progress?.stop();
      say('ingest', 'the sample has been watched to its end; the page stays until Ctrl-C');
      watched.resolve();
    },
  });
  say('inference', `${config.inference.model} on ${config.inference.executionProvider}, watching the sample`);
  process.stdout.write(
    `\nOpen ${await api.loginLink()}\n(logs in once, within 15 minutes; Ctrl-C ends the demo)\n\n`,
  );
  supervisor.run('case', async (signal) => {
    await Promise.race([watched.promise, waitForAbort(signal)]);
    signal.throwIfAborted();
    const parts = await apiParts({ ...base, clock: play.clock }, store, pictures, signal);
    const door = await api.beside({ ...parts, config: { ...parts.config, host: '127.0.0.1', port: 0 } });
    const film = async (name: string, startedAtMs: number): Promise<void> =>
      await cameras.replay(
        { ...sampleCamera, name, zones: [], startedAt: new Date(startedAtMs).toISOString() },
        ({ media: refs }) => say('alert', `camera ${name.slice(-3)}, ${refs.length} stills and clips`),
      );
    const publish = async (seen: readonly Observation[]): Promise<void> =>
      await base.bus.publish(observations, [...seen]);
    try {
      await play.run({ api: door, film, publish, signal, onStep: (text) => say('case', text) });
    } catch (error) {
      signal.throwIfAborted();
      base.log.error(errorFields(error), 'the case stopped; the next start goes on with it');
    } finally {
      await door.close();
    }
  });
  await waitForAbort(supervisor.signal);
  progress?.stop();
  await supervisor.done();
}
