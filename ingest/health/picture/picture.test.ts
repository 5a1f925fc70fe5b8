import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PictureFault } from '../../../contracts/index.ts';
import type { PlanarPicture } from './cells.ts';
import { type Baselines, startPicture, stepPicture } from './index.ts';

/** Real footage of a street: people, a bag, trees; a text laid over nothing. */
const sample = join(import.meta.dirname, '..', '..', '..', 'sample', 'renovation-waste.mp4');
const [widthPx, heightPx] = [640, 480];
const everyMs = 400;
const cleanCount = 20;
const faultCount = 40;
const afterCount = 12;
let street: PlanarPicture[] = [];

beforeAll(() => {
  const { stdout, status } = spawnSync(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      sample,
      '-vf',
      `fps=2.5,scale=${widthPx}:${heightPx},format=yuv420p`,
      '-frames:v',
      String(cleanCount + faultCount + afterCount),
      '-f',
      'rawvideo',
      'pipe:1',
    ],
    { maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw new Error('the sample could not be decoded');
  const bytes = (widthPx * heightPx * 3) / 2;
  street = Array.from({ length: stdout.length / bytes }, (_, index) => ({
    widthPx,
    heightPx,
    data: new Uint8Array(stdout.subarray(index * bytes, (index + 1) * bytes)),
  }));
}, 60_000);

type Change = (picture: PlanarPicture, index: number) => PlanarPicture;
const luma = widthPx * heightPx;

/** Change luma by its value and place, chroma by its value. */
const mapped =
  (
    y: (value: number, x: number, row: number) => number,
    uv: (value: number, isV: boolean) => number = (v) => v,
  ): Change =>
  (picture) => ({
    ...picture,
    data: picture.data.map((value, at) =>
      at < luma
        ? Math.max(0, Math.min(255, Math.round(y(value, at % widthPx, Math.floor(at / widthPx)))))
        : Math.max(0, Math.min(255, Math.round(uv(value, at >= luma + luma / 4)))),
    ),
  });

/** A number 0…1 that looks like chance and is the same every time. */
const chance = (seed: number): number => {
  let x = Math.imul(seed ^ 0x9e_37_79_b9, 0x85_eb_ca_6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2_b2_ae_35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
};

const noisy =
  (strength: number): Change =>
  (picture, index) => ({
    ...picture,
    data: picture.data.map((value, at) =>
      at < luma
        ? Math.max(0, Math.min(255, value + Math.round((chance(at + index * luma) - 0.5) * 2 * strength)))
        : value,
    ),
  });

const blurred =
  (radius: number): Change =>
  (picture) => {
    const soft = (
      from: Uint8Array | Float32Array,
      step: number,
      length: number,
      at: number,
      place: number,
    ): number => {
      let [sum, count] = [0, 0];
      for (let k = -radius; k <= radius; k++) {
        if (place + k < 0 || place + k >= length) continue;
        sum += from[at + k * step] ?? 0;
        count++;
      }
      return sum / count;
    };
    const across = new Float32Array(luma);
    for (let at = 0; at < luma; at++) across[at] = soft(picture.data, 1, widthPx, at, at % widthPx);
    const data = new Uint8Array(picture.data);
    for (let at = 0; at < luma; at++) {
      data[at] = Math.round(soft(across, widthPx, heightPx, at, Math.floor(at / widthPx)));
    }
    return { ...picture, data };
  };

const shifted =
  (xPx: (index: number) => number, yPx: (index: number) => number): Change =>
  (picture, index) => {
    const data = new Uint8Array(picture.data);
    for (let row = 0; row < heightPx; row++) {
      for (let x = 0; x < widthPx; x++) {
        const fromX = Math.max(0, Math.min(widthPx - 1, x + xPx(index)));
        const fromRow = Math.max(0, Math.min(heightPx - 1, row + yPx(index)));
        data[row * widthPx + x] = picture.data[fromRow * widthPx + fromX] ?? 0;
      }
    }
    return { ...picture, data };
  };

const mirrored: Change = (picture) => ({
  ...picture,
  data: picture.data.map((value, at, all) =>
    at < luma ? (all[Math.floor(at / widthPx) * widthPx + widthPx - 1 - (at % widthPx)] ?? value) : value,
  ),
});

interface Seen {
  readonly faults: readonly (readonly [PictureFault, number, number | null])[];
  readonly last: ReturnType<typeof stepPicture>;
}

/** The street, then the street with something wrong, then the street. Times in pictures from the first wrong one. */
function watch(change: Change, options: { isMovable?: boolean; baselines?: Baselines } = {}): Seen {
  let state = startPicture(options.baselines);
  const ended: [PictureFault, number, number | null][] = [];
  const at = (ms: number): number => ms / everyMs - cleanCount;
  let last: ReturnType<typeof stepPicture> | undefined;
  for (const [index, picture] of street.entries()) {
    const isWrong = index >= cleanCount && index < cleanCount + faultCount;
    last = stepPicture(state, isWrong ? change(picture, index) : picture, index * everyMs, {
      isMovable: options.isMovable ?? false,
    });
    state = last.state;
    for (const one of last.verdict.ended) ended.push([one.fault, at(one.sinceMs), at(one.untilMs)]);
  }
  if (last === undefined) throw new Error('no pictures');
  const open = last.verdict.faults.map(({ fault, sinceMs }) => [fault, at(sinceMs), null] as const);
  return { faults: [...ended, ...open], last };
}

const frozen: Change = () => street[cleanCount - 1] ?? { widthPx, heightPx, data: new Uint8Array(0) };
const same: Change = (picture) => picture;

/** What must be told, and nothing else. */
const cases: readonly (readonly [string, PictureFault, Change])[] = [
  [
    'black',
    'black',
    mapped(
      () => 16,
      () => 128,
    ),
  ],
  [
    'a blue screen',
    'signalLost',
    mapped(
      () => 41,
      (_, isV) => (isV ? 110 : 240),
    ),
  ],
  [
    'a grey screen',
    'signalLost',
    mapped(
      () => 126,
      () => 128,
    ),
  ],
  ['hardly any light', 'dark', mapped((y) => 16 + (y - 16) * 0.1)],
  ['everything white', 'bright', mapped((y) => y + 150)],
  [
    'a red cast',
    'colorCast',
    mapped(
      (y) => y,
      (value, isV) => value + (isV ? 30 : -6),
    ),
  ],
  [
    'a blue cast',
    'colorCast',
    mapped(
      (y) => y,
      (value, isV) => value + (isV ? -10 : 26),
    ),
  ],
  ['snow', 'noise', noisy(40)],
  ['out of focus', 'blur', blurred(5)],
  ['fog', 'lowContrast', mapped((y) => 120 + (y - 120) * 0.25)],
  ['covered to 60 %', 'occlusion', mapped((y, x) => (x < widthPx * 0.6 ? 100 : y))],
  ['covered to 90 %', 'occlusion', mapped((y, x) => (x < widthPx * 0.9 ? 60 : y))],
  ['covered in black from below', 'occlusion', mapped((y, _x, row) => (row > heightPx * 0.3 ? 18 : y))],
  ['frozen', 'freeze', frozen],
  [
    'shaken by wind',
    'jitter',
    shifted(
      (index) => Math.round(8 * Math.sin(index * 2.1)),
      (index) => Math.round(6 * Math.cos(index * 1.7)),
    ),
  ],
  ['turned elsewhere', 'sceneChange', mirrored],
];

describe('one thing wrong with a street', () => {
  test.each(cases)('%s is %s, from its first picture to its last', (_name, fault, change) => {
    const { faults } = watch(change);
    expect(faults.map(([name]) => name)).toEqual([fault]);
    const [[, from, to] = [fault, Number.NaN, null]] = faults;
    expect(Math.abs(from)).toBeLessThanOrEqual(3);
    expect(to).not.toBeNull();
    expect(Math.abs((to ?? Number.NaN) - faultCount)).toBeLessThanOrEqual(6);
  });
});

describe('nothing wrong', () => {
  test('the street as it is; normal as soon as the scene is learned, unknown before', () => {
    const { faults, last } = watch(same);
    expect(faults).toEqual([]);
    expect(last.verdict).toMatchObject({ verdict: 'normal', pass: 'day' });
    const [first] = street;
    if (first === undefined) throw new Error('no pictures');
    expect(stepPicture(startPicture(), first, 0, { isMovable: false }).verdict.verdict).toBe('unknown');
  });

  test('infrared at night is grey, and no cast; coming back by day is none either', () => {
    const { faults, last } = watch(
      mapped(
        (y) => y,
        () => 128,
      ),
    );
    expect(faults).toEqual([]);
    expect(last.state.baselines.night?.pictureCount).toBeGreaterThan(20);
  });

  test('a tenth covered, a little darker, a little softer light: no fault', () => {
    expect(watch(mapped((y, x) => (x < widthPx * 0.1 ? 100 : y))).faults).toEqual([]);
    expect(watch(mapped((y) => 16 + (y - 16) * 0.75)).faults).toEqual([]);
    expect(watch(mapped((y) => 110 + (y - 110) * 0.8)).faults).toEqual([]);
  });

  test('a camera with a motor looks elsewhere, and learns what it sees there', () => {
    const { faults, last } = watch(mirrored, { isMovable: true });
    expect(faults).toEqual([]);
    expect(last.verdict.verdict).not.toBe('faulty');
  });
});

test('a camera that was knocked while nobody watched is told by its kept baseline', () => {
  const { last } = watch(same);
  let state = startPicture(last.state.baselines);
  let verdict = last.verdict;
  for (const [index, picture] of street.entries()) {
    const step = stepPicture(state, mirrored(picture, index), index * everyMs, { isMovable: false });
    [state, verdict] = [step.state, step.verdict];
  }
  expect(verdict.faults.map(({ fault, sinceMs }) => [fault, sinceMs])).toEqual([['sceneChange', 0]]);
});
