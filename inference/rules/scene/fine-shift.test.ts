import { expect, test } from 'vitest';
import { randomOf } from '../testing/street.ts';
import type { Picture } from './analysis-grid.ts';
import { type Canvas, makeCanvas, seePicture } from './canvas.ts';
import { stepLayers } from './layers.ts';
import { sceneParameters } from './parameters.ts';

const [widthPx, heightPx] = [640, 360];
/** The ground is drawn this many times finer than a picture shows it, so that a camera can move by parts of a pixel. */
const finer = 4;
const marginPx = 16;

/** Slabs of any brightness with sharp edges: what a camera that moves lays bare. */
function paving(seed: number): (x: number, y: number) => number {
  const random = randomOf(seed);
  const slabs = Uint8Array.from({ length: 64 * 64 }, () => 50 + 150 * random());
  const [wide, high] = [23, 17];
  return (x, y) => {
    const row = Math.floor(y / finer / high);
    return slabs[(row % 64) * 64 + (Math.floor((x / finer + 7 * row) / wide) % 64)] ?? 0;
  };
}

interface Look {
  /** Quarters of a pixel by which the camera looks further to the right, and down. */
  readonly quarters: readonly [number, number];
  readonly gain?: number;
  /** Share of the width that something covers. */
  readonly covered?: number;
}

function camera(seed: number): (atMs: number, look: Look) => Picture {
  const ground = paving(seed);
  const cover = paving(seed + 1);
  const random = randomOf(seed + 2);
  const noises = Float32Array.from({ length: 8_191 }, () => 3 * (random() + random() + random() - 1.5));
  return (atMs, { quarters: [right, down], gain = 1, covered = 0 }) => {
    const data = new Uint8Array((widthPx * heightPx * 3) / 2).fill(128);
    let noise = Math.floor(random() * noises.length);
    for (let y = 0; y < heightPx; y++) {
      for (let x = 0; x < widthPx; x++) {
        const [dx, dy] = x < covered * widthPx ? [4 * (atMs / 50), 0] : [right, down];
        const look = x < covered * widthPx ? cover : ground;
        let sum = 0;
        for (let k = 0; k < finer; k++) {
          sum += look(finer * (x + marginPx) + dx + k, finer * (y + marginPx) + dy + k);
        }
        noise = (noise + 1) % noises.length;
        data[y * widthPx + x] = Math.min(255, (gain * sum) / finer + (noises[noise] ?? 0) + 0.5);
      }
    }
    return { capturedAtMs: 1_000 + atMs, widthPx, heightPx, data };
  };
}

const offBy = ({ shift }: Canvas, [right, down]: readonly [number, number]): number =>
  Math.hypot(shift.dx + right / finer, shift.dy + down / finer);

test('a movement by parts of a pixel is found, in another light and with a fifth covered as well', () => {
  for (const quarters of [
    [2, 0],
    [-3, 2],
    [0, -5],
    [21, -10],
  ] as const) {
    for (const change of [{}, { gain: 0.65 }, { covered: 0.2 }]) {
      const look = camera(5);
      const first = look(0, { quarters: [0, 0], covered: change.covered ?? 0 });
      const canvas = makeCanvas(first);
      seePicture(canvas, first);
      seePicture(canvas, look(200, { quarters, ...change }));
      expect(offBy(canvas, quarters), JSON.stringify({ quarters, ...change })).toBeLessThan(0.2);
    }
  }
});

test('a camera that stands still is not moved by what moves through a third of its picture', () => {
  const look = camera(6);
  const canvas = makeCanvas(look(0, { quarters: [0, 0] }));
  for (let atMs = 0; atMs <= 4_000; atMs += 200) {
    seePicture(canvas, look(atMs, { quarters: [0, 0], covered: 1 / 3 }));
    expect(canvas.shift).toEqual({ dx: 0, dy: 0 });
  }
});

test('edges that a slowly drifting camera lays bare do not come to rest', () => {
  const look = camera(7);
  const canvas = makeCanvas(look(0, { quarters: [0, 0] }));
  const { layers, loops, grid } = canvas;
  let [lastMs, most] = [0, 0];
  for (let atMs = 0; atMs <= 40_000; atMs += 400) {
    // A pixel in ten seconds.
    const quarters = [Math.round((finer * atMs) / 10_000), -Math.round((finer * atMs) / 25_000)] as const;
    const gain = seePicture(canvas, look(atMs, { quarters }));
    const time = { nowMs: atMs, dtMs: atMs - lastMs };
    stepLayers(
      loops,
      layers,
      grid,
      { ...time, gain, isLearning: true, isFrozen: false, occupied: null },
      sceneParameters.layers,
    );
    lastMs = atMs;
    most = Math.max(most, layers.restSinceMs.filter((sinceMs) => sinceMs >= 0).length);
  }
  expect(offBy(canvas, [16, -6])).toBeLessThan(1);
  expect(most / grid.luma.length).toBeLessThan(0.003);
});
