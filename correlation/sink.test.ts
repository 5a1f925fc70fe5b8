import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import {
  cameraHealth,
  cameraHealthTable,
  cameras,
  cameraTable,
  type Observation,
  observations,
  sceneEvents,
  sceneEventTable,
} from '../contracts/index.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCameraFile } from './index.ts';
import { trackSampler } from './sample-tracks.ts';
import { baseMs, cameraIdOf, madeEvent } from './testing/made.ts';
import { openPlace, type Place, temporaryDir } from './testing/place.ts';

/** Older observations than 30 days are not kept. */
const todayMs = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;

const walk = (frame: number, trackIds: readonly string[], camera = 1): Observation => ({
  cameraId: cameraIdOf(camera),
  capturedAtMs: todayMs + frame * 200,
  detections: trackIds.map((trackId) => ({
    trackId,
    className: 'person',
    confidence: 0.5,
    xNorm: 0.25,
    yNorm: 0.25,
    wNorm: 0.125,
    hNorm: 0.25,
  })),
});

test('one sample a second per track, whichever frames it is in', () => {
  const sample = trackSampler();
  const kept = Array.from({ length: 50 }, (_, frame) =>
    walk(frame, frame % 3 === 0 ? ['a', 'b'] : ['a']),
  ).flatMap(
    (observation) =>
      sample(observation)?.detections.map(({ trackId }) => [trackId, observation.capturedAtMs] as const) ??
      [],
  );
  for (const track of ['a', 'b']) {
    const seconds = kept.flatMap(([trackId, atMs]) => (trackId === track ? [Math.floor(atMs / 1_000)] : []));
    expect(new Set(seconds).size).toBe(seconds.length);
    expect(seconds).toHaveLength(10);
  }
});

let dir: Awaited<ReturnType<typeof temporaryDir>>;
let place: Place;
let stop: () => Promise<void>;
beforeAll(async () => {
  dir = await temporaryDir();
  place = await openPlace(dir.path);
});
afterAll(async () => {
  await stop();
  await place[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

const countIn = async (table: string): Promise<number> => {
  const [row] = await place.store.query(
    `SELECT count() AS n FROM ${table}`,
    {},
    z.object({ n: z.coerce.number() }),
  );
  return row?.n ?? -1;
};

test('a backlog longer than a batch, and what trickles in, is in the tables once each, newest revision first', async () => {
  const backlog = Array.from({ length: 2_300 }, (_, frame) => walk(frame * 5, ['a', 'b']));
  await place.bus.publish(observations, backlog);
  stop = place.start();
  const read = readCameraFile(
    readFileSync(join(import.meta.dirname, '../sample/cameras.csv')),
    'cameras.csv',
    baseMs,
  );
  await place.bus.publish(cameras, read.cameras);
  await place.bus.publish(sceneEvents, [madeEvent(), madeEvent({ clearedS: 600 })]);
  const health = Array.from({ length: 5 }, (_, index) => ({
    cameraId: cameraIdOf(index),
    areaCode: 'a',
    observedAtMs: baseMs,
    state: 'online' as const,
    cause: 'frames-advance',
    validForMs: 30_000,
    measuredWidthPx: 768,
    measuredHeightPx: 576,
    codec: 'h264',
    framesPerSecond: 10,
    lastFrameAtMs: baseMs,
    framesDropped: 0,
    clockOffsetMs: null,
    facts: null,
    picture: null,
    clock: null,
    recording: null,
  }));
  await place.bus.publish(cameraHealth, health);
  await place.settled();
  // Counted without FINAL: not even doubled underneath.
  expect(await countIn('observation')).toBe(4_600);
  expect(await place.store.find(cameraTable, { orderBy: 'cameraId' })).toEqual(read.cameras);
  expect(await place.store.find(sceneEventTable)).toEqual([madeEvent({ clearedS: 600 })]);
  expect(await place.store.find(cameraHealthTable, { orderBy: 'cameraId' })).toEqual(health);
});

test('the same published again does not show twice, nor is it counted twice', async () => {
  await place.bus.publish(sceneEvents, [madeEvent(), madeEvent({ clearedS: 600 })]);
  await place.bus.publish(
    observations,
    Array.from({ length: 50 }, (_, frame) => walk(frame * 5, ['a', 'b'])),
  );
  await place.settled();
  expect(await place.store.find(sceneEventTable)).toHaveLength(1);
  expect(await countIn('observation')).toBe(4_600);
});
