import { expect, test } from 'vitest';
import { cropAround } from './crop.ts';
import { isWhole } from './letterbox.ts';

test('a crop is a whole picture of the pixels around the box, moved inwards at the border', () => {
  const [widthPx, heightPx] = [320, 180];
  const data = new Uint8Array((widthPx * heightPx * 3) / 2);
  for (let y = 0; y < heightPx; y++) for (let x = 0; x < widthPx; x++) data[y * widthPx + x] = x % 256;
  data.fill(90, widthPx * heightPx);
  const picture = { widthPx, heightPx, data };
  const middle = cropAround(picture, { xNorm: 0.5, yNorm: 0.5, wNorm: 0.1, hNorm: 0.1 }, 1.8);
  expect(middle).toMatchObject({ widthPx: 64, heightPx: 64 });
  expect(isWhole(middle)).toBe(true);
  // The box's middle is at x = 176.
  expect([middle.data[0], middle.data[63]]).toEqual([144, 207]);
  expect(new Set(middle.data.subarray(64 * 64))).toEqual(new Set([90]));
  const corner = cropAround(picture, { xNorm: 0.95, yNorm: 0.95, wNorm: 0.05, hNorm: 0.05 }, 1.8);
  expect(corner.data[63]).toBe(319 % 256);
  const whole = cropAround(picture, { xNorm: 0, yNorm: 0, wNorm: 1, hNorm: 1 }, 2);
  expect(whole).toMatchObject({ widthPx, heightPx });
  expect(whole.data).toEqual(data);
});
