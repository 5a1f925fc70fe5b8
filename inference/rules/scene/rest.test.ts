import { expect, test } from 'vitest';
import { createTracker } from '../../track/index.ts';
import { createScene, type SceneEventDraft } from '../index.ts';
import { along, type Sprite, street } from '../testing/street.ts';

const putDownS = 50;
const bringer: Sprite = {
  at: along(
    { w: 16, h: 44 },
    [putDownS - 7, -20, 62],
    [putDownS, 104, 62],
    [putDownS + 2, 104, 62],
    [putDownS + 10, 276, 62],
  ),
  colour: [45, 120, 140],
  seed: 5,
  className: 'person',
};
const bag: Sprite = {
  at: (s) => (s >= putDownS ? { x: 118, y: 92, w: 15, h: 14 } : null),
  colour: [190, 118, 150],
  seed: 6,
};

/**
 * @param asksGate whether the scene is asked before each picture; one that is not never rests.
 * @returns what it told, and how many pictures the step read.
 */
function watch(asksGate: boolean): { readonly events: SceneEventDraft[]; readonly readCount: number } {
  const cameraId = '33020300001320000101';
  const [tracker, scene] = [createTracker({ cameraId }), createScene({ cameraId })];
  const events: SceneEventDraft[] = [];
  let readCount = 0;
  for (const picture of street({ durationS: 75, sprites: [bag, bringer] })) {
    const { data, capturedAtMs, detections } = picture;
    if (asksGate) scene.needsDetection(picture);
    let wasRead = false;
    const tracks = tracker.step({ capturedAtMs, detections });
    const step = scene.step({
      ...picture,
      get data() {
        wasRead = true;
        return data;
      },
      tracks,
    });
    events.push(...step.events);
    if (wasRead) readCount += 1;
  }
  return { events, readCount };
}

test('a scene that has rested tells a dumping as well and as soon as one that looked at every picture', () => {
  const [awake, rested] = [watch(false), watch(true)];
  expect(awake.events).toHaveLength(1);
  expect(rested.events).toHaveLength(1);
  const [[first], [second]] = [awake.events, rested.events];
  expect(second?.actor?.trackId).toBe(first?.actor?.trackId);
  expect(Math.abs((second?.raisedAtMs ?? 0) - (first?.raisedAtMs ?? 0))).toBeLessThanOrEqual(1_000);
  const [put, putRested] = [first?.moments.putDownAtMs ?? 0, second?.moments.putDownAtMs ?? Infinity];
  expect(Math.abs(putRested - put)).toBeLessThanOrEqual(1_000);
  // 40 of its 75 s lie still.
  expect(awake.readCount).toBe(75 * 5);
  expect(rested.readCount).toBeLessThan(0.75 * awake.readCount);
});
