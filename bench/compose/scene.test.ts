import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { layObject } from './compose.ts';
import { boundsOf, visibleCoverage } from './matte.ts';
import { OBJECT_KINDS, renderObject } from './object.ts';
import { blankMask } from './picture.ts';
import { feetAt, personBoxAt, poseAt, Scene } from './scene.ts';

const file = path.resolve(import.meta.dirname, '../../sample/scene.json');
const raw = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
const scene = Scene.parse(raw);
const { putDown, bringer } = scene;

test('the object moves without a jump from the first frame to the last', () => {
  let before = poseAt(scene, 21.3);
  for (let ms = 21_310; ms <= 45_000; ms += 10) {
    const pose = poseAt(scene, ms / 1000);
    if (pose !== null && before !== null) {
      const moved = Math.hypot(pose.anchorPx[0] - before.anchorPx[0], pose.anchorPx[1] - before.anchorPx[1]);
      expect(moved, `at ${ms} ms`).toBeLessThan(3);
      expect(Math.abs(pose.turnRad - before.turnRad), `at ${ms} ms`).toBeLessThan(0.06);
    }
    before = pose;
  }
});

test('it is absent, carried, settling and resting in this order, and rests to the end', () => {
  const states: string[] = [];
  for (let frame = 0; frame < 785; frame++) states.push(poseAt(scene, frame / 10)?.state ?? 'absent');
  expect(states.filter((state, i) => state !== states[i - 1])).toEqual([
    'absent',
    'carried',
    'settling',
    'resting',
  ]);
  expect(states.filter((state) => state === 'resting').length).toBeGreaterThan(200);
  expect(states.indexOf('carried')).toBeGreaterThan(150);
});

test('while carried it hangs above the ground, beside the bringer', () => {
  for (let atS = 23; atS < putDown.swingFromS; atS += 0.1) {
    const pose = poseAt(scene, atS);
    const feet = feetAt(bringer, atS);
    if (pose === null || feet === null) return expect.unreachable();
    expect(pose.anchorPx[1]).toBeLessThan(feet[1]);
    const box = personBoxAt(scene, bringer, atS);
    expect(Math.abs(pose.anchorPx[0] - feet[0])).toBeLessThan(box?.[2] ?? 0);
  }
});

test('somebody who takes the object carries it out of the scene', () => {
  const by = {
    ...bringer,
    feet: [60, 70].map((atS, i) => ({ atS, px: [250 + 500 * i, 284] as [number, number] })),
  };
  const emptied = Scene.parse({ ...scene, taken: { fromS: 60, inHandS: 60.6, by } });
  expect(poseAt(emptied, 59.9)?.state).toBe('resting');
  expect(poseAt(emptied, 60)?.anchorPx).toEqual(putDown.restPx);
  expect(poseAt(emptied, 65)?.state).toBe('carried');
  expect(poseAt(emptied, 71)).toBeNull();
});

test('a scene that contradicts itself is refused', () => {
  const swapped = { ...putDown, touchesGroundS: putDown.settledS, settledS: putDown.touchesGroundS };
  expect(Scene.safeParse({ ...raw, putDown: swapped }).success).toBe(false);
  const backwards = { ...bringer, feet: bringer.feet.toReversed() };
  expect(Scene.safeParse({ ...raw, bringer: backwards }).success).toBe(false);
  expect(Scene.safeParse({ ...raw, speed: 2 }).success).toBe(false);
});

test.each(OBJECT_KINDS)(
  '%s is drawn alike from the same seed and not from another, and stands on its anchor',
  (kind) => {
    const matte = renderObject(kind, 5, 1);
    expect(renderObject(kind, 5, 1)).toEqual(matte);
    expect(renderObject(kind, 6, 1)).not.toEqual(matte);
    const pose = poseAt(scene, 50);
    if (pose === null) return expect.unreachable();
    const layer = layObject(scene, pose, matte, { widthPx: 768, heightPx: 576 });
    const box = boundsOf(visibleCoverage(layer, blankMask(768, 576)));
    expect(Math.abs((box?.[1] ?? 0) + (box?.[3] ?? 0) - putDown.restPx[1])).toBeLessThanOrEqual(1);
    expect(box?.[0]).toBeLessThan(putDown.restPx[0]);
    expect((box?.[0] ?? 0) + (box?.[2] ?? 0)).toBeGreaterThan(putDown.restPx[0]);
  },
);
