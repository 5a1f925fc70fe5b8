import { expect, test } from 'vitest';
import { blobsOf, coverPolygon, foregroundMask, inFrontOf, medianBackground } from './background.ts';
import { type BoxPx, blankMask, type Picture } from './picture.ts';

const size = { widthPx: 80, heightPx: 60 };
const whole: BoxPx = [0, 0, 80, 60];

/** A grey ground with boxes painted on it. */
function scene(...boxes: { boxPx: BoxPx; rgb: readonly [number, number, number] }[]): Picture {
  const picture: Picture = { ...size, rgb: new Uint8Array(80 * 60 * 3).fill(180) };
  for (const { boxPx, rgb } of boxes) {
    for (let y = boxPx[1]; y < boxPx[1] + boxPx[3]; y++) {
      for (let x = boxPx[0]; x < boxPx[0] + boxPx[2]; x++) picture.rgb.set(rgb, (y * 80 + x) * 3);
    }
  }
  return picture;
}

const jacket = [25, 30, 60] as const;
const near = { boxPx: [30, 10, 12, 35] as BoxPx, rgb: jacket };
const far = { boxPx: [55, 5, 10, 20] as BoxPx, rgb: jacket };

test('the median forgets somebody who stands for less than half of the pictures', () => {
  const pictures = [scene(near), scene(near), scene(), scene(), scene()];
  expect(medianBackground(pictures)).toEqual(scene());
  expect(() => medianBackground([])).toThrow(RangeError);
});

test('people are foreground, their shade is not, noise is not', () => {
  const shade = { boxPx: [10, 40, 15, 6] as BoxPx, rgb: [140, 141, 139] as const };
  const speck = { boxPx: [70, 50, 1, 1] as BoxPx, rgb: jacket };
  const mask = foregroundMask(scene(near, shade, speck), scene(), whole);
  const at = (x: number, y: number): number => mask.coverage[y * 80 + x] ?? -1;
  expect(at(35, 25)).toBe(1);
  expect(at(15, 43)).toBe(0);
  expect(at(70, 50)).toBe(0);
});

test('only who stands nearer than the object hides it', () => {
  const mask = foregroundMask(scene(near, far), scene(), whole);
  const blobs = blobsOf(mask, 20, 4);
  expect(blobs.map((blob) => blob.boxPx)).toEqual([far.boxPx, near.boxPx]);
  const front = inFrontOf(35, 2, { mask, blobs, known: [] }, []);
  expect(front.coverage[25 * 80 + 35]).toBe(1);
  expect(front.coverage[15 * 80 + 60]).toBe(0);
});

test('where two outlines run together, a known place tells who is nearer', () => {
  const behind = { boxPx: [40, 5, 12, 25] as BoxPx, rgb: jacket };
  const mask = foregroundMask(scene(near, behind), scene(), whole);
  const blobs = blobsOf(mask, 20, 12);
  const pixelOfBehind = 28 * 80 + 48;
  const guess = inFrontOf(35, 2, { mask, blobs, known: [] }, []);
  expect(guess.coverage[pixelOfBehind]).toBe(1);
  const known = [{ boxPx: [43, 5, 9, 25] as BoxPx, footYPx: 30 }];
  expect(inFrontOf(35, 2, { mask, blobs, known }, []).coverage[pixelOfBehind]).toBe(0);
});

test('a post hides what stands behind it and not what stands before it', () => {
  const post = {
    name: 'post',
    baseYPx: 50,
    polygonPx: [
      [20, 0],
      [24.5, 0],
      [24.5, 50],
      [20, 50],
    ] as [number, number][],
  };
  const nobody = { mask: blankMask(80, 60), blobs: [], known: [] };
  const front = inFrontOf(40, 2, nobody, [post]);
  expect([front.coverage[10 * 80 + 22], front.coverage[10 * 80 + 24], front.coverage[10 * 80 + 26]]).toEqual([
    1, 0.5, 0,
  ]);
  expect(inFrontOf(55, 2, nobody, [post]).coverage.some((value) => value > 0)).toBe(false);
});

test('a polygon covers its area', () => {
  const mask = blankMask(80, 60);
  coverPolygon(mask, [
    [10, 10],
    [50, 10],
    [10, 40],
  ]);
  const area = mask.coverage.reduce((sum, value) => sum + value, 0);
  expect(Math.abs(area - 600)).toBeLessThan(6);
});
