import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, openBus } from '../../bus/index.ts';
import {
  type CameraHealth,
  cameraHealthTable,
  type CameraStateInterval,
  cameraTable,
  commands,
  type Incident,
  type IncidentChange,
  incidentChanges,
  incidentTable,
  keyPlaceTable,
  type MeasuredStream,
  measuredStreamTable,
  type OfficialRecord,
  stateIntervalTable,
} from '../../contracts/index.ts';
import {
  openCameraOffice,
  computeLoop,
  importHistory,
  loadProfile,
  openFigures,
  importRoadFile,
  readKeyPlaces,
  readRecords,
  correlationSettings,
  openDeskOffice,
  openExclusionOffice,
  readCameraHealth,
  runCorrelation,
  passageMoments,
  vehiclesAbout,
  backgroundOf,
  openDistrictPlaces,
  openIntake,
} from '../../correlation/index.ts';
import { checkConfig, type Clock, freshId, openLog, systemClock } from '../../kernel/index.ts';
import { type MediaStore, openMediaStore, openStore, type Store } from '../../store/index.ts';
import { type Api, type ApiOptions, startApi } from '../index.ts';
import { sampleStartMs } from './sample-incident.ts';

const sampleDir = join(import.meta.dirname, '..', '..', 'sample');
const log = openLog({ level: 'silent' });

/** The sample's time is long past: what was seen then is kept all the same. */
const pastDays = 10_000;

/** A clock that a test can move on. */
export interface MovableClock extends Clock {
  move(ms: number): void;
  /** It is that late, and stays so until it is told another time. */
  standAt(ms: number): void;
}

function movableClock(): MovableClock {
  let movedMs = 0;
  let standsAtMs: number | null = null;
  return {
    ...systemClock,
    nowMs: () => standsAtMs ?? systemClock.nowMs() + movedMs,
    move(ms) {
      movedMs += ms;
    },
    standAt(ms) {
      standsAtMs = ms;
    },
  };
}

/** The real parts of one machine in a folder of its own, with the sample's cameras, and the API on a free port. */
export interface TestDistrict extends AsyncDisposable {
  readonly api: Api;
  readonly bus: Bus;
  readonly store: Store;
  readonly media: MediaStore;
  readonly clock: MovableClock;
  readonly dataDir: string;
  readonly options: ApiOptions;
  /** The three reports of the sample: another place; the one that belongs; a quarrel about noise. */
  readonly reports: readonly OfficialRecord[];
  /** False: commands are taken and never answered, as when the correlation worker dies over them. */
  isAnswering: boolean;
  /** One more API on the same bus and store, with users and sessions of its own. */
  anotherApi(config?: Partial<ApiOptions['config']>): Promise<Api>;
  /** Write an incident and tell everybody, as its one writer does. */
  tell(incident: Incident, cause?: IncidentChange['cause']): Promise<void>;
}

/**
 * Once per process: the store allows only one data folder in each.
 * @param given.hasRealWriter the correlation worker makes the incidents, instead of `tell` and a played writer.
 */
/** Where the tests' desks are told of: nobody listens there. */
const districtConfig = checkConfig({
  cases: {
    desks: [
      {
        deskId: 'nanyuan-police',
        agency: 'policeStation',
        name: '南苑派出所',
        areaCodes: ['330203000000'],
        webhooks: [{ webhookId: 'nanyuan-group', format: 'json', url: 'http://127.0.0.1:1/' }],
      },
    ],
  },
});

export async function openTestDistrict(
  given: {
    config?: Partial<ApiOptions['config']>;
    consoleDir?: string;
    hasRealWriter?: boolean;
    /** Of the product's configuration, where not the usual one. */
    cases?: object;
    readsPlates?: boolean;
  } = {},
): Promise<TestDistrict> {
  const product = given.cases === undefined ? districtConfig : checkConfig({ cases: given.cases });
  const dataDir = await mkdtemp(join(tmpdir(), 'sharp-eyes-api-'));
  const clock = movableClock();
  const stop = new AbortController();
  const bus = await openBus({ kind: 'embedded', retentionHours: 1 }, { dataDir, clock, log });
  const store = await openStore({ kind: 'embedded', observationDays: pastDays }, { dataDir, log });
  const media = await openMediaStore({ dir: join(dataDir, 'media') });

  const cameraOffice = openCameraOffice({
    store,
    publish: async (cameras) => await store.insert(cameraTable, cameras, { deduplicationToken: freshId() }),
    nowMs: () => clock.nowMs(),
    district: { civilCode: '330203', areaCode: '330203000000', name: '海曙区' },
    codeOf: () => '33020300001329000001',
    checkedStream: (_what, uri) => uri,
  });
  const importKeyPlaces: ApiOptions['importKeyPlaces'] = async (fileName, content) => {
    const { places, rejected } = readKeyPlaces(content, fileName, clock.nowMs());
    await store.insert(keyPlaceTable, places, { deduplicationToken: freshId() });
    const rejectedRows = rejected.map(({ feature, reason }) => ({
      line: feature,
      column: null,
      found: null,
      reason,
    }));
    return { fileName, acceptedCount: places.length, rejectedCount: rejected.length, rejectedRows };
  };
  const places = openDistrictPlaces(store, clock);
  const intake = openIntake({ bus, clock, places, areaCode: '330203000000' });
  await cameraOffice.importFile('cameras.csv', await readFile(join(sampleDir, 'cameras.csv')), true);
  await importKeyPlaces('key-places.geojson', await readFile(join(sampleDir, 'key-places.geojson')));
  const samples = sampleHealth();
  await store.insert(cameraHealthTable, samples, { deduplicationToken: 'health' });
  await store.insert(stateIntervalTable, samples.map(intervalOf), { deduplicationToken: 'health' });
  await store.insert(measuredStreamTable, samples.map(streamOf), { deduplicationToken: 'health' });
  const { records: reports } = readRecords({
    content: await readFile(join(sampleDir, 'reports.csv')),
    fileName: 'reports.csv',
    profile: await loadProfile('call110'),
    defaults: { areaCode: '330203000000' },
  });

  const tell: TestDistrict['tell'] = async (incident, cause) => {
    await store.insert(incidentTable, [incident], {
      deduplicationToken: `${incident.incidentId} ${incident.version}`,
    });
    const change: IncidentChange = {
      incidentId: incident.incidentId,
      areaCode: incident.areaCode,
      cause: cause ?? { kind: 'sceneEvent', id: incident.events[0]?.eventId ?? freshId() },
      incident,
      refusal: null,
    };
    await bus.publish(incidentChanges, [change]);
  };

  const settings = await correlationSettings(product);
  const options: ApiOptions = {
    config: { host: '127.0.0.1', port: 0, sessionHours: 12, commandTimeoutMs: 3_000, ...given.config },
    bus,
    store,
    media,
    clock,
    log,
    dataDir,
    signal: stop.signal,
    measures: openFigures(store, { nowMs: () => clock.nowMs(), asOf: 'latestData' }),
    importListing: (kind, fileName, content, listedAtMs) =>
      importHistory(store, kind, fileName, content, { nowMs: clock.nowMs(), listedAtMs }),
    cameraOffice,
    importKeyPlaces,
    importRoads: async (fileName, content) => await importRoadFile(store, fileName, content, clock.nowMs()),
    computeLoop: (query) => computeLoop(store, query, settings.cases),
    backgroundOf: async (incident) => await backgroundOf(store, incident),
    vehiclesAbout: async (incident) => await vehiclesAbout(store, incident),
    passageMoments: async (sighting) => await passageMoments(store, sighting),
    readsPlates: given.readsPlates === true,
    intake,
    places: {
      async importPlaces(fileName, content) {
        const { acceptedCount, rejected } = await places.importPlaces(content, fileName);
        const rejectedRows = rejected.map(({ feature, reason }) => ({
          line: feature,
          column: null,
          found: null,
          reason,
        }));
        return { fileName, acceptedCount, rejectedCount: rejectedRows.length, rejectedRows };
      },
      aliases: async () => await places.aliases(),
      setAlias: async (alias, placeName) => await places.setAlias(alias, placeName),
    },
    cameraHealth: (cameraId, window) => readCameraHealth(store, clock, cameraId, window),
    exclusions: openExclusionOffice({ store, clock }),
    desks: openDeskOffice({ bus, store, clock, config: product, settings: settings.cases }),
    ...(given.consoleDir === undefined ? {} : { consoleDir: given.consoleDir }),
  };
  const api = await startApi(options);
  let others = 0;
  const district: TestDistrict = {
    api,
    isAnswering: true,
    async anotherApi(config) {
      const own = join(dataDir, `another-${++others}`);
      return startApi({ ...options, dataDir: own, config: { ...options.config, port: 0, ...config } });
    },
    bus,
    store,
    media,
    clock,
    dataDir,
    options,
    reports,
    tell,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await api.close();
      await answering;
      await bus[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  const answering =
    given.hasRealWriter === true
      ? runCorrelation({
          bus,
          store,
          clock,
          log,
          settings: settings,
          signal: stop.signal,
        })
      : answerCommands({ bus, store, tell, isAnswering: () => district.isAnswering, signal: stop.signal });
  return district;
}

/** Plays the one writer of incidents for confirm and reject, with the check of the version. */
async function answerCommands(parts: {
  bus: Bus;
  store: Store;
  tell: TestDistrict['tell'];
  isAnswering: () => boolean;
  signal: AbortSignal;
}): Promise<void> {
  const { bus, store, tell, isAnswering, signal } = parts;
  for await (const { record: command, ack } of bus.subscribe([commands], { group: 'test-writer', signal })) {
    if (!isAnswering()) {
      await ack();
      continue;
    }
    const { incidentId, areaCode, commandId, action, expectedVersion, issuedBy, issuedAtMs } = command;
    const [incident] = await store.find(incidentTable, {
      where: 'incidentId = {incidentId:String}',
      params: { incidentId },
    });
    const cause = { kind: 'command', id: commandId } as const;
    if (incident === undefined) throw new Error('The API let a command to an unknown incident through.');
    if (expectedVersion !== null && expectedVersion !== incident.version) {
      const refusal = {
        code: 'COMMAND_REFUSED',
        message: `The incident is at version ${incident.version}, not ${expectedVersion}.`,
        hint: 'Look at it as it is now and decide again.',
      };
      await bus.publish(incidentChanges, [{ incidentId, areaCode, cause, incident, refusal }]);
    } else {
      const toState = action.kind === 'reject' ? 'rejected' : 'registered';
      await tell(
        {
          ...incident,
          version: incident.version + 1,
          state: toState,
          updatedAtMs: issuedAtMs,
          rejection:
            action.kind === 'reject'
              ? { reason: action.reason, note: action.note, duplicateOf: action.duplicateOf }
              : null,
          timeline: [
            ...incident.timeline,
            {
              atMs: issuedAtMs,
              kind: 'stateChanged',
              refId: null,
              fromState: incident.state,
              toState,
              by: issuedBy,
              note: action.note,
            },
          ],
        },
        cause,
      );
    }
    await ack();
  }
}

/** What ingest reported of the sample's cameras: one streams, one was lost after ten minutes. */
const seen = (sample: CameraHealth) => ({
  cameraId: sample.cameraId,
  source: 'probe' as const,
  ordinal: 0,
  updatedAtMs: sample.observedAtMs,
});

/** What live health makes of a sample. */
const intervalOf = (sample: CameraHealth): CameraStateInterval => ({
  ...seen(sample),
  state: sample.state,
  cause: sample.cause,
  fromMs: sample.observedAtMs,
  toMs: sample.observedAtMs + sample.validForMs,
});

const streamOf = (sample: CameraHealth): MeasuredStream => ({
  ...seen(sample),
  measuredAtMs: sample.observedAtMs,
  ipAddress: null,
  widthPx: sample.measuredWidthPx,
  heightPx: sample.measuredHeightPx,
  codec: sample.codec,
  lastPullAtMs: sample.lastFrameAtMs,
});

function sampleHealth(): CameraHealth[] {
  const sample = (
    cameraId: string,
    minute: number,
    state: CameraHealth['state'],
    widthPx: number,
    heightPx: number,
  ) => ({
    cameraId,
    areaCode: '330203540000',
    observedAtMs: sampleStartMs + minute * 60_000,
    state,
    cause: state === 'online' ? 'frames-advance' : 'INGEST_RTSP_UNREACHABLE',
    validForMs: 90_000,
    measuredWidthPx: widthPx,
    measuredHeightPx: heightPx,
    codec: 'h264',
    framesPerSecond: 10,
    lastFrameAtMs: sampleStartMs + Math.min(minute, 10) * 60_000,
    framesDropped: 0,
    clockOffsetMs: null,
    facts: null,
    picture: null,
    clock: null,
    recording: null,
  });
  const minutes = Array.from({ length: 20 }, (_, minute) => minute);
  return minutes.flatMap((minute) => [
    {
      ...sample('33020300001320000101', minute, 'online', 768, 576),
      lastFrameAtMs: sampleStartMs + minute * 60_000,
    },
    sample('33020300001320000103', minute, minute < 10 ? 'online' : 'offline', 1_920, 1_080),
  ]);
}
