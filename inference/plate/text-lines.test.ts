import { expect, test } from 'vitest';
import { textLines } from './text-lines.ts';

const [width, height] = [200, 120];

/** A parallelogram with upright sides, 100 px wide and 20 px high, that falls by `slope`. */
function leaningMap(slope: number): Float32Array {
  const map = new Float32Array(width * height);
  for (let x = 50; x < 150; x++) {
    const middle = 60 + slope * (x - 100);
    for (let y = Math.round(middle - 10); y < Math.round(middle + 10); y++) map[y * width + x] = 0.9;
  }
  return map;
}

test('a line that falls is given a second time with upright strokes', () => {
  const [turned, leaning, ...more] = textLines(leaningMap(0.35), width, height);
  expect(more).toEqual([]);
  expect((turned?.strokeRad ?? 0) - (turned?.angleRad ?? 0)).toBeCloseTo(Math.PI / 2, 6);
  expect(leaning?.strokeRad).toBeCloseTo(Math.PI / 2, 6);
  expect(Math.tan(leaning?.angleRad ?? 0)).toBeCloseTo(0.35, 2);
  expect(leaning?.centreX).toBeCloseTo(100, 0);
  expect(leaning?.centreY).toBeCloseTo(60, 0);
  // 20 px and what it is grown by: 1.7 times area over perimeter on either side.
  expect(leaning?.height).toBeCloseTo(20 + 2 * 1.7 * ((106 * 20) / 252), -1);
});

test('a level line is given once', () => {
  expect(textLines(leaningMap(0), width, height)).toHaveLength(1);
});
