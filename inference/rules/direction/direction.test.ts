import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ObjectClass, PointNorm, Zone } from '../../../contracts/index.ts';
import { material } from '../../../test/material.ts';
import { createTracker, type Detection } from '../../track/index.ts';
import { createScene, type SceneEventDraft } from '../index.ts';
import { runScene, secondsOf } from '../testing/run-scene.ts';
import { along, type Sprite, street } from '../testing/street.ts';

const whole: PointNorm[] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];
const toTheRight: Zone = {
  zoneId: 'one-way',
  kind: 'oneWay',
  polygonNorm: whole,
  directionNorm: [
    [0.2, 0.7],
    [0.8, 0.7],
  ],
};
const driver = (fromX: number, toX: number, className: ObjectClass = 'motorcycle', toY = 90): Sprite => ({
  at: along({ w: 24, h: 30 }, [2, fromX, 90], [10, toX, toY]),
  colour: [170, 120, 130],
  seed: 21,
  className,
});
const tell = (sprite: Sprite, zones: readonly Zone[] = [toTheRight]) =>
  runScene(street({ durationS: 16, sprites: [sprite] }), { zones }).revisions.filter(
    ({ kind }) => kind === 'wrong_direction',
  );

test('who drives against the direction is told once, with the way they went', () => {
  const [started, ended, ...more] = tell(driver(270, -40));
  expect(more).toEqual([]);
  expect(started).toMatchObject({ phase: 'started', zoneId: 'one-way', actor: { className: 'motorcycle' } });
  expect(secondsOf(started?.raisedAtMs)).toBeLessThan(8);
  expect(ended?.phase).toBe('ended');
});

test('along it, across it, and on foot nothing is told', () => {
  expect(tell(driver(-40, 270))).toEqual([]);
  expect(tell({ ...driver(120, 120), at: along({ w: 24, h: 30 }, [2, 120, -20], [10, 110, 150]) })).toEqual(
    [],
  );
  expect(tell(driver(270, -40, 'person'))).toEqual([]);
});

/** Boxes of KITTI's tracks, scaled to a picture of 1242 × 375, ten a second. */
function* drive(file: string): Generator<Detection[]> {
  const frames = new Map<number, Detection[]>();
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const [frame = '', , type = '', , , , left = '', top = '', right = '', bottom = ''] = line.split(' ');
    if (type !== 'Car' && type !== 'Van') continue;
    const box = {
      xNorm: +left / 1242,
      yNorm: +top / 375,
      wNorm: (+right - +left) / 1242,
      hNorm: (+bottom - +top) / 375,
    };
    const seen = frames.get(+frame) ?? [];
    seen.push({ className: 'car', confidence: 0.9, ...box });
    frames.set(+frame, seen);
  }
  const last = Math.max(...frames.keys());
  for (let frame = 0; frame <= last; frame++) yield frames.get(frame) ?? [];
}

const kitti = material('data/kitti/label/0001.txt');

test.skipIf(kitti === null)(
  'of real tracks only those that go against the line are told (skipped without KITTI labels)',
  () => {
    const cameraId = '33020300001320000101';
    const paths = new Map<string, Map<number, number>>();
    const tellOf = (toX: number): SceneEventDraft[] => {
      const directionNorm: [PointNorm, PointNorm] = [
        [0.5, 0.5],
        [toX, 0.5],
      ];
      const tracker = createTracker({ cameraId });
      const scene = createScene({ cameraId, zones: () => [{ ...toTheRight, directionNorm }] });
      const data = Uint8Array.from({ length: 124 * 38 * 2 }, (_, i) => 60 + ((i * 37) % 101));
      let capturedAtMs = 1_000;
      return [...drive(kitti ?? '')].flatMap((detections) => {
        capturedAtMs += 100;
        // A little noise: a picture that never changes would be a frozen one.
        for (let i = 0; i < data.length; i += 3)
          data[i] = 60 + ((i * 37) % 101) + ((capturedAtMs / 100 + i) % 5);
        const tracks = tracker.step({ capturedAtMs, detections });
        for (const { trackId, box } of tracks) {
          const path = paths.get(trackId) ?? new Map<number, number>();
          paths.set(trackId, path.set(capturedAtMs, box.xNorm + box.wNorm / 2));
        }
        const { events } = scene.step({ capturedAtMs, widthPx: 124, heightPx: 38, data, tracks });
        return events.filter(({ kind, phase }) => kind === 'wrong_direction' && phase === 'started');
      });
    };
    /** How far to the right the track of an event went from its start until it was raised. */
    const wayOf = ({ actor, startedAtMs, raisedAtMs }: SceneEventDraft): number => {
      const path = paths.get(actor?.trackId ?? '');
      return (path?.get(raisedAtMs) ?? 0) - (path?.get(startedAtMs) ?? 0);
    };
    const [toLeft, toRight] = [tellOf(0), tellOf(1)];
    expect(toLeft.length + toRight.length).toBeGreaterThan(0);
    for (const event of toLeft) expect(wayOf(event)).toBeGreaterThan(0);
    for (const event of toRight) expect(wayOf(event)).toBeLessThan(0);
  },
);
