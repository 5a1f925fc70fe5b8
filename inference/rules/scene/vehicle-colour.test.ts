import { expect, test } from 'vitest';
import type { Track } from '../../track/index.ts';
import { createScene } from '../scene.ts';
import type { Picture } from './analysis-grid.ts';
import { makeCanvas, seePicture } from './canvas.ts';
import { stepLayers } from './layers.ts';
import { sceneParameters } from './parameters.ts';
import { noteTracks, type TrackMemory } from './track-memory.ts';
import { colourOf, noteColours } from './vehicle-colour.ts';

const [widthPx, heightPx] = [320, 180];
type Yuv = readonly [number, number, number];

/** A grey street with a white wall, and a car of this colour with dark windows. */
function pictureAt(second: number, car: Yuv | null, ground: Yuv = [96, 131, 126]): Picture {
  const data = new Uint8Array((widthPx * heightPx * 3) / 2);
  const uStart = widthPx * heightPx;
  const chroma = (widthPx >> 1) * (heightPx >> 1);
  const put = (x: number, y: number, [luma, u, v]: Yuv): void => {
    data[y * widthPx + x] = luma + ((x * 7 + y * 13) % 5);
    const at = (y >> 1) * (widthPx >> 1) + (x >> 1);
    data[uStart + at] = u;
    data[uStart + chroma + at] = v;
  };
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const isCar = car !== null && x >= 120 + second && x < 200 + second && y >= 80 && y < 130;
      const isWindow = y >= 84 && y < 100 && x % 40 > 12;
      if (isCar) put(x, y, isWindow ? [40, 128, 128] : car);
      else put(x, y, y < 20 ? [225, ground[1], ground[2]] : ground);
    }
  }
  return { capturedAtMs: 1_000 * second, widthPx, heightPx, data };
}

const carAt = (second: number): Track =>
  ({
    trackId: 'car',
    className: 'car',
    confidence: 0.8,
    box: { xNorm: (120 + second) / widthPx, yNorm: 80 / heightPx, wNorm: 0.25, hNorm: 50 / heightPx },
    hits: second,
    state: 'tracked',
    firstSeenAtMs: 10_000,
    lastSeenAtMs: 1_000 * second,
  }) as Track;

function colourSeen(car: Yuv, ground?: Yuv): string | null {
  const canvas = makeCanvas(pictureAt(0, null, ground));
  const memory: TrackMemory = new Map();
  for (let second = 0; second < 16; second++) {
    const picture = pictureAt(second, second < 10 ? null : car, ground);
    const gain = seePicture(canvas, picture);
    const step = { dtMs: 1_000, gain, isLearning: true, isFrozen: false, occupied: null };
    const { loops, layers, grid } = canvas;
    stepLayers(loops, layers, grid, { nowMs: 1_000 * second, ...step }, sceneParameters.layers);
    const track = carAt(second);
    const tracks = second < 10 ? [] : [track];
    noteTracks(memory, tracks, 1_000 * second, 60_000);
    noteColours(memory, canvas, tracks, 1_000 * second);
  }
  return colourOf('car', memory.get('car')?.colours);
}

test('the colour of a car is that of its body, whatever its windows are', () => {
  expect(colourSeen([212, 128, 128])).toBe('white');
  expect(colourSeen([30, 128, 128])).toBe('black');
  expect(colourSeen([140, 129, 127])).toBe('grey');
  expect(colourSeen([90, 108, 175])).toBe('red');
  expect(colourSeen([70, 165, 112])).toBe('blue');
});

test('a car as bright as its ground, of which only the windows show, is not black', () => {
  expect(colourSeen([98, 130, 127])).toBe('unknown');
});

test('between two colours, in infrared light and after one look nothing is said', () => {
  expect(colourSeen([160, 128, 128])).toBe('unknown');
  expect(colourSeen([212, 128, 128], [96, 128, 128])).toBe('unknown');
  expect(colourOf('car', new Map([['white', 1]]))).toBe('unknown');
  expect(colourOf('motorcycle', new Map([['white', 9]]))).toBe('unknown');
  expect(colourOf('person', undefined)).toBeNull();
});

test('a scene tells the colour of each vehicle it has looked at, and of nobody else', () => {
  const scene = createScene({ cameraId: 'camera' });
  for (let second = 0; second < 16; second++) {
    const isThere = second >= 10;
    scene.step({
      ...pictureAt(second, isThere ? [90, 110, 190] : null),
      tracks: isThere ? [carAt(second)] : [],
    });
    if (second === 10) expect(scene.colourOf(carAt(10))).toBe('unknown');
  }
  expect(scene.colourOf(carAt(15))).toBe('red');
  expect(scene.colourOf({ ...carAt(15), trackId: 'another' })).toBeNull();
  expect(scene.colourOf({ ...carAt(15), className: 'person' })).toBeNull();
});
