import { expect, test } from 'vitest';
import { eventKinds } from '../../../contracts/index.ts';
import type { Bringer } from './bringer.ts';
import { confidenceOf } from './confidence.ts';
import { judge } from './judge.ts';
import type { RestingThing } from './resting-thing.ts';

const rule = eventKinds.illegal_dumping.defaults;
const nowMs = 60_000;

const bringer = (className: 'person' | 'car', hNorm: number): Bringer => ({
  trackId: 'a',
  followedTrackId: 'a',
  className,
  arrivedAtMs: 0,
  boxAtPutDown: { xNorm: 0.38, yNorm: 0.5 - hNorm, wNorm: 0.1, hNorm },
  sizeNorm: { wNorm: 0.1, hNorm },
  distanceWidths: 0.1,
  enteredFrom: 'left',
  hasVehicle: className !== 'person',
  colours: new Map(),
});

/** A thing of a tenth of the picture's height that somebody put down and left, seen unmoved since `restMs` ago. */
const thing = (change: Partial<RestingThing> = {}, restMs = 14_000): RestingThing => ({
  cells: new Int32Array(200),
  bounds: { left: 120, right: 131, top: 70, bottom: 87 },
  box: { xNorm: 0.4, yNorm: 0.4, wNorm: 0.04, hNorm: 0.1 },
  area: 200,
  restSinceMs: nowMs - restMs,
  isPinned: false,
  lastFoundAtMs: nowMs,
  lookedMs: restMs,
  personMs: 0,
  calmMs: restMs,
  restlessMs: 0,
  coveredMs: 0,
  vehicleCoveredMs: 0,
  clearMs: restMs,
  goneMs: 0,
  appearance: { leftScore: 0.9, outlineScore: 0.9, strangeScore: 0.9, isLight: false, movedShare: 0 },
  broughtBy: 1_000,
  selfArrival: 0.2,
  isArrivalKnown: true,
  wasLeft: true,
  carrierHeight: 60,
  isRelit: false,
  origin: null,
  isFromBringer: false,
  stoodBeside: null,
  trafficShare: 0,
  bringer: bringer('person', 0.3),
  whereabouts: { kind: 'away', sinceMs: nowMs - 4_000, widths: 4, leftTo: null },
  leftTo: null,
  isAttended: false,
  aloneSinceMs: nowMs - restMs,
  cameraMovedPx: 0,
  shiftAtRest: { dx: 0, dy: 0 },
  isUncertainGround: false,
  isYoungGround: false,
  cutBy: null,
  isInOpening: false,
  whole: { left: 120, right: 131, top: 70, bottom: 87, area: 200 },
  ...change,
});

const looks = (leftScore: number, movedShare = 0): Partial<RestingThing> => ({
  appearance: { leftScore, outlineScore: leftScore, strangeScore: leftScore, isLight: false, movedShare },
});

test('what looks like its ground is raised where a person plainly put it down, and nowhere else', () => {
  const faint = looks(0.52);
  expect(judge(thing(faint), nowMs, rule, null).kind).toBe('raise');
  const outline = { kind: 'wait', because: 'outline' };
  expect(judge(thing({ ...faint, bringer: bringer('car', 0.3) }), nowMs, rule, null)).toEqual(outline);
  const passed = {
    ...bringer('person', 0.3),
    boxAtPutDown: { xNorm: 0.7, yNorm: 0.2, wNorm: 0.1, hNorm: 0.3 },
  };
  expect(judge(thing({ ...faint, bringer: passed }), nowMs, rule, null)).toEqual(outline);
  expect(judge(thing({ ...faint, cameraMovedPx: 3 }), nowMs, rule, null)).toEqual(outline);
  const shaken = { cameraMovedPx: 3, ...looks(0.58) };
  expect(judge(thing(shaken), nowMs, rule, null).kind).toBe('raise');
  expect(judge(thing({ ...shaken, ...looks(0.58, 0.5) }), nowMs, rule, null)).toEqual(outline);
  expect(judge(thing({ ...shaken, ...looks(0.7, 0.5) }), nowMs, rule, null)).toEqual(outline);
  expect(judge(thing({ ...shaken, ...looks(0.76, 0.5) }), nowMs, rule, null).kind).toBe('raise');
  expect(judge(thing(looks(0.74, 0.4)), nowMs, rule, null).kind).toBe('raise');
  expect(judge(thing({ ...looks(0.85, 0.4), isArrivalKnown: false }), nowMs, rule, null).kind).toBe('raise');
  expect(judge(thing({ ...looks(0.74, 0.4), isArrivalKnown: false }), nowMs, rule, null)).toEqual(outline);
  const thrown = { bringer: { ...bringer('person', 0.3), distanceWidths: 3 } };
  expect(judge(thing({ ...thrown, ...looks(0.75) }), nowMs, rule, null).kind).toBe('raise');
  expect(judge(thing({ ...thrown, ...looks(0.75, 0.5) }), nowMs, rule, null)).toEqual(outline);
  expect(judge(thing({ ...faint, selfArrival: 0.6 }), nowMs, rule, null)).toEqual(outline);
  expect(judge(thing(looks(0.47)), nowMs, rule, null)).toEqual(outline);
});

test('what nobody was seen to bring is raised late, and not where traffic passes or nothing carried it', () => {
  const unseen = { bringer: null, whereabouts: null };
  expect(judge(thing(unseen), nowMs, rule, null)).toEqual({ kind: 'wait', because: 'no-bringer' });
  expect(judge(thing(unseen, 31_000), nowMs, rule, null)).toMatchObject({
    kind: 'raise',
    caveats: ['no-bringer-seen'],
  });
  for (const change of [{ trafficShare: 0.4 }, { carrierHeight: 0 }, { wasLeft: false }]) {
    expect(judge(thing({ ...unseen, ...change }, 31_000), nowMs, rule, null)).toEqual({
      kind: 'reject',
      because: 'nobody-brought-it',
    });
  }
});

test('what came out of a vehicle that stood there is as large as all that moved, and is judged when it has left', () => {
  const load = { bringer: null, whereabouts: null, selfArrival: 0.95, broughtBy: 210, wasLeft: false };
  const from = (leftAtMs: number | null, isSource: boolean) =>
    judge(thing({ ...load, stoodBeside: { leftAtMs, isSource } }, 25_000), nowMs, rule, null);
  expect(from(nowMs - 8_000, true)).toMatchObject({ kind: 'raise', departedAtMs: nowMs - 8_000 });
  expect(from(null, true)).toEqual({ kind: 'wait', because: 'attended' });
  // Somebody walked up and stands there.
  expect(from(nowMs - 8_000, false)).toEqual({ kind: 'reject', because: 'came-by-itself' });
});

test('what is half as tall as they are and all that moved was thrown, where it came from them', () => {
  // As large as half of its bringer.
  const barrel = {
    box: { xNorm: 0.4, yNorm: 0.4, wNorm: 0.07, hNorm: 0.16 },
    bounds: { left: 120, right: 139, top: 70, bottom: 89 },
    selfArrival: 0.95,
  };
  expect(judge(thing(barrel), nowMs, rule, null)).toEqual({ kind: 'reject', because: 'came-by-itself' });
  const thrown = { ...barrel, isFromBringer: true };
  expect(judge(thing(thrown), nowMs, rule, null).kind).toBe('raise');
  // Somebody else who came with them.
  const upright = { ...thrown, bounds: { ...barrel.bounds, right: 131 } };
  expect(judge(thing(upright), nowMs, rule, null).kind).toBe('reject');
});

test('where traffic passes all the time, what stood there and left has brought it', () => {
  const busy = { bringer: null, whereabouts: null, trafficShare: 0.4, wasCarried: false };
  const left = { ...busy, stoodBeside: { leftAtMs: nowMs - 8_000, isSource: false } };
  expect(judge(thing(busy, 31_000), nowMs, rule, null).kind).toBe('reject');
  expect(judge(thing(left, 16_000), nowMs, rule, null)).toMatchObject({
    kind: 'raise',
    departedAtMs: nowMs - 8_000,
    caveats: ['no-bringer-seen'],
  });
  // As large as what moved there: another vehicle that stopped.
  expect(judge(thing({ ...left, selfArrival: 0.9 }, 16_000), nowMs, rule, null).kind).toBe('reject');
  expect(
    judge(
      thing({ ...left, stoodBeside: { leftAtMs: nowMs - 1_000, isSource: false } }, 16_000),
      nowMs,
      rule,
      null,
    ).kind,
  ).toBe('wait');
});

test('in the first seconds it says that the background was still being learnt', () => {
  const early = { bringer: null, whereabouts: null, isUncertainGround: true };
  expect(judge(thing({ ...early, isYoungGround: true }, 31_000), nowMs, rule, null)).toMatchObject({
    kind: 'raise',
    caveats: ['background-learning', 'no-bringer-seen'],
  });
  expect(judge(thing(early, 31_000), nowMs, rule, null)).toEqual({ kind: 'wait', because: 'uncertain' });
});

test('a thing as tall as a person waits longer; beside a vehicle it does not, and is no taller than it', () => {
  const box = { xNorm: 0.4, yNorm: 0.24, wNorm: 0.05, hNorm: 0.26 };
  const mattress = { box, bounds: { left: 120, right: 139, top: 70, bottom: 87 } };
  expect(judge(thing(mattress), nowMs, rule, null)).toEqual({ kind: 'wait', because: 'away' });
  const load = { box: { ...box, wNorm: 0.02 } };
  expect(judge(thing({ ...load, bringer: bringer('car', 0.3) }), nowMs, rule, null).kind).toBe('raise');
  expect(judge(thing({ ...load, bringer: bringer('car', 0.2) }), nowMs, rule, null)).toEqual({
    kind: 'reject',
    because: 'too-large',
  });
});

test('somebody upright whom the detector names now and then is no thing', () => {
  const upright = {
    box: { xNorm: 0.4, yNorm: 0.36, wNorm: 0.02, hNorm: 0.14 },
    bounds: { left: 120, right: 126, top: 65, bottom: 90 },
  };
  expect(judge(thing(upright), nowMs, rule, null).kind).toBe('raise');
  expect(judge(thing({ ...upright, personMs: 1_400 }), nowMs, rule, null)).toEqual({
    kind: 'wait',
    because: 'may be a person',
  });
});

test('what is much larger than all that moved there is light', () => {
  expect(judge(thing({ selfArrival: 4.8 }), nowMs, rule, null)).toEqual({
    kind: 'reject',
    because: 'came-by-itself',
  });
});

test('what stands upright and as tall as they are was left by nobody with empty hands, but out of a vehicle', () => {
  const door = { box: { xNorm: 0.4, yNorm: 0.24, wNorm: 0.05, hNorm: 0.26 } };
  const longAgo = {
    whereabouts: { kind: 'away', sinceMs: nowMs - 38_000, widths: 4, leftTo: null },
  } as const;
  expect(judge(thing({ ...door, ...longAgo }, 39_000), nowMs, rule, null)).toEqual({
    kind: 'wait',
    because: 'uncertain',
  });
  const driver = { ...bringer('person', 0.3), hasVehicle: true };
  expect(judge(thing({ ...door, ...longAgo, bringer: driver }, 39_000), nowMs, rule, null).kind).toBe(
    'raise',
  );
});

test('at the edge of the picture only what a person, seen whole, plainly put down is a thing', () => {
  const cut = { cutBy: 'right' as const };
  const uncertain = { kind: 'wait', because: 'uncertain' };
  const whole = judge(thing(), nowMs, rule, null);
  expect(judge(thing(cut), nowMs, rule, null)).toEqual(whole);
  expect(judge(thing({ ...cut, ...looks(0.65) }), nowMs, rule, null)).toEqual(uncertain);
  const outside = {
    ...bringer('person', 0.3),
    boxAtPutDown: { xNorm: 0.92, yNorm: 0.2, wNorm: 0.08, hNorm: 0.3 },
  };
  expect(judge(thing({ ...cut, bringer: outside }), nowMs, rule, null)).toEqual(uncertain);
  expect(judge(thing({ ...cut, cutBy: 'left', bringer: outside }), nowMs, rule, null)).toEqual(whole);
  expect(judge(thing({ ...cut, bringer: bringer('car', 0.3) }), nowMs, rule, null)).toEqual(uncertain);
  const unseen = { bringer: null, whereabouts: null };
  expect(judge(thing({ ...unseen, ...cut }, 31_000), nowMs, rule, null).kind).toBe('reject');
  expect(confidenceOf(thing(cut))).toBeLessThan(confidenceOf(thing()));
});

test('a part of what came by itself is no thing', () => {
  const unseen = { bringer: null, whereabouts: null };
  const whole = { left: 100, right: 159, top: 40, bottom: 99, area: 900 };
  expect(judge(thing({ ...unseen, whole }, 31_000), nowMs, rule, null).kind).toBe('reject');
  // Whatever else came to rest, a person was seen to put this down.
  expect(judge(thing({ whole }), nowMs, rule, null).kind).toBe('raise');
});

test('among ground that was laid open with it a thing must look plainly left', () => {
  expect(judge(thing(looks(0.66)), nowMs, rule, null).kind).toBe('raise');
  expect(judge(thing({ ...looks(0.66), isInOpening: true }), nowMs, rule, null)).toEqual({
    kind: 'wait',
    because: 'outline',
  });
  expect(judge(thing({ ...looks(0.75), isInOpening: true }), nowMs, rule, null).kind).toBe('raise');
});
