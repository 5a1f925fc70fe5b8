import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Command,
  commands,
  type IncidentChange,
  incidentChanges,
  type Refusal,
  type SceneEvent,
  sceneEvents,
  type SuppressedEvent,
  suppressedEvents,
} from '../contracts/index.ts';
import { resolveCameraSource } from '../ingest/index.ts';
import { type CameraSourceConfig, checkConfig, freshId } from '../kernel/index.ts';
import { sampleVideo } from '../test/product/cli.ts';
import { followCameras } from './camera-directory.ts';
import { runCamera } from './camera-pipeline.ts';
import type { CameraTools } from './camera-tools.ts';
import { followRaised } from './raised-events.ts';
import { openBase, openMedia } from './services.ts';
import { openEyes } from './stages.ts';

const stack = new AsyncDisposableStack();
const stop = new AbortController();
const { signal } = stop;
/** Everything that the cameras told so far. */
const alerts: SceneEvent[] = [];
const listed: SuppressedEvent[] = [];
const raised = new Set<string>();
let tools: CameraTools;

/** The sample, with a zone in which nothing counts. */
const camera: CameraSourceConfig = {
  name: 'lane',
  source: sampleVideo,
  startedAt: '2026-06-15T08:30:00+08:00',
  zones: [
    {
      zoneId: 'all',
      kind: 'ignore',
      polygonNorm: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    },
  ],
};

const runSample = async (): Promise<void> => {
  const source = await resolveCameraSource(camera, { config: tools.base.config, environment: {} });
  await runCamera({ source, zones: camera.zones, pace: 'replayFullSpeed', signal }, tools);
};

async function until(isSo: () => boolean, again: () => Promise<void>): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 120_000 && !isSo(); waitedMs += 100) {
    // Who follows from `latest` may not have followed yet.
    if (waitedMs % 5_000 === 0) await again();
    await pause(100);
  }
  return isSo();
}

/** What an officer asks, and what the writer of the area says to it; the answer may be read first. */
async function raise(event: SceneEvent, refusal: Refusal | null, isAnsweredFirst: boolean): Promise<void> {
  const { areaCode } = event;
  const command: Command = {
    commandId: freshId(),
    incidentId: freshId(),
    areaCode,
    expectedVersion: null,
    action: { kind: 'raiseSuppressed', event, note: 'no legal place' },
    issuedBy: { userId: 'wang', name: 'Wang', unit: 'Wangchun' },
    issuedAtMs: event.raisedAtMs,
  };
  const change: IncidentChange = {
    incidentId: command.incidentId,
    areaCode,
    cause: { kind: 'command', id: command.commandId },
    incident: null,
    refusal,
  };
  const { bus } = tools.base;
  if (isAnsweredFirst) await bus.publish(incidentChanges, [change]);
  await bus.publish(commands, [command]);
  if (!isAnsweredFirst) await bus.publish(incidentChanges, [change]);
}

const nothing = async (): Promise<void> => await Promise.resolve();

const rolesOf = ({ media }: SceneEvent): string[] => media.map(({ role }) => role);

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sharp-eyes-raised-'));
  stack.defer(async () => await rm(dataDir, { recursive: true, force: true }));
  const config = checkConfig({ dataDir, log: { level: 'silent' } });
  const base = stack.use(await openBase(config, 'test'));
  const eyes = stack.use(await openEyes(config, base.log));
  const directory = followCameras(base.bus, base.log, signal);
  tools = { base, media: await openMedia(base), ...eyes, directory, recorders: new Map(), raised };
  const following = (async () => {
    const all = base.bus.tail([sceneEvents, suppressedEvents], { from: 'earliest', signal });
    for await (const { topicName, record } of all) {
      if (topicName === 'scene-event.v1') alerts.push(record);
      else listed.push(record);
    }
  })().catch(() => undefined);
  const openMasker = async () => await Promise.resolve(eyes.masker);
  const raising = followRaised({ ...tools, raised, openMasker }, signal);
  stack.defer(async () => {
    stop.abort();
    await Promise.all([following, raising]);
  });
}, 300_000);
afterAll(async () => {
  await stack.disposeAsync();
});

test('what a zone suppressed and an officer raised gets the clip of an alert, and is one from then on', async () => {
  await runSample();
  await until(() => listed.some(({ media }) => media.length > 0), nothing);
  expect(alerts).toEqual([]);
  const withStills = listed.find(({ media }) => media.length > 0);
  if (withStills === undefined) throw new Error('the sample has no suppressed event');
  expect(rolesOf(withStills)).not.toContain('clip');
  const { suppression: _, ...event } = withStills;

  const refusal = { code: 'FORBIDDEN', message: 'no', hint: 'none' };
  await raise({ ...event, eventId: freshId() }, refusal, false);
  const isWhole = (): boolean => alerts.some(({ eventId }) => eventId === event.eventId);
  expect(await until(isWhole, async () => await raise(event, null, true))).toBe(true);
  const [alert] = alerts;
  expect(rolesOf(alert as SceneEvent)).toEqual([...rolesOf(event), 'clip', 'original']);
  expect(alert?.revision).toBeGreaterThan(event.revision);
  // What was refused is no alert.
  expect(new Set(alerts.map(({ eventId }) => eventId))).toEqual(new Set([event.eventId]));

  const listedBefore = listed.filter(({ eventId }) => eventId === event.eventId).length;
  alerts.length = 0;
  await runSample();
  const hasClip = (): boolean =>
    alerts.some((seen) => seen.eventId === event.eventId && rolesOf(seen).includes('clip'));
  expect(await until(hasClip, nothing)).toBe(true);
  expect(listed.filter(({ eventId }) => eventId === event.eventId)).toHaveLength(listedBefore);
}, 600_000);
