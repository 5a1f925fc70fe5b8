import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BoxNorm } from '../../contracts/index.ts';
import type { Detection } from '../detect/index.ts';
import { mosaicI420, mosaicRgb } from './mosaic.ts';
import { followRegions } from './region-timeline.ts';
import { headOf, regionsToHide, toRectPx } from './region.ts';

const picture = { widthPx: 800, heightPx: 600 };
const inPx = (x: number, y: number, w: number, h: number): BoxNorm => ({
  xNorm: x / 800,
  yNorm: y / 600,
  wNorm: w / 800,
  hNorm: h / 600,
});
const person = (confidence: number, ...box: readonly [number, number, number, number]): Detection => ({
  className: 'person',
  confidence,
  ...inPx(...box),
});
const covers = (region: BoxNorm, box: BoxNorm): boolean =>
  region.xNorm <= box.xNorm + 1e-9 &&
  region.yNorm <= box.yNorm + 1e-9 &&
  region.xNorm + region.wNorm >= box.xNorm + box.wNorm - 1e-9 &&
  region.yNorm + region.hNorm >= box.yNorm + box.hNorm - 1e-9;

describe('what is hidden', () => {
  test('the upper fifth of somebody who stands, a little wider than the person', () => {
    const head = headOf(person(0.8, 100, 100, 60, 200), picture);
    expect(covers(head, inPx(98, 98, 64, 40))).toBe(true);
    expect(head.hNorm * 600).toBeLessThan(60);
  });

  test('more of somebody who is cut off below the shoulders', () => {
    const head = headOf(person(0.8, 100, 300, 300, 300), picture);
    expect(covers(head, inPx(100, 300, 300, 170))).toBe(true);
  });

  test('a sure face stands for the head, an unsure one does not, and one face stands for one person only', () => {
    const one = person(0.8, 100, 100, 60, 200);
    const beside = person(0.8, 120, 100, 60, 200);
    const face = (confidence: number): Detection => ({
      ...person(confidence, 125, 110, 20, 24),
      className: 'other',
    });
    const faceCover = regionsToHide([], [face(0.9)], picture);
    expect(covers(faceCover[0]!, inPx(120, 104, 30, 36))).toBe(true);
    expect(regionsToHide([one], [face(0.9)], picture)).toEqual(faceCover);
    expect(regionsToHide([one], [face(0.4)], picture)).toHaveLength(2);
    expect(regionsToHide([one, beside], [face(0.9)], picture)).toHaveLength(2);
  });

  test('a small unsure box that is as wide as high is left alone, everybody else is not', () => {
    expect(regionsToHide([person(0.5, 200, 200, 32, 34)], [], picture)).toEqual([]);
    expect(regionsToHide([person(0.7, 200, 200, 32, 34)], [], picture)).toHaveLength(1);
    expect(regionsToHide([person(0.3, 200, 200, 20, 46)], [], picture)).toHaveLength(1);
    expect(regionsToHide([person(0.3, 200, 200, 90, 90)], [], picture)).toHaveLength(1);
  });
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyBox = fc.tuple(share, share, share, share).map(([x, y, w, h]) => ({
  xNorm: x * 0.9,
  yNorm: y * 0.9,
  wNorm: 0.01 + w * (0.99 - x * 0.9),
  hNorm: 0.01 + h * (0.99 - y * 0.9),
}));

test('a mosaic changes every px of a region into blocks, and nothing outside', () => {
  const anySize = fc.record({
    widthPx: fc.integer({ min: 2, max: 90 }),
    heightPx: fc.integer({ min: 2, max: 90 }),
  });
  fc.assert(
    fc.property(anySize, anyBox, ({ widthPx, heightPx }, box) => {
      const chromaWidth = Math.ceil(widthPx / 2);
      const chroma = chromaWidth * Math.ceil(heightPx / 2);
      const before = new Uint8Array(widthPx * heightPx + 2 * chroma).map((_, index) => (index * 89) % 251);
      const data = before.slice();
      mosaicI420({ data, widthPx, heightPx }, [box]);
      const rect = toRectPx(box, { widthPx, heightPx });
      const isInside = (x: number, y: number, scale: number): boolean =>
        x * scale >= rect.leftPx &&
        x * scale < rect.leftPx + rect.widthPx &&
        y * scale >= rect.topPx &&
        y * scale < rect.topPx + rect.heightPx;
      for (let index = 0; index < data.length; index += 1) {
        const isLuma = index < widthPx * heightPx;
        const at = isLuma ? index : (index - widthPx * heightPx) % chroma;
        const width = isLuma ? widthPx : chromaWidth;
        if (!isInside(at % width, Math.floor(at / width), isLuma ? 1 : 2))
          expect(data[index]).toBe(before[index]);
      }
      // No more than three blocks across, however large; small ones have blocks of 8 px.
      const values = new Set<number>();
      for (let y = rect.topPx; y < rect.topPx + rect.heightPx; y += 1) {
        for (let x = rect.leftPx; x < rect.leftPx + rect.widthPx; x += 1) values.add(data[y * widthPx + x]!);
      }
      expect(values.size).toBeLessThanOrEqual(9);
      expect(rect.leftPx / widthPx).toBeLessThanOrEqual(box.xNorm + 1e-9);
      expect((rect.leftPx + rect.widthPx) / widthPx).toBeGreaterThanOrEqual(
        Math.min(1, box.xNorm + box.wNorm) - 1e-9,
      );
    }),
    { numRuns: 60 },
  );
});

test('RGB is hidden in all three channels', () => {
  const data = new Uint8Array(40 * 40 * 3).map((_, index) => (index * 37) % 256);
  const before = data.slice();
  mosaicRgb({ data, widthPx: 40, heightPx: 40 }, [{ xNorm: 0.25, yNorm: 0.25, wNorm: 0.2, hNorm: 0.2 }]);
  const at = (x: number, y: number): number[] => [...data.subarray(3 * (y * 40 + x), 3 * (y * 40 + x) + 3)];
  expect(at(10, 10)).toEqual(at(17, 17));
  expect(data.subarray(0, 3 * 40 * 10)).toEqual(before.subarray(0, 3 * 40 * 10));
});

describe('following regions from look to look', () => {
  const box = (xNorm: number): BoxNorm => ({ xNorm, yNorm: 0.2, wNorm: 0.04, hNorm: 0.05 });
  const centreOf = ({ xNorm, wNorm }: BoxNorm): number => xNorm + wNorm / 2;

  test('a head that walks is hidden where it is, at every moment between looks', () => {
    const samples = [0, 200, 400, 600].map((atMs, index) => ({ atMs, regions: [box(0.1 + 0.05 * index)] }));
    const timeline = followRegions(samples, 400);
    for (let atMs = 0; atMs <= 600; atMs += 20) {
      const expected = 0.12 + (0.05 * atMs) / 200;
      const regions = timeline.at(atMs) ?? [];
      expect(regions).toHaveLength(1);
      expect(centreOf(regions[0]!)).toBeCloseTo(expected, 6);
    }
  });

  test('a head that one look missed is hidden there as well, where it must have been', () => {
    const samples = [
      { atMs: 0, regions: [box(0.1)] },
      { atMs: 200, regions: [] },
      { atMs: 400, regions: [box(0.16)] },
    ];
    const regions = followRegions(samples, 400).at(200) ?? [];
    expect(regions.some((region) => Math.abs(region.xNorm - 0.13) < 1e-6)).toBe(true);
  });

  test('what only one of two looks shows is hidden all the time between them', () => {
    const timeline = followRegions(
      [
        { atMs: 0, regions: [box(0.1)] },
        { atMs: 200, regions: [box(0.8)] },
      ],
      400,
    );
    for (const atMs of [0, 1, 100, 199]) expect(timeline.at(atMs)).toEqual([box(0.1), box(0.8)]);
    expect(timeline.at(200)).toEqual([box(0.8)]);
    expect(timeline.at(600)).toEqual([box(0.8)]);
  });

  test('a moment far from any look has no answer', () => {
    const timeline = followRegions([{ atMs: 1_000, regions: [] }], 400);
    expect([timeline.at(500), timeline.at(700), timeline.at(1_400), timeline.at(1_401)]).toEqual([
      null,
      [],
      [],
      null,
    ]);
    expect(followRegions([], 400).at(0)).toBeNull();
  });
});
