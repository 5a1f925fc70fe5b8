import {
  type CaseChapter,
  caseChapters,
  caseDesks,
  type CaseScene,
  caseStartMs,
  openScene,
  stepAtMs,
} from '../../cli/case-play/index.ts';
import { answerFootage } from '../../cli/footage.ts';
import { openPlates } from '../../cli/plates.ts';
import { openEyes } from '../../cli/stages.ts';
import { cameraTable, observations, sceneEvents } from '../../contracts/index.ts';
import { correlationSettings, runRoutes, runSink, runTerms } from '../../correlation/index.ts';
import type { Recorder } from '../../ingest/index.ts';
import { checkConfig, openLog } from '../../kernel/index.ts';
import { openTestDistrict, type TestDistrict } from './district.ts';
import { sampleRecorder } from './sample-recorder.ts';
import { keepSampleMedia, sampleIncident, sampleStartMs } from './sample-incident.ts';

/** A district in which the case can be played, its clock standing where the script says. */
export interface CaseDistrict extends AsyncDisposable {
  readonly district: TestDistrict;
  readonly scene: CaseScene;
  play(name: CaseChapter['name']): Promise<void>;
}

/** The sample's dumping as another camera saw it at another time; not analysed, but told as `sample/events.json` does. */
async function film(
  { media, store, bus }: TestDistrict,
  cameraId: string,
  startedAtMs: number,
): Promise<void> {
  const kept = await keepSampleMedia(media, cameraId);
  const laterMs = startedAtMs - sampleStartMs;
  const { events } = sampleIncident({ name: cameraId, media: kept, records: [], laterMs, cameraId });
  const [camera] = await store.find(cameraTable, {
    where: 'cameraId = {cameraId:String}',
    params: { cameraId },
  });
  if (camera === undefined || camera.lonDeg === null || camera.latDeg === null) throw new Error(cameraId);
  const { lonDeg, latDeg, poleNumber, areaCode } = camera;
  await bus.publish(
    sceneEvents,
    events.map((event) => ({ ...event, areaCode, poleNumber, location: { lonDeg, latDeg } })),
  );
}

export async function openCaseDistrict(
  given: { readonly consoleDir?: string; readonly readsPlates?: boolean } = {},
): Promise<CaseDistrict> {
  const cases = { desks: caseDesks };
  const district = await openTestDistrict({ ...given, hasRealWriter: true, cases });
  const { bus, store, media, clock, api } = district;
  clock.standAt(caseStartMs);
  const { cases: settings } = await correlationSettings(checkConfig({ cases }));
  const stop = new AbortController();
  const { signal } = stop;
  const log = openLog({ level: 'silent' });
  const parts = { bus, store, clock, log, signal };
  const config = checkConfig({ inference: { workers: 1 } });
  const eyes = await openEyes(config, log);
  const plates = openPlates(given.readsPlates === true, log);
  // 203 and 204 have no recording: there is no footage of theirs.
  const recorders = new Map<string, Recorder>();
  const stages = Promise.all([
    runTerms({ ...parts, settings }),
    runRoutes({ ...parts, pictures: media.passages, readPlate: plates.read }),
    answerFootage({ bus, config, log }, media, recorders, async () => eyes.masker, signal),
    runSink(parts),
  ]);
  const scene = openScene(
    {
      api,
      signal: stop.signal,
      film: async (cameraId, startedAtMs) => {
        recorders.set(cameraId, sampleRecorder(startedAtMs));
        await film(district, cameraId, startedAtMs);
      },
      moveTo: (atMs) => clock.standAt(atMs),
      publish: async (seen) => await bus.publish(observations, [...seen]),
    },
    caseStartMs,
  );
  return {
    district,
    scene,
    async play(name) {
      for (const step of caseChapters.find((chapter) => chapter.name === name)?.steps ?? []) {
        scene.stage.moveTo(stepAtMs(step));
        await step.play(scene);
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await stages;
      await Promise.all([eyes[Symbol.asyncDispose](), plates[Symbol.asyncDispose]()]);
      await district[Symbol.asyncDispose]();
    },
  };
}
