import { expect, test } from 'vitest';
import type { Case } from './case.ts';
import { openFilm, type Cast } from './film.ts';
import { footages } from './footage.ts';
import { kinds } from './kinds.ts';
import type { Patch } from './patch.ts';
import type { Plate } from './plate.ts';
import { figuresOf, meetsGoals } from './report.ts';
import { runCase } from './run-case.ts';
import type { Sprite } from './sprite.ts';
import { openStage } from './stage.ts';
import { models } from './thing.ts';
import { truthOf } from './truth.ts';

const [widthPx, heightPx] = [320, 180];

function emptyPlate(): Plate {
  const [footage] = footages;
  if (footage === undefined) throw new Error('no footage is listed');
  const empty = new Uint8Array((widthPx * heightPx * 3) / 2).fill(128);
  for (let i = 0; i < widthPx * heightPx; i++) empty[i] = 120 + ((i * 7) % 23);
  return {
    footage: { ...footage, horizon: -0.3, perM: 0.2 },
    widthPx,
    heightPx,
    frames: [empty],
    detections: [[]],
    empty,
    gains: [1],
    noiseSigma: 1,
  };
}

function block(width: number, height: number, luma: number): Patch {
  const cells = width * height;
  return {
    widthPx: width,
    heightPx: height,
    luma: new Float32Array(cells).fill(luma),
    u: new Float32Array(cells).fill(128),
    v: new Float32Array(cells).fill(128),
    alpha: new Float32Array(cells).fill(1),
    footPx: [width / 2, height],
  };
}

const walker: Sprite = {
  id: 'walker',
  className: 'person',
  heightPx: 60,
  widthPx: 20,
  frames: [40, 60].map((luma) => ({
    patch: block(20, 60, luma),
    seen: { confidence: 0.8, leftPx: -10, topPx: -60, widthPx: 20, heightPx: 60 },
  })),
  stepPx: 5,
  heading: 1,
  groundLuma: 130,
};
const cast: Cast = {
  people: [walker],
  vehicles: [{ ...walker, className: 'car', widthPx: 80, heightPx: 40 }],
};

function caseOf(
  name: string,
  seed = 5,
): { readonly one: Case; readonly plate: Plate; readonly film: ReturnType<typeof openFilm> } {
  const plate = emptyPlate();
  const stage = openStage(plate, seed, models);
  const kind = kinds.find((candidate) => candidate.name === name);
  if (kind === undefined) throw new Error(`no kind is called ${name}`);
  const { isQuiet = false, ...plot } = kind.plot(stage);
  const one = { id: name, kind: name, isHeldOut: false, footageId: plate.footage.id, seed, isQuiet, ...plot };
  return { one, plate, film: openFilm(one, plate, cast, stage.pxPerM) };
}

test('the same seed gives the same pictures and another seed others', () => {
  const sums = [5, 5, 6].map((seed) => {
    const { film } = caseOf('left, in rain', seed);
    let sum = 0;
    let shots = 0;
    for (const { data } of film.shots()) {
      if (shots++ > 60) break;
      for (let i = 0; i < data.length; i += 11) sum = (sum * 31 + (data[i] ?? 0)) % 1_000_003;
    }
    return sum;
  });
  expect(sums[0]).toBe(sums[1]);
  expect(sums[2]).not.toBe(sums[0]);
});

test('what was left is painted where the truth says, and nothing else stays', () => {
  const { one, plate, film } = caseOf('left');
  const [event] = truthOf(one, film).events;
  const [x, y, w, h] = event?.boxes[0] ?? [0, 0, 0, 0];
  let last = new Uint8Array();
  for (const { data } of film.shots()) last = data.slice();
  let [inside, outside] = [0, 0];
  for (let row = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++) {
      const at = row * widthPx + column;
      if (Math.abs((last[at] ?? 0) - (plate.empty[at] ?? 0)) < 14) continue;
      // The shade under it reaches a little further than the thing itself.
      const isIn = column >= x - w / 2 && column <= x + 1.5 * w && row >= y - 2 && row <= y + 1.4 * h;
      if (isIn) inside++;
      else outside++;
    }
  }
  expect(inside).toBeGreaterThan(0.3 * w * h);
  expect(outside).toBe(0);
});

test('every kind that leaves something says who, when and where, and the others say nothing', () => {
  for (const { name } of kinds) {
    const { one, film } = caseOf(name);
    const { events, dueMs } = truthOf(one, film);
    expect(events.length > 0, name).toBe(name.startsWith('left'));
    for (const event of events) {
      expect(event.actor?.box, name).not.toBeNull();
      const due = dueMs.get(event) ?? 0;
      expect(due, name).toBeGreaterThanOrEqual(1_000 * (event.touchesGroundS ?? 0) + 10_000);
      expect(due + 5_000, name).toBeLessThan(one.durationMs);
      if (event.removedS !== null) expect(event.removedS, name).toBeGreaterThan(event.touchesGroundS ?? 0);
    }
  }
});

test('the pipeline finds a thing that a cut-out walker leaves, once and with the right actor', async () => {
  const { one, film } = caseOf('left');
  const result = await runCase(one, film, null);
  const figures = figuresOf([result]);
  expect(figures).toMatchObject({ dumpings: 1, found: 1, falseAlarms: 0, rightActor: 1 });
  expect(meetsGoals(figures)).toBe(true);
  expect(meetsGoals({ ...figures, recall: 0.9 })).toBe(false);
});
