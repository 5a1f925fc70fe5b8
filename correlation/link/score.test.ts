import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordKind, ScorePart } from '../../contracts/index.ts';
import { madeEvent, madeRecord, placeAt } from '../testing/made.ts';
import { linkWindow, mayFit, scorePair } from './index.ts';

const actor = (className: 'person' | 'truck' | 'van', colour: string | null) => ({
  className,
  trackId: 't',
  box: { xNorm: 0, yNorm: 0, wNorm: 0.1, hNorm: 0.1 },
  colour,
  enteredFrom: null,
  leftTo: null,
});
const partOf = (parts: readonly ScorePart[], name: ScorePart['name']): ScorePart | undefined =>
  parts.find((part) => part.name === name);

test('with all parts known the weights are 0.35, 0.25, 0.2, 0.1 and 0.1', () => {
  const event = madeEvent({ poleNumber: 'HAJ-017', actor: actor('van', 'white') });
  const { score, parts } = scorePair(
    event,
    madeRecord({ poleNumber: 'haj 017', text: '一辆白色面包车倒了渣土', ...placeAt(50) }),
  );
  expect(parts.map(({ name, weight }) => [name, weight])).toEqual([
    ['place', 0.35],
    ['time', 0.25],
    ['kind', 0.2],
    ['addressOrPole', 0.1],
    ['vehicle', 0.1],
  ]);
  // 50 m apart: exp(-1); everything else fits.
  expect(partOf(parts, 'place')?.value).toBeCloseTo(Math.exp(-1), 2);
  expect(score).toBeCloseTo(0.35 * Math.exp(-1) + 0.65, 2);
});

test('what cannot be judged of pole and vehicle weighs nothing, and the rest keeps its proportions', () => {
  const { parts, score } = scorePair(madeEvent(), madeRecord());
  expect(partOf(parts, 'vehicle')).toMatchObject({ weight: 0, because: 'not known' });
  expect(partOf(parts, 'addressOrPole')?.weight).toBe(0);
  expect(partOf(parts, 'place')?.weight).toBeCloseTo(0.35 / 0.8);
  expect(score).toBeGreaterThan(0.9);
});

test('the shown parts always add up to the score', () => {
  const coordinate = fc.oneof(fc.constant(null), fc.integer({ min: -400, max: 400 }));
  fc.assert(
    fc.property(
      coordinate,
      fc.integer({ min: -20_000, max: 120_000 }),
      fc.constantFrom<RecordKind[]>('illegal_dumping', 'household_waste', 'noise', 'other'),
      fc.constantFrom(null, 'HAJ-017', 'HAJ-018'),
      fc.boolean(),
      (eastM, reportedS, kind, poleNumber, hasPole) => {
        const event = madeEvent(hasPole ? { poleNumber: 'HAJ-017' } : {});
        const place = eastM === null ? { lonDeg: null, latDeg: null } : placeAt(eastM);
        const record = madeRecord({ ...place, reportedS, kind, poleNumber });
        const { score, parts, isPossible } = scorePair(event, record);
        const sum = parts.reduce((total, { value, weight }) => total + value * weight, 0);
        expect(score).toBeCloseTo(sum, 9);
        expect(parts.reduce((total, { weight }) => total + weight, 0)).toBeCloseTo(1, 9);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        if (isPossible) expect(mayFit(event, record)).toBe(true);
      },
    ),
  );
});

test('another matter, another place or another day is neither linked nor suggested', () => {
  expect(scorePair(madeEvent(), madeRecord({ kind: 'noise' })).isPossible).toBe(false);
  expect(scorePair(madeEvent(), madeRecord(placeAt(125))).isPossible).toBe(false);
  expect(scorePair(madeEvent(), madeRecord({ reportedS: -3 * 3_600 })).isPossible).toBe(false);
  expect(scorePair(madeEvent(), madeRecord({ reportedS: 30 * 3_600 })).isPossible).toBe(false);
});

test('time counts fully while it lay there and fades over two hours on both sides', () => {
  const value = (event: ReturnType<typeof madeEvent>, reportedS: number): number | undefined =>
    partOf(scorePair(event, madeRecord({ reportedS })).parts, 'time')?.value;
  const cleared = madeEvent({ clearedS: 3_600 });
  expect(value(cleared, 1_800)).toBe(1);
  expect(value(cleared, 7_200)).toBeCloseTo(0.5);
  expect(value(cleared, 10_801)).toBe(0);
  expect(value(cleared, 2 - 3_600)).toBeCloseTo(0.5);
  // Nobody saw it going: a call the next morning still fits.
  expect(value(madeEvent(), 20 * 3_600)).toBe(1);
  const { fromMs, toMs } = linkWindow(madeEvent());
  expect(toMs - fromMs).toBe(28 * 3_600_000);
});

test('a record without a place is left to a person, unless it names the pole', () => {
  const nowhere = { lonDeg: null, latDeg: null };
  const without = scorePair(madeEvent(), madeRecord(nowhere));
  expect(without.isPossible).toBe(false);
  expect(without.score).toBeLessThan(0.7);
  const byPole = scorePair(
    madeEvent({ poleNumber: 'HAJ-017' }),
    madeRecord({ ...nowhere, address: '灯杆HAJ-017旁' }),
  );
  expect(byPole.isPossible).toBe(true);
  expect(byPole.score).toBeGreaterThanOrEqual(0.7);
  expect(partOf(byPole.parts, 'place')?.because).toBe('at the same pole');
});

test('a longer pole number is another pole, and another pole counts against', () => {
  const event = madeEvent({ poleNumber: 'HAJ-017' });
  const part = (given: Parameters<typeof madeRecord>[0]): ScorePart | undefined =>
    partOf(scorePair(event, madeRecord(given)).parts, 'addressOrPole');
  expect(part({ text: '灯杆HAJ-0171旁' })?.weight).toBe(0);
  expect(part({ poleNumber: 'HAJ-018' })).toMatchObject({ value: 0 });
  expect(part({ poleNumber: 'HAJ-018' })?.weight).toBeGreaterThan(0.1);
});

test.each([
  ['一辆货车倒的', actor('truck', null), 1],
  ['一辆蓝色货车倒的', actor('truck', 'white'), 0.5],
  ['面包车', actor('truck', null), 0.5],
  ['三轮车拉来的', actor('truck', null), 0],
  ['a white van left it', actor('van', 'white'), 1],
] as const)('the vehicle of "%s"', (text, seen, value) => {
  const part = partOf(scorePair(madeEvent({ actor: seen }), madeRecord({ text })).parts, 'vehicle');
  expect(part?.value).toBe(value);
  expect(part?.weight).toBeGreaterThan(0);
});

test('a vehicle on one side only says nothing', () => {
  const weight = (event: ReturnType<typeof madeEvent>, text: string): number | undefined =>
    partOf(scorePair(event, madeRecord({ text })).parts, 'vehicle')?.weight;
  expect(weight(madeEvent({ actor: actor('person', null) }), '一辆货车倒的')).toBe(0);
  expect(weight(madeEvent({ actor: actor('van', null) }), 'in advance')).toBe(0);
});

test('a report that does not say what it is about is never linked by itself, however near', () => {
  const { score, isPossible, isSameMatter } = scorePair(madeEvent(), madeRecord({ kind: 'other' }));
  expect({ isPossible, isSameMatter }).toEqual({ isPossible: true, isSameMatter: false });
  expect(score).toBeGreaterThan(0.7);
  expect(scorePair(madeEvent(), madeRecord({ kind: 'household_waste' })).isSameMatter).toBe(true);
});
