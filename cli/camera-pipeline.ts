import { join } from 'node:path';
import {
  type Camera,
  type CameraHealth,
  cameraHealth,
  type MediaRef,
  type Observation,
  observations,
  type SceneEvent,
  sceneEvents,
  type SuppressedEvent,
  type Suppression,
  suppressedEvents,
  type Zone,
} from '../contracts/index.ts';
import {
  type AnalysedFrame,
  analyseFrames,
  type CameraGeometry,
  type SceneEventDraft,
} from '../inference/index.ts';
import { type CameraSource, openCameraSession, type Pace } from '../ingest/index.ts';
import { errorFields } from '../kernel/index.ts';
import { openCameraClock } from './camera-clock.ts';
import type { CameraTools } from './camera-tools.ts';
import { asFound, withEvidence } from './event-revision.ts';
import { makeEvidence } from './evidence.ts';
import { createStillKeeper } from './last-still.ts';
import { openOutbox } from './outbox.ts';

export interface CameraRun {
  readonly source: CameraSource;
  /** Zones of the configuration; those that somebody drew take their place. */
  readonly zones: readonly Zone[];
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** Told of every event as it is published. */
  readonly onEvent?: (event: SceneEvent, session: { readonly startedAtMs: number }) => void;
  /** Told how far a recorded file is, in milliseconds of it. */
  readonly onProgress?: (doneMs: number, totalMs: number | null) => void;
}

/** How a camera stands over the ground; null where its asset file does not say. */
function geometryOf(file: Camera | undefined): CameraGeometry | null {
  if (file === undefined) return null;
  const { heightM, tiltDeg, horizontalFieldAngleDeg, verticalFieldAngleDeg } = file;
  if (heightM === null || heightM === 0 || tiltDeg === null || horizontalFieldAngleDeg === null) return null;
  // A pinhole picture cannot hold a half circle: such a camera sees in several directions.
  if (horizontalFieldAngleDeg >= 150) return null;
  return { heightM, tiltDeg, horizontalFieldAngleDeg, verticalFieldAngleDeg };
}

function completeDraft(
  { suppression: _, ...draft }: SceneEventDraft,
  { sourceWidthPx, sourceHeightPx }: AnalysedFrame,
  source: CameraSource,
  file: Camera | undefined,
): SceneEvent {
  const hasPlace = file !== undefined && file.lonDeg !== null && file.latDeg !== null;
  return {
    ...draft,
    revision: asFound(draft.revision),
    areaCode: file?.areaCode ?? source.areaCode,
    location: hasPlace ? { lonDeg: file.lonDeg ?? 0, latDeg: file.latDeg ?? 0 } : null,
    poleNumber: file?.poleNumber ?? null,
    sourceWidthPx,
    sourceHeightPx,
    clockOffsetMs: null,
    media: [],
  };
}

/** 球机, 遥控枪机, 遥控半球. */
const motorTypes = new Set([1, 4, 5]);
/** What the file says of where a camera stands and looks. */
const viewOf = (file: Camera | undefined): string | null =>
  file === undefined
    ? null
    : [file.lonDeg, file.latDeg, file.headingDeg, file.directionType, file.tiltDeg, file.heightM].join();
const hasMotor = (file: Camera | undefined): boolean => motorTypes.has(file?.ptzType ?? 0);

/**
 * One camera from its frames to the bus: observations, health, scene events and their evidence. Ends with the file,
 * or when `signal` aborts; everything it found is published by then.
 * @throws PipelineError for a file that cannot be read.
 */
export async function runCamera(run: CameraRun, tools: CameraTools): Promise<void> {
  const { base, media, masker, directory } = tools;
  const { bus, clock, config } = base;
  const { source, signal } = run;
  const log = base.log.child({ cameraId: source.cameraId });
  const seen = openOutbox<Observation>((records) => bus.publish(observations, records), log);
  const health = openOutbox<CameraHealth>((records) => bus.publish(cameraHealth, records), log);
  const found = openOutbox<SceneEvent>((records) => bus.publish(sceneEvents, records), log);
  const suppressed = openOutbox<SuppressedEvent>((records) => bus.publish(suppressedEvents, records), log);
  const evidenceJobs = new Set<Promise<void>>();
  const deviceClock = openCameraClock(source.cameraId, tools);

  await using session = await openCameraSession({
    source,
    settings: config.ingest,
    pace: run.pace,
    recordingDir: join(config.dataDir, 'recordings'),
    clock,
    log,
    onHealth: (sample) => health.add(sample),
    baselineFile: join(config.dataDir, 'health', `${source.cameraId}.json`),
    isMovable: () => hasMotor(directory.get(source.cameraId)),
    view: () => viewOf(directory.get(source.cameraId)),
    clockReading: () => deviceClock.newest,
    signal,
  });
  tools.recorders.set(source.cameraId, session.recorder);
  const lastStill = createStillKeeper({
    cameraId: source.cameraId,
    everyMs: config.health.stillEveryMs,
    recorder: session.recorder,
    masker,
    media,
    log,
    signal,
  });
  const background = new AbortController();
  const measuring =
    source.kind === 'rtsp'
      ? deviceClock.run(AbortSignal.any([signal, background.signal]))
      : Promise.resolve();
  const startedAtMs = session.media?.startedAtMs ?? clock.nowMs();
  const suppressionOf = ({ eventId, suppression }: SceneEventDraft): Suppression | null =>
    tools.raised.has(eventId) ? null : suppression;
  const publish = (event: SceneEvent, draft: SceneEventDraft): void => {
    const suppression = suppressionOf(draft);
    if (suppression !== null) {
      suppressed.add({ ...event, suppression });
      return;
    }
    found.add(event);
    run.onEvent?.(event, { startedAtMs });
  };
  const addEvidence = async (event: SceneEvent, draft: SceneEventDraft): Promise<void> => {
    const refs: MediaRef[] = await makeEvidence(event, {
      recorder: session.recorder,
      masker,
      media,
      settings: config.inference,
      scratchDir: join(config.dataDir, 'scratch'),
      // What nobody may ever look at is worth its stills, not a clip; when it is raised there is time enough for one.
      hasClip: suppressionOf(draft) === null,
      log,
      signal,
    });
    publish({ ...event, revision: withEvidence(draft.revision), media: refs }, draft);
  };

  try {
    const analysed = analyseFrames(session.frames(), {
      cameraId: source.cameraId,
      zones: () => directory.zonesOf(source.cameraId) ?? run.zones,
      rules: config.inference.rules,
      geometry: () => geometryOf(directory.get(source.cameraId)),
      detector: tools.detector,
      fireModel: tools.fireModel,
      // A replay may look ahead, which keeps every detector busy; a live camera must not wait for the next frame.
      framesInFlight: run.pace === 'replayFullSpeed' ? tools.detector.size : 0,
    });
    for await (const frame of analysed) {
      lastStill.sawPicture(frame.capturedAtMs);
      if (frame.observation !== null) seen.add(frame.observation);
      for (const draft of frame.drafts) {
        const event = completeDraft(draft, frame, source, directory.get(source.cameraId));
        const told = { kind: event.kind, phase: event.phase, eventId: event.eventId };
        log.info({ ...told, suppression: draft.suppression }, 'scene event');
        publish(event, draft);
        // In the background: the alert does not wait for its clip.
        const job = addEvidence(event, draft)
          // Stopped in the middle: the event stands without, and a replay makes it whole.
          .catch((error: unknown) => log.warn(errorFields(error), 'evidence was given up'))
          .finally(() => evidenceJobs.delete(job));
        evidenceJobs.add(job);
      }
      run.onProgress?.(frame.mediaTimeMs, session.media?.durationMs ?? null);
    }
    await Promise.all(evidenceJobs);
  } finally {
    // The ring of a live camera goes with its session.
    if (source.kind === 'rtsp') tools.recorders.delete(source.cameraId);
    background.abort();
    await Promise.allSettled([...evidenceJobs, lastStill.settled(), measuring]);
    await Promise.all([seen, health, found, suppressed].map(async (outbox) => await outbox.flush()));
  }
}
