import { expect, test } from 'vitest';
import { createMotionGate } from './motion-gate.ts';
import { along, type Sprite, street, type StreetOptions } from '../testing/street.ts';

/** For every second: did the gate open in any of its pictures? */
function openSeconds(options: StreetOptions): boolean[] {
  const gate = createMotionGate();
  const seconds: boolean[] = [];
  const fps = options.fps ?? 5;
  let index = 0;
  for (const { capturedAtMs, data, widthPx, heightPx } of street(options)) {
    const second = Math.floor(index++ / fps);
    const { isMoving } = gate.step(capturedAtMs, data, widthPx, heightPx);
    seconds[second] = isMoving || (seconds[second] ?? false);
  }
  return seconds;
}

const walker: Sprite = {
  at: along({ w: 10, h: 28 }, [5, -12, 60], [15, 270, 60]),
  colour: [60, 128, 128],
  seed: 3,
};

test('opens for the first picture and for whoever walks, and stays shut over noise', () => {
  const seconds = openSeconds({ durationS: 22, sprites: [walker], noise: 2.5 });
  expect(seconds[0]).toBe(true);
  expect(seconds.slice(1, 5)).toEqual([false, false, false, false]);
  expect(seconds.slice(6, 14).every(Boolean)).toBe(true);
  expect(seconds.slice(19)).toEqual([false, false, false]);
});

test('opens for a slow walker at any rate', () => {
  const slow: Sprite = { ...walker, at: along({ w: 10, h: 28 }, [2, 40, 60], [30, 110, 60]) };
  for (const fps of [3, 10]) {
    expect(
      openSeconds({ durationS: 20, fps, sprites: [slow] })
        .slice(4)
        .every(Boolean),
      `${fps} fps`,
    ).toBe(true);
  }
});
