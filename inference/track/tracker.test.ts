import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ObjectClass } from '../../contracts/index.ts';
import { createTracker, type Detection, type Track } from './index.ts';

const beganAtMs = 1_750_000_000_000;
const detection = (x: number, y = 0.5, extra: Partial<Detection> = {}): Detection => ({
  className: 'person',
  confidence: 0.8,
  xNorm: x,
  yNorm: y,
  wNorm: 0.05,
  hNorm: 0.2,
  ...extra,
});

type Script = (s: number) => readonly Detection[] | null;

/** Run a script at some rate; @returns the tracks of every step. */
function follow(script: Script, durationS: number, fps = 5, options = {}): (readonly Track[])[] {
  const tracker = createTracker({ cameraId: 'c', ...options });
  return Array.from({ length: Math.round(durationS * fps) }, (_, i) =>
    tracker.step({ capturedAtMs: beganAtMs + Math.round((i * 1_000) / fps), detections: script(i / fps) }),
  );
}

const idsOf = (steps: readonly (readonly Track[])[]): Set<string> =>
  new Set(steps.flat().flatMap((track) => (track.hits > 1 ? [track.trackId] : [])));

describe('one object is one track', () => {
  test('while it walks through the picture, at 2 to 25 pictures a second', () => {
    for (const fps of [2, 3, 5, 10, 25]) {
      const steps = follow((s) => [detection(0.1 + 0.08 * s)], 8, fps);
      expect(idsOf(steps).size, `${fps} fps`).toBe(1);
      const last = steps.at(-1)?.[0];
      expect(last?.vxNorm, `${fps} fps`).toBeCloseTo(0.08, 1);
    }
  });

  test('through two seconds behind something', () => {
    const steps = follow((s) => (s > 3 && s < 5 ? [] : [detection(0.1 + 0.05 * s)]), 8);
    expect(idsOf(steps).size).toBe(1);
    expect(steps[20]?.[0]?.state).toBe('lost');
    expect(steps.at(-1)?.[0]?.state).toBe('tracked');
  });

  test('on weak detections once it is known, which alone start nothing', () => {
    const weak = { confidence: 0.33 };
    expect(idsOf(follow((s) => [detection(0.3, 0.5, s < 1 ? {} : weak)], 6)).size).toBe(1);
    expect(follow(() => [detection(0.3, 0.5, weak)], 3).flat()).toEqual([]);
  });

  test('although the detector calls a van car, truck and van again', () => {
    const classes: ObjectClass[] = ['van', 'car', 'truck', 'van', 'van'];
    const steps = follow(
      (s) => [detection(0.3, 0.5, { className: classes[Math.round(s * 5) % 5] ?? 'van', wNorm: 0.2 })],
      6,
    );
    expect(idsOf(steps).size).toBe(1);
    expect(steps.at(-1)?.[0]?.className).toBe('van');
  });

  test('while the detector does not look', () => {
    const steps = follow((s) => (s > 1 && s < 20 ? null : [detection(0.3)]), 22);
    expect(idsOf(steps).size).toBe(1);
  });
});

describe('two objects are two tracks', () => {
  test('when they cross', () => {
    const steps = follow((s) => [detection(0.2 + 0.07 * s, 0.5), detection(0.7 - 0.07 * s, 0.53)], 7, 10);
    expect(idsOf(steps).size).toBe(2);
    const [first, second] = steps.at(-1) ?? [];
    expect(first?.box.xNorm).toBeGreaterThan(second?.box.xNorm ?? 1);
  });

  test('when a person walks past a car, and when a bag lies where a person was', () => {
    const car = detection(0.5, 0.5, { className: 'car', wNorm: 0.2 });
    expect(idsOf(follow((s) => [car, detection(0.3 + 0.07 * s)], 6)).size).toBe(2);
    const bag = detection(0.5, 0.64, { hNorm: 0.06 });
    const steps = follow((s) => (s < 3 ? [detection(0.5)] : [bag]), 8);
    expect(idsOf(steps).size).toBe(2);
  });
});

test('who comes along later is not taken for somebody who was lost there', () => {
  const passerBy = detection(0.43, 0.5, { wNorm: 0.07, hNorm: 0.28 });
  const steps = follow((s) => (s < 3 ? [detection(0.4)] : s < 4.5 ? [] : [passerBy]), 8);
  expect(idsOf(steps).size).toBe(2);
});

test('one picture that misses it after a long rest of the detector does not end a track', () => {
  const steps = follow((s) => (s > 1 && s < 20 ? null : s === 20 ? [] : [detection(0.3)]), 22);
  expect(idsOf(steps).size).toBe(1);
});

test('who is seen only now and then is followed as one, but not reported as sure', () => {
  const steps = follow((s) => (Math.round(s * 5) % 4 === 0 ? [detection(0.1 + 0.01 * s)] : []), 8);
  expect(idsOf(steps).size).toBe(1);
  expect(steps.flat().every((track) => track.state === 'tentative')).toBe(true);
});

test('two trackers side by side do not know of each other', () => {
  const [one, other] = ['c', 'd'].map((cameraId) => createTracker({ cameraId }));
  const step = { capturedAtMs: beganAtMs, detections: [detection(0.3)] };
  expect([one, other].map((tracker) => tracker?.step(step)[0]?.trackId)).toEqual([
    `c-${beganAtMs}-0`,
    `d-${beganAtMs}-0`,
  ]);
});

test('a flicker of one picture is never confirmed and soon forgotten', () => {
  const steps = follow((s) => (s === 1 ? [detection(0.4)] : []), 4);
  expect(steps.flat().every((track) => track.state === 'tentative')).toBe(true);
  expect(steps.at(-1)).toEqual([]);
});

test('a track ends when it has been lost for too long, or has left the picture', () => {
  expect(follow((s) => (s < 2 ? [detection(0.4)] : []), 7).at(-1)).toEqual([]);
  const leaving = follow((s) => (s < 3 ? [detection(0.8 + 0.06 * s)] : []), 5);
  expect(leaving.at(-1)).toEqual([]);
});

test('ids name camera, time and ordinal, and a replay gives the same', () => {
  const script: Script = (s) => [detection(0.1 + 0.05 * s), detection(0.8 - 0.05 * s)];
  const steps = follow(script, 3);
  expect(steps[0]?.map((track) => track.trackId)).toEqual([`c-${beganAtMs}-0`, `c-${beganAtMs}-1`]);
  expect(follow(script, 3)).toEqual(steps);
});

test('a step back in time changes nothing', () => {
  const tracker = createTracker({ cameraId: 'c' });
  tracker.step({ capturedAtMs: beganAtMs, detections: [detection(0.3)] });
  const before = tracker.step({ capturedAtMs: beganAtMs + 200, detections: [detection(0.3)] });
  expect(tracker.step({ capturedAtMs: beganAtMs - 200, detections: [detection(0.9)] })).toEqual(before);
});

test('whatever the detector says: ids are unique in a step, boxes are finite, confidence is a share', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const any = fc.record({
    className: fc.constantFrom<ObjectClass>('person', 'car', 'truck', 'bag'),
    confidence: share,
    xNorm: share,
    yNorm: share,
    wNorm: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
    hNorm: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(fc.option(fc.array(any, { maxLength: 8 })), { maxLength: 25 }), (pictures) => {
      for (const tracks of follow((s) => pictures[Math.round(s * 5)] ?? [], pictures.length / 5)) {
        expect(new Set(tracks.map((track) => track.trackId)).size).toBe(tracks.length);
        for (const { box, confidence } of tracks) {
          expect(Object.values(box).every(Number.isFinite)).toBe(true);
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
        }
      }
    }),
    { numRuns: 60 },
  );
});
