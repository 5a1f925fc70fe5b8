import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCenterface } from './centerface.ts';
import type { Candidate, Decoder, Outputs } from './detection.ts';
import { decodeDetr } from './detr.ts';
import { decodeNanodet } from './nanodet.ts';
import { iou, suppressDoubles } from './nms.ts';
import { cellCount } from './tensor.ts';
import { decodeYolox } from './yolox.ts';

const request = { widthPx: 64, heightPx: 32, minScore: 0.3, classIndexes: [0, 2] };
const anchors = cellCount(64, 32);
const tensor = (data: Float32Array | BigInt64Array, ...dims: number[]): Outputs[string] => ({ data, dims });

test('the cells of a 64 × 32 input are 8 × 4, 4 × 2 and 2 × 1', () => {
  expect(anchors).toBe(42);
});

describe('nanodet', () => {
  // The second cell of the second row at stride 16: 32 cells of stride 8, then 4 of the first row, then 1.
  const anchor = 37;
  const head = (classIndex: number, score: number): Outputs => {
    const scores = new Float32Array(anchors * 80);
    const reg = new Float32Array(anchors * 44);
    scores[anchor * 80 + classIndex] = score;
    // All weight on bins 1, 0, 2; the last side half and half on 0 and 1.
    for (const [side, bins] of [[1], [0], [2], [0, 1]].entries()) {
      for (const bin of bins) reg[anchor * 44 + side * 11 + bin] = 100;
    }
    return { scores: tensor(scores, 1, anchors, 80), reg: tensor(reg, 1, anchors, 44) };
  };

  test('sides are expected values of their bins, from the centre of the cell', () => {
    const [found, ...others] = decodeNanodet(head(2, 0.5), request);
    expect(others).toEqual([]);
    const centre = { x: 1.5 * 16, y: 1.5 * 16 };
    expect(found).toMatchObject({ classIndex: 2, score: 0.5 });
    expect(found?.x1).toBeCloseTo(centre.x - 16, 3);
    expect(found?.y1).toBeCloseTo(centre.y, 3);
    expect(found?.x2).toBeCloseTo(centre.x + 32, 3);
    expect(found?.y2).toBeCloseTo(centre.y + 8, 3);
  });

  test('classes nobody asked for and low scores are left out', () => {
    expect(decodeNanodet(head(1, 0.9), request)).toEqual([]);
    expect(decodeNanodet(head(2, 0.29), request)).toEqual([]);
  });
});

test('yolox: offsets in cells, sizes as logarithms, score is objectness times class', () => {
  const rows = new Float32Array(anchors * 85);
  // The only row at stride 32, second cell.
  const row = 41 * 85;
  rows.set([0.25, 0.5, Math.log(0.5), Math.log(0.25), 0.8], row);
  rows[row + 5] = 0.9;
  const [found, ...others] = decodeYolox({ output: tensor(rows, 1, anchors, 85) }, request);
  expect(others).toEqual([]);
  expect(found?.classIndex).toBe(0);
  expect(found?.score).toBeCloseTo(0.72, 5);
  expect(found?.x1).toBeCloseTo(1.25 * 32 - 8, 4);
  expect(found?.x2).toBeCloseTo(1.25 * 32 + 8, 4);
  expect(found?.y1).toBeCloseTo(16 - 4, 4);
  expect(found?.y2).toBeCloseTo(16 + 4, 4);
});

test('detr: labels, boxes and scores are taken as they are', () => {
  const outputs = {
    labels: tensor(BigInt64Array.of(2n, 1n, 0n), 1, 3),
    boxes: tensor(Float32Array.of(1, 2, 3, 4, 0, 0, 9, 9, 5, 6, 7, 8), 1, 3, 4),
    scores: tensor(Float32Array.of(0.5, 0.9, 0.25), 1, 3),
  };
  expect(decodeDetr(outputs, request)).toEqual([{ classIndex: 2, score: 0.5, x1: 1, y1: 2, x2: 3, y2: 4 }]);
});

test('centerface: height before width, y before x', () => {
  const cells = 16 * 8;
  const cell = 3 * 16 + 5;
  const heat = new Float32Array(cells);
  const scale = new Float32Array(2 * cells);
  const offset = new Float32Array(2 * cells);
  heat[cell] = 0.75;
  scale[cell] = Math.log(4);
  scale[cells + cell] = Math.log(2);
  offset[cell] = 0.25;
  offset[cells + cell] = -0.25;
  const outputs = {
    heat: tensor(heat, 1, 1, 8, 16),
    scale: tensor(scale, 1, 2, 8, 16),
    offset: tensor(offset, 1, 2, 8, 16),
  };
  const [found, ...others] = decodeCenterface(outputs, { ...request, classIndexes: [0] });
  expect(others).toEqual([]);
  const [centreX, centreY] = [(5 - 0.25 + 0.5) * 4, (3 + 0.25 + 0.5) * 4];
  expect(found?.x1).toBeCloseTo(centreX - 4, 4);
  expect(found?.x2).toBeCloseTo(centreX + 4, 4);
  expect(found?.y1).toBeCloseTo(centreY - 8, 4);
  expect(found?.y2).toBeCloseTo(centreY + 8, 4);
});

test.each<[string, Decoder, Outputs]>([
  ['nanodet', decodeNanodet, { scores: tensor(new Float32Array(80), 1, 1, 80) }],
  ['yolox', decodeYolox, { output: tensor(new Float32Array(85), 1, 1, 85) }],
  [
    'detr',
    decodeDetr,
    { scores: tensor(new Float32Array(1), 1, 1), labels: tensor(new Float32Array(1), 1, 1) },
  ],
  ['centerface', decodeCenterface, {}],
])('%s says when a model does not fit', (_name, decode, outputs) => {
  expect(() => decode(outputs, request)).toThrow(expect.objectContaining({ code: 'MODEL_SHAPE' }));
});

describe('suppression', () => {
  const candidate: fc.Arbitrary<Candidate> = fc
    .record({
      classIndex: fc.nat(3),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      x1: fc.nat(90),
      y1: fc.nat(90),
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
    })
    .map(({ width, height, ...rest }) => ({ ...rest, x2: rest.x1 + width, y2: rest.y1 + height }));
  const rule = { perClassIou: 0.6, groups: [{ classIndexes: new Set([2, 3]), iou: 0.7 }] };

  test('of what overlaps one stays, the surest always, and a second pass changes nothing', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 40 }), (candidates) => {
        const kept = suppressDoubles(candidates, rule);
        for (const [index, a] of kept.entries()) {
          for (const b of kept.slice(index + 1)) {
            if (a.classIndex === b.classIndex) expect(iou(a, b)).toBeLessThanOrEqual(0.6);
            if (a.classIndex >= 2 && b.classIndex >= 2) expect(iou(a, b)).toBeLessThanOrEqual(0.7);
          }
        }
        const best = Math.max(-1, ...candidates.map(({ score }) => score));
        if (candidates.length > 0) expect(kept[0]?.score).toBe(best);
        // What went has a surer one over it that was there before.
        for (const gone of candidates.filter((one) => !kept.includes(one))) {
          expect(
            candidates.some((one) => one !== gone && one.score >= gone.score && iou(one, gone) > 0.6),
          ).toBe(true);
        }
        expect(suppressDoubles(kept, rule)).toEqual(kept);
      }),
    );
  });

  test('a vehicle that is said to be car and truck is reported once', () => {
    const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
    const [car, truck, person] = [
      { ...box, classIndex: 2, score: 0.6 },
      { ...box, classIndex: 3, score: 0.5 },
      { ...box, classIndex: 0, score: 0.4 },
    ];
    expect(suppressDoubles([truck, person, car], rule)).toEqual([car, person]);
  });
});
