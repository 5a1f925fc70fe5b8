import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findTrackingSequences } from '../../../cli/tracking-sequences.ts';
import { material } from '../../../test/material.ts';
import {
  followSequence,
  judgeSequence,
  judgeTracking,
  readKittiDetections,
  readKittiTruth,
  readMotDetections,
  readMotTruth,
  thinned,
  trackers,
  type TrackingScore,
  trackingScore,
  type TrackingSequence,
} from './index.ts';
import type { IdentifiedFrames } from './sequence.ts';
import { setAside } from './set-aside.ts';
import { madeUpTracking } from './testing/made-up.ts';

type Figures = Readonly<Record<string, Partial<TrackingScore>>>;
const reference = JSON.parse(
  readFileSync(join(import.meta.dirname, 'testing', 'reference-figures.json'), 'utf8'),
) as { madeUp: Figures; tudCampus: Figures };

/** Each figure to so many digits. */
const close = (figures: Partial<TrackingScore> | undefined, digits: number): unknown =>
  expect.objectContaining(
    Object.fromEntries(
      Object.entries(figures ?? { missing: 1 }).map(([name, value]) => [name, expect.closeTo(value, digits)]),
    ),
  );

describe('HOTA, MOTA and IDF1', () => {
  test.each([1, 2, 3])('equal TrackEval and py-motmetrics on made-up walkers %i', (seed) => {
    const { truth, found } = madeUpTracking(seed);
    expect(trackingScore([judgeTracking(truth, found)])).toEqual(close(reference.madeUp[seed], 7));
  });

  test('and on several sequences judged as one', () => {
    const sums = [1, 2, 3].map(madeUpTracking).map(({ truth, found }) => judgeTracking(truth, found));
    expect(trackingScore(sums)).toEqual(close(reference.madeUp['all'], 7));
  });

  test('are 1 for the truth itself, whatever its ids are called, and 0 for nothing', () => {
    const { truth } = madeUpTracking(5);
    const renamed = truth.map((boxes) => boxes.map(({ id, box }) => ({ id: `t-${id}`, box })));
    const perfect = trackingScore([judgeTracking(truth, renamed)]);
    expect([perfect.hota, perfect.mota, perfect.idf1]).toEqual(
      [1, 1, 1].map((one) => expect.closeTo(one, 9)),
    );
    const nothing = trackingScore([judgeTracking(truth, [])]);
    expect([nothing.hota, nothing.mota, nothing.idf1]).toEqual([0, 0, 0]);
    expect(nothing.missedBoxes).toBe(truth.flat().length);
  });

  test('fall when two tracks swap names halfway, and MOTA hardly notices', () => {
    const walk = (id: string, x: number): { id: string; box: readonly [number, number, number, number] } => ({
      id,
      box: [x, 0, 10, 20],
    });
    const truth: IdentifiedFrames = Array.from({ length: 40 }, () => [walk('a', 0), walk('b', 100)]);
    const found = truth.map((boxes, index) =>
      index < 20 ? boxes : boxes.map(({ id, box }) => ({ id: id === 'a' ? 'b' : 'a', box })),
    );
    const score = trackingScore([judgeTracking(truth, found)]);
    expect(score.idSwitches).toBe(2);
    expect(score.mota).toBeCloseTo(1 - 2 / 80);
    expect(score.idf1).toBeCloseTo(0.5);
    expect(score.detA).toBeCloseTo(1);
    // Each track shares 20 of 60 frames with its truth.
    expect(score.assA).toBeCloseTo(1 / 3);
  });

  test('do not depend on the order of boxes in a frame', () => {
    const { truth, found } = madeUpTracking(7);
    const score = trackingScore([judgeTracking(truth, found)]);
    const turned = (frames: IdentifiedFrames): IdentifiedFrames => frames.map((boxes) => boxes.toReversed());
    expect(trackingScore([judgeTracking(turned(truth), turned(found))])).toEqual(close(score, 9));
  });
});

describe('texts of the benchmarks', () => {
  test('MOTChallenge: frames count from 1, people count, mirrored and hidden ones do not', () => {
    const truth = readMotTruth(
      '1,7,10,20,30,40,1,1,1\n1,8,0,0,5,5,1,12,1\n3,7,11,20,30,40,0,1,1\n3,9,1,2,3,4,1,-1,-1,-1\n',
    );
    expect(truth).toEqual([
      { counted: [{ id: '7', box: [10, 20, 30, 40] }], uncounted: [[0, 0, 5, 5]] },
      { counted: [], uncounted: [] },
      { counted: [{ id: '9', box: [1, 2, 3, 4] }], uncounted: [] },
    ]);
    expect(readMotDetections('2,-1,1,2,3,4,0.5,-1,-1,-1\n')).toEqual([
      [],
      [{ className: 'person', confidence: 0.5, box: [1, 2, 3, 4] }],
    ]);
  });

  test('KITTI: frames count from 0, corners become sizes, vans and cut cars do not count', () => {
    const truth = readKittiTruth(
      '0 1 Van 0 0 -1.7 10 20 30 50 2 1.8 4.4\n0 2 Car 0 1 -1.7 1 2 4 6 2\n0 3 Car 1 0 0 5 5 9 9 1\n0 4 Cyclist 0 0 0 1 1 2 2 1\n',
    );
    expect(truth).toEqual([
      {
        counted: [{ id: '2', box: [1, 2, 3, 4] }],
        uncounted: [
          [10, 20, 20, 30],
          [5, 5, 4, 4],
        ],
      },
    ]);
    const [[first] = []] = readKittiDetections('0,2,1,2,4,6,0,1\n0,1,1,2,4,6,9,1\n');
    expect(first).toEqual({ className: 'car', confidence: 0.5, box: [1, 2, 3, 4] });
  });

  test.each(['a,b,c', '1,2,3', '-4,1,2,3,4,5,6', '1e12,1,2,3,4,5,6', '1,1,x,3,4,5,6'])(
    '"%s" is refused by its line',
    (line) => {
      expect(() => readMotTruth(`1,7,10,20,30,40,1,1,1\n${line}\n`)).toThrow(/Line 2 of gt\.txt/);
    },
  );

  test('what is found on truth that does not count is neither right nor wrong', () => {
    const truth = [
      { counted: [{ id: 'a', box: [0, 0, 10, 10] as const }], uncounted: [[50, 0, 10, 10] as const] },
    ];
    const found = [
      [
        { id: 1, box: [1, 0, 10, 10] as const },
        { id: 2, box: [51, 0, 10, 10] as const },
        { id: 3, box: [90, 0, 10, 10] as const },
      ],
    ];
    expect(setAside(truth, found)[0]?.map(({ id }) => id)).toEqual([1, 3]);
  });
});

test('every tracker follows a lone walker as one, at full rate and thinned', () => {
  fc.assert(
    fc.property(fc.double({ min: -4, max: 4, noNaN: true }), (vx) => {
      const box = (frame: number) => [300 + vx * frame, 100, 40, 100] as const;
      const frames = Array.from({ length: 60 }, (_, frame) => frame);
      const sequence: TrackingSequence = {
        name: 'one',
        widthPx: 640,
        heightPx: 360,
        fps: 25,
        truth: frames.map((frame) => ({ counted: [{ id: 'a', box: box(frame) }], uncounted: [] })),
        detections: frames.map((frame) => [{ className: 'person', confidence: 0.9, box: box(frame) }]),
      };
      const half = thinned(sequence, 13);
      expect([half.fps, half.truth.length]).toEqual([12.5, 30]);
      for (const one of [sequence, half]) {
        for (const [name, create] of Object.entries(trackers)) {
          const found = followSequence(one, create(one));
          expect(new Set(found.flat().map(({ id }) => id)).size, name).toBe(1);
          expect(trackingScore([judgeSequence(one, found)]).idf1, name).toBeGreaterThan(0.9);
        }
      }
    }),
    { numRuns: 20 },
  );
});

/** The figures of one tracker on the recordings of a folder. */
async function scoreOf(dir: string, name: string): Promise<TrackingScore> {
  const found = await findTrackingSequences(dir);
  const sums = found.flatMap(({ sequence }) => {
    const tracker = sequence === null ? undefined : trackers[name]?.(sequence);
    if (sequence === null || tracker === undefined) return [];
    return [judgeSequence(sequence, followSequence(sequence, tracker))];
  });
  return trackingScore(sums);
}

const campus = material('data/mot/TUD-Campus');
describe.skipIf(campus === null)('TUD-Campus (skipped without the MOT files)', () => {
  test.each(['SORT', 'ByteTrack', 'OC-SORT'])('%s has the figures of its own package', async (name) => {
    expect(await scoreOf(campus ?? '', name)).toEqual(close(reference.tudCampus[name], 3.9));
  });

  test('ours has the HOTA and IDF1 of the best published tracker on these boxes', async () => {
    const ours = await scoreOf(campus ?? '', 'ours');
    expect(ours.hota).toBeGreaterThan(0.486);
    expect(ours.idf1).toBeGreaterThan(0.679);
  });
});

const kitti = material('data/kitti');
test.skipIf(kitti === null)(
  'KITTI: ours is better than every yardstick (skipped without KITTI)',
  async () => {
    const [ours, ...others] = await Promise.all(
      ['ours', 'SORT', 'ByteTrack', 'OC-SORT'].map(async (name) => await scoreOf(kitti ?? '', name)),
    );
    expect(ours?.hota).toBeGreaterThan(Math.max(0.662, ...others.map(({ hota }) => hota)));
    expect(ours?.idf1).toBeGreaterThan(Math.max(0.807, ...others.map(({ idf1 }) => idf1)));
  },
);
