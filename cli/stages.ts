import { type Api, type ApiOptions, footageDeleted, openAuditTrail, startApi } from '../api/index.ts';
import type { FootageDeletion, SceneEvent } from '../contracts/index.ts';
import {
  backgroundOf,
  computeLoop,
  correlationSettings,
  importRoadFile,
  openDeskOffice,
  openFigures,
  openDistrictPlaces,
  runIntake,
  openExclusionOffice,
  readCameraHealth,
  runHealthHistory,
  runNotify,
  runTerms,
  runCorrelation,
  runRetention,
  runRoutes,
  runSink,
  passageMoments,
  vehiclesAbout,
} from '../correlation/index.ts';
import {
  type DetectorPool,
  findModel,
  type Masker,
  openDetectorPool,
  openMasker,
} from '../inference/index.ts';
import { cameraCodeOf, type Recorder, resolveCameraSource } from '../ingest/index.ts';
import {
  type CameraSourceConfig,
  type Config,
  errorFields,
  type Log,
  PipelineError,
} from '../kernel/index.ts';
import type { MediaStore, Store } from '../store/index.ts';
import { followCameras } from './camera-directory.ts';
import { runCamera } from './camera-pipeline.ts';
import type { CameraTools } from './camera-tools.ts';
import { answerFootage } from './footage.ts';
import { importKeyPlaces, importKnownPlaces, importListing, openDistrictIntake } from './imports.ts';
import { modelDirs } from './model-dirs.ts';
import { cameraOfficeOf } from './camera-office.ts';
import { watchRegistered } from './registered-cameras.ts';
import { openPlates } from './plates.ts';
import { followRaised } from './raised-events.ts';
import { openReplayLedger, type ReplayLedger } from './replay-ledger.ts';
import { type Base, openMedia } from './services.ts';
import type { Supervisor } from './supervisor.ts';

/** Incidents and tables: what `correlate` runs in a cluster. */
export async function startCorrelation(base: Base, store: Store, supervisor: Supervisor): Promise<void> {
  const { bus, clock, log, config } = base;
  const settings = await correlationSettings(config);
  const media = await openMedia(base);
  supervisor.run('correlation', async (signal) => {
    await runCorrelation({ bus, store, clock, log, settings, signal });
  });
  supervisor.run('intake', async (signal) => {
    const intake = openDistrictIntake(base, openDistrictPlaces(store, clock));
    await runIntake({ bus, intake, clock, log, signal });
  });
  supervisor.run('terms', async (signal) => {
    await runTerms({ bus, store, clock, log, settings: settings.cases, signal });
  });
  supervisor.run('notices', async (signal) => {
    const environment = process.env;
    await runNotify({ bus, store, clock, log, config, settings: settings.cases, environment, signal });
  });
  supervisor.run('health history', async (signal) => {
    await runHealthHistory({ bus, store, clock, log, limits: config.health.repairHours, signal });
  });
  supervisor.run('routes', async (signal) => {
    const { passages: pictures } = media;
    await using plates = openPlates(config.routes.readsPlates, log);
    await runRoutes({ bus, store, pictures, readPlate: plates.read, clock, log, signal });
  });
  supervisor.run('retention', async (signal) => {
    await using trail = openAuditTrail({ store, clock, log });
    const onDeleted = async (deletion: FootageDeletion): Promise<void> => {
      await trail.write(footageDeleted(deletion));
    };
    await runRetention({ store, media, onDeleted, clock, log, settings: config.retention, signal });
  });
  supervisor.run('tables', async (signal) => {
    await runSink({ bus, store, clock, log, signal });
  });
}

/** Page and API. */
export async function startPage(
  base: Base,
  store: Store,
  media: MediaStore,
  supervisor: Supervisor,
): Promise<Api> {
  const api = await startApi(await apiParts(base, store, media, supervisor.signal));
  base.stack.use(api);
  base.claim.announce(api.url);
  return api;
}

/** What the API works with; `base` says by which clock. */
export async function apiParts(
  base: Base,
  store: Store,
  media: MediaStore,
  signal: AbortSignal,
): Promise<ApiOptions> {
  const { bus, clock, config, log } = base;
  const { cases: settings } = await correlationSettings(config);
  const places = openDistrictPlaces(store, clock);
  return {
    config: config.api,
    bus,
    store,
    media,
    clock,
    log,
    dataDir: config.dataDir,
    measures: openFigures(store, { nowMs: () => clock.nowMs(), asOf: config.measures.asOf }),
    backgroundOf: async (incident) => await backgroundOf(store, incident),
    vehiclesAbout: async (incident) => await vehiclesAbout(store, incident),
    passageMoments: async (sighting) => await passageMoments(store, sighting),
    readsPlates: config.routes.readsPlates,
    intake: openDistrictIntake(base, places),
    places: {
      importPlaces: async (fileName, content) => await importKnownPlaces(places, fileName, content),
      aliases: async () => await places.aliases(),
      setAlias: async (alias, placeName) => await places.setAlias(alias, placeName),
    },
    cameraOffice: cameraOfficeOf(base, store),
    importListing: async (kind, fileName, content, listedAtMs) =>
      await importListing(base, store, kind, fileName, content, listedAtMs),
    importKeyPlaces: async (fileName, content) => await importKeyPlaces(base, store, fileName, content),
    importRoads: async (fileName, content) => await importRoadFile(store, fileName, content, clock.nowMs()),
    computeLoop: async (query) => await computeLoop(store, query, settings),
    cameraHealth: async (cameraId, window) => await readCameraHealth(store, clock, cameraId, window),
    exclusions: openExclusionOffice({ store, clock }),
    desks: openDeskOffice({ bus, store, clock, config, settings }),
    signal,
  };
}

/** Detector, masker and, where it was brought, the fire model of a process, each with its own worker threads. */
export async function openEyes(
  config: Config,
  log: Log,
): Promise<{ detector: DetectorPool; masker: Masker; fireModel: DetectorPool | null } & AsyncDisposable> {
  const { inference } = config;
  await using stack = new AsyncDisposableStack();
  const open = async (name: string, workers = inference.workers): Promise<DetectorPool> =>
    stack.use(
      await openDetectorPool({
        model: await findModel(name, modelDirs(config)),
        workers,
        executionProvider: inference.executionProvider,
        log,
      }),
    );
  const detector = await open(inference.model);
  const masker = openMasker({ persons: detector, faces: await open(inference.faceModel) });
  const fireModel = await open(inference.fireModel, 1).catch((error: unknown) => {
    if (!(error instanceof PipelineError) || error.code !== 'MODEL_NOT_FOUND') throw error;
    log.info({ model: inference.fireModel }, 'there is no fire model: what seems to burn stays unconfirmed');
    return null;
  });
  const owned = stack.move();
  return {
    detector,
    masker,
    fireModel,
    async [Symbol.asyncDispose]() {
      await owned.disposeAsync();
    },
  };
}

export interface CameraStageOptions {
  /** Names of cameras that somebody typed on the command line: only there may an address hold its login. */
  readonly typedCameras?: ReadonlySet<string>;
  /** Told how far the replay of a recorded file is. */
  readonly onProgress?: (name: string, doneMs: number, totalMs: number | null) => void;
  /** Told of every event as it is published, first without and then with its evidence. */
  readonly onEvent?: (event: SceneEvent) => void;
  /** Told when a recorded file has been replayed to its end, or was at an earlier start. */
  readonly onReplayed?: (name: string) => void;
}

/** The cameras of a process. */
export interface CameraStage {
  /** One more recording, once for all starts; resolves when all that it shows is published. */
  replay(camera: CameraSourceConfig, onEvent?: CameraStageOptions['onEvent']): Promise<void>;
}

/**
 * Cameras of the configuration and those on file that have a stream: what `ingest` runs in a cluster. A camera that cannot be opened says so and leaves the
 * others alone. Recorded files are replayed once; a file that was finished earlier is not run again.
 */
export async function startCameras(
  base: Base,
  media: MediaStore,
  supervisor: Supervisor,
  options: CameraStageOptions = {},
): Promise<CameraStage> {
  const { config, log, bus, stack } = base;
  const directory = followCameras(bus, log, supervisor.signal);
  const recorders = new Map<string, Recorder>();
  const raised = new Set<string>();
  let opened: Promise<CameraTools> | undefined;
  // Only once, and only when there is a camera: loading models takes seconds and hundreds of megabytes.
  const openTools = async (): Promise<CameraTools> => {
    opened ??= openEyes(config, log).then((eyes) => ({
      base,
      media,
      ...stack.use(eyes),
      directory,
      recorders,
      raised,
    }));
    try {
      return await opened;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };
  const { civilCode } = config.district;
  const configured = new Set(config.cameras.map(({ name }) => cameraCodeOf(civilCode, name)));
  supervisor.run('registered cameras', async (signal) => {
    await watchRegistered(base, directory, configured, openTools, signal);
  });
  const maskerOfAll = async (): Promise<Masker> => (await openTools()).masker;
  supervisor.run('footage', async (signal) => {
    await answerFootage(base, media, recorders, maskerOfAll, signal);
  });
  supervisor.run('raised events', async (signal) => {
    await followRaised({ base, media, recorders, raised, openMasker: maskerOfAll }, signal);
  });
  const ledger = await openReplayLedger(config.dataDir);
  const stage: CameraStage = {
    replay: async (camera, onEvent) =>
      await runConfigured(
        camera,
        await openTools(),
        ledger,
        supervisor.signal,
        onEvent === undefined ? {} : { onEvent },
      ),
  };
  if (config.cameras.length === 0) return stage;
  const tools = await openTools();
  for (const camera of config.cameras) {
    supervisor.run(camera.name, async (signal) => {
      try {
        await runConfigured(camera, tools, ledger, signal, options);
      } catch (error) {
        if (signal.aborted) return;
        log.error(
          { camera: camera.name, ...errorFields(error) },
          'this camera cannot be used; the others go on',
        );
      }
    });
  }
  return stage;
}

async function runConfigured(
  camera: CameraSourceConfig,
  tools: CameraTools,
  ledger: ReplayLedger,
  signal: AbortSignal,
  { typedCameras, onProgress, onEvent, onReplayed }: CameraStageOptions,
): Promise<void> {
  const { config, log } = tools.base;
  const source = await resolveCameraSource(camera, {
    config,
    environment: process.env,
    acceptsInlineCredential: typedCameras?.has(camera.name) === true,
  });
  if (source.kind === 'rtsp') {
    await runCamera({ source, zones: camera.zones, pace: 'live', signal }, tools);
    return;
  }
  if (await ledger.isFinished(source)) {
    log.info({ camera: camera.name }, 'this recording was replayed earlier');
    onReplayed?.(camera.name);
    return;
  }
  await runCamera(
    {
      source,
      zones: camera.zones,
      pace: 'replayFullSpeed',
      signal,
      onProgress: (doneMs, totalMs) => onProgress?.(camera.name, doneMs, totalMs),
      onEvent: (event) => onEvent?.(event),
    },
    tools,
  );
  if (signal.aborted) return;
  await ledger.finish(source);
  onReplayed?.(camera.name);
}
