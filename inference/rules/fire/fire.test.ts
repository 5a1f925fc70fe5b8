import { expect, test } from 'vitest';
import { createTracker } from '../../track/index.ts';
import { createScene, type LookResult, type SceneEventDraft } from '../index.ts';
import { secondsOf } from '../testing/run-scene.ts';
import {
  along,
  randomOf,
  type Sprite,
  street,
  type StreetOptions,
  type StreetPicture,
} from '../testing/street.ts';

type Yuv = readonly [number, number, number];
type Put = (x: number, y: number, yuv: Yuv) => void;
type Paint = (put: Put, s: number, picture: StreetPicture) => void;

function putInto({ widthPx, heightPx, data }: StreetPicture): Put {
  return (x, y, [luma, u, v]) => {
    if (x < 0 || y < 0 || x >= widthPx || y >= heightPx) return;
    data[y * widthPx + x] = luma;
    const at = widthPx * heightPx + (y >> 1) * (widthPx >> 1) + (x >> 1);
    data[at] = u;
    data[at + (widthPx >> 1) * (heightPx >> 1)] = v;
  };
}

/** Run the scene over a street with something painted into it; `model`: what the fire model says wherever it looks. */
function tell(
  options: StreetOptions,
  paint: Paint,
  model: number | null = null,
  minSmokeMs = 0,
): SceneEventDraft[] {
  const cameraId = '33020300001320000101';
  const scene = createScene({ cameraId, rules: { fire: { minSmokeMs } } });
  const tracker = createTracker({ cameraId });
  const found: SceneEventDraft[] = [];
  let looks: readonly LookResult[] = [];
  let s = 0;
  for (const picture of street(options)) {
    paint(putInto(picture), s, picture);
    const { capturedAtMs, detections } = picture;
    const step = scene.step({ ...picture, tracks: tracker.step({ capturedAtMs, detections }), looks });
    looks = model === null ? [] : step.looks.map(({ box }) => ({ box, pFire: model }));
    found.push(...step.events.filter(({ kind }) => kind === 'smoke_fire'));
    s += 1 / (options.fps ?? 5);
  }
  return found;
}

/** Tongues of changing height over a burning foot, from red outside to nearly white inside. */
function flames(fromS: number, untilS: number): Paint {
  const random = randomOf(7);
  return (put, s) => {
    if (s < fromS || s >= untilS) return;
    const size = Math.min(2, 1 + (s - fromS) / 15);
    for (let column = 0; column < 20; column++) {
      const height = (6 + 16 * random()) * size * (1 - Math.abs(column - 10) / 14);
      for (let up = 0; up < height; up++) {
        const heat = 1 - up / height;
        const glow = 110 + 125 * heat * (0.6 + 0.4 * random());
        put(150 + column, 120 - up, [glow, 88 - 30 * heat, 165 + 25 * random()]);
      }
    }
  };
}

const quiet: StreetOptions = { durationS: 24, sprites: [] };

test('while the camera turns, what flickers is fire only by the word of a model', () => {
  const turn = (s: number): readonly [number, number] => [Math.round(9 * Math.sin(s / 2)), 0];
  const burns = flames(6, 30);
  const moving: Paint = (put, s, picture) => burns((x, y, yuv) => put(x - turn(s)[0], y, yuv), s, picture);
  const options = { ...quiet, durationS: 32, shiftAt: turn };
  expect(tell(options, moving)).toEqual([]);
  expect(tell(options, moving, 0.95)[0]).toMatchObject({ phase: 'started', caveats: [] });
});

test('flames are told with the doubt that no model has seen them, their growth, and their end', () => {
  const told = tell({ ...quiet, durationS: 45 }, flames(6, 24));
  const [started] = told;
  expect(started).toMatchObject({ phase: 'started', caveats: ['unconfirmed'] });
  expect(started?.confidence).toBeLessThan(0.5);
  expect(secondsOf(started?.raisedAtMs)).toBeLessThan(20);
  const { xNorm = 0, yNorm = 0, wNorm = 0, hNorm = 0 } = started?.box ?? {};
  expect(xNorm * 256).toBeGreaterThan(140);
  expect((xNorm + wNorm) * 256).toBeLessThan(180);
  expect((yNorm + hNorm) * 144).toBeLessThan(130);
  expect(told.at(-1)?.phase).toBe('ended');
  expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(1);
});

test('a model that sees fire confirms it, one that sees none refuses it', () => {
  const [confirmed] = tell(quiet, flames(6, 24), 0.95);
  expect(confirmed).toMatchObject({ phase: 'started', caveats: [], confidence: 0.95 });
  expect(tell(quiet, flames(6, 24), 0.05)).toEqual([]);
});

const orange: Yuv = [190, 80, 175];

test('an amber lamp that blinks, a red sign, and an orange car that drives by are no fire', () => {
  const block = (put: Put, x: number, y: number, yuv: Yuv): void => {
    for (let dy = 0; dy < 14; dy++) for (let dx = 0; dx < 18; dx++) put(x + dx, y + dy, yuv);
  };
  const lamp: Paint = (put, s) =>
    block(put, 60, 90, Math.floor(s / 0.4) % 2 === 0 ? [230, 80, 170] : [90, 105, 150]);
  expect(tell(quiet, lamp)).toEqual([]);
  expect(tell(quiet, (put) => block(put, 60, 90, orange))).toEqual([]);
  expect(tell(quiet, (put, s) => block(put, Math.round(s * 10), 90, orange))).toEqual([]);
});

test('a striped awning before a camera that shakes is no fire', () => {
  const random = randomOf(11);
  // Warm stripes with soft edges, moved by up to a pixel from one picture to the next: more in gusts of wind.
  const awning: Paint = (put, s) => {
    const gust = 1.1 + 0.5 * Math.sin(s);
    const [dx, dy] = [gust * 2 * (random() - 0.5), gust * 2 * (random() - 0.5)];
    for (let y = 40; y < 90; y++) {
      for (let x = 60; x < 130; x++) {
        const stripe = Math.sin((x - dx) / 3) + 0.7 * Math.sin((y - dy) / 5);
        put(x, y, [150 + 45 * stripe, 85, 172]);
      }
    }
  };
  expect(tell({ ...quiet, durationS: 40 }, awning)).toEqual([]);
});

test('a man in an orange vest who works at one place is no fire', () => {
  const worker: Sprite = {
    at: (s) => along({ w: 24, h: 56 }, [0, 100, 60], [60, 104, 60])(s),
    colour: [150, 120, 140],
    seed: 12,
    className: 'person',
  };
  const random = randomOf(3);
  const vest: Paint = (put) => {
    for (let dy = 0; dy < 22; dy++) {
      for (let dx = 0; dx < 18; dx++) put(103 + dx, 70 + dy, [150 + 80 * random(), 85, 172]);
    }
  };
  expect(tell({ ...quiet, sprites: [worker] }, vest)).toEqual([]);
});

/** A grey cloud over what is there: it rolls, rises and spreads. `veil`: how much of the ground it hides, and with what. */
function cloud(fromS: number, untilS: number, grey: number, most = 0.7): Paint {
  return (put, s, { widthPx, heightPx, data }) => {
    if (s < fromS || s >= untilS) return;
    const age = s - fromS;
    const [halfW, top] = [Math.min(14 + 3 * age, 60), Math.max(20, 100 - 5 * age)];
    for (let y = Math.round(top); y < 110; y++) {
      for (let x = Math.round(128 - halfW); x < 128 + halfW; x++) {
        if (x < 0 || x >= widthPx || y >= heightPx) continue;
        const roll =
          Math.sin(x / 17 + s * 1.3) * Math.sin(y / 13 - s * 1.7) + 0.5 * Math.sin((x + y) / 23 + s);
        const edge = Math.min(1, (halfW - Math.abs(x - 128)) / 10, (y - top) / 10, (110 - y) / 6);
        const hidden = Math.max(0, most * edge * (0.75 + 0.25 * roll));
        put(x, y, [(1 - hidden) * (data[y * widthPx + x] ?? 0) + hidden * grey, 128, 128]);
      }
    }
  };
}

test('smoke that rolls and spreads is told as experimental, only where it is asked for', () => {
  const smoke = cloud(6, 34, 190);
  expect(tell({ ...quiet, durationS: 40 }, smoke)).toEqual([]);
  const [started, ...later] = tell({ ...quiet, durationS: 70 }, smoke, null, 8_000);
  expect(started).toMatchObject({ phase: 'started', caveats: ['smoke-experimental'] });
  expect(started?.confidence).toBeLessThanOrEqual(0.4);
  expect(secondsOf(started?.raisedAtMs)).toBeLessThan(26);
  expect(later.map(({ phase }) => phase)).toEqual(['ended']);
});

test('a shadow that spreads, a pane of haze that stands still, and a grey van that stops are no smoke', () => {
  const street40 = { ...quiet, durationS: 40 };
  expect(tell(street40, cloud(6, 40, 5), null, 8_000)).toEqual([]);
  const pane: Paint = (put, s, { widthPx, data }) => {
    if (s < 6) return;
    for (let y = 40; y < 110; y++) {
      for (let x = 60; x < 190; x++) put(x, y, [0.5 * (data[y * widthPx + x] ?? 0) + 95, 128, 128]);
    }
  };
  expect(tell(street40, pane, null, 8_000)).toEqual([]);
  const van: Sprite = {
    at: (s) => along({ w: 80, h: 50 }, [4, -90, 60], [10, 90, 60], [40, 90, 60])(s),
    colour: [165, 128, 128],
    seed: 4,
    className: 'car',
  };
  expect(tell({ ...street40, sprites: [van] }, () => undefined, null, 8_000)).toEqual([]);
});
