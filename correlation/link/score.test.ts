import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordKind, ScorePart } from '../../contracts/index.ts';
import { madeEvent, madeRecord, placeAt } from '../testing/made.ts';
import { linkWindow, mayFit, scorePair, weigh } from './index.ts';

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
const evidence = (
  event: ReturnType<typeof madeEvent>,
  record: ReturnType<typeof madeRecord>,
  name: ScorePart['name'],
): number => partOf(scorePair(event, record).parts, name)?.evidence ?? 0;
const shareOf = (event: ReturnType<typeof madeEvent>, record: ReturnType<typeof madeRecord>): number =>
  weigh(record, [event])[0]?.share ?? 0;

test('a call minutes later from the place is linked, one a day later from the next corner is not', () => {
  expect(shareOf(madeEvent(), madeRecord({ reportedS: 300 }))).toBeGreaterThan(0.9);
  expect(shareOf(madeEvent(), madeRecord({ reportedS: 86_400, ...placeAt(150) }))).toBeLessThan(0.05);
});

test('the shown parts add up to the odds, and the shares of all events to less than one', () => {
  const coordinate = fc.oneof(fc.constant(null), fc.integer({ min: -400, max: 400 }));
  fc.assert(
    fc.property(
      coordinate,
      fc.integer({ min: -20_000, max: 500_000 }),
      fc.constantFrom<RecordKind[]>('illegal_dumping', 'household_waste', 'noise', 'other'),
      fc.constantFrom(null, 'HAJ-017', 'HAJ-018'),
      fc.boolean(),
      (eastM, reportedS, kind, poleNumber, hasPole) => {
        const event = madeEvent(hasPole ? { poleNumber: 'HAJ-017' } : {});
        const place = eastM === null ? { lonDeg: null, latDeg: null } : placeAt(eastM);
        const record = madeRecord({ ...place, reportedS, kind, poleNumber });
        const { odds, parts, isPossible } = scorePair(event, record);
        const sum = parts.reduce((total, part) => total + part.evidence, 0);
        if (isPossible) expect(Math.log10(odds)).toBeCloseTo(sum, 6);
        else expect(odds).toBe(0);
        const all = weigh(record, [event, madeEvent({ camera: 2, startedS: 60 })]);
        expect(all.reduce((total, { share }) => total + share, 0)).toBeLessThan(1);
        if (all.length > 0) expect(mayFit(event, record) || all.length === 1).toBe(true);
      },
    ),
  );
});

test('nearer, sooner and of the same kind is always the better fit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 200 }), (nearM, moreM) => {
      const share = (eastM: number): number => shareOf(madeEvent(), madeRecord(placeAt(eastM)));
      expect(share(nearM + moreM)).toBeLessThanOrEqual(share(nearM) + 1e-12);
    }),
  );
  expect(shareOf(madeEvent(), madeRecord({ kind: 'household_waste' }))).toBeLessThan(
    shareOf(madeEvent(), madeRecord()),
  );
});

test('another matter, another place or another week is neither linked nor suggested', () => {
  expect(scorePair(madeEvent(), madeRecord({ kind: 'noise' })).isPossible).toBe(false);
  expect(shareOf(madeEvent(), madeRecord(placeAt(250)))).toBeLessThan(0.1);
  expect(shareOf(madeEvent(), madeRecord({ reportedS: -3 * 3_600 }))).toBe(0);
  expect(shareOf(madeEvent(), madeRecord({ reportedS: 97 * 3_600 }))).toBe(0);
  expect(shareOf(madeEvent(), madeRecord({ status: 'withdrawn' }))).toBe(0);
});

test('words about time weigh more than the hour of the call', () => {
  const sixHours = 6 * 3_600;
  const text = (words: string) => madeRecord({ reportedS: sixHours, text: `${words}有人倒了一袋装修垃圾` });
  // Put down at 8:30 in the morning, called in at 14:30.
  expect(shareOf(madeEvent(), text('今天上午八点半左右'))).toBeGreaterThan(shareOf(madeEvent(), text('')));
  expect(shareOf(madeEvent(), text('中午一点多'))).toBeLessThan(shareOf(madeEvent(), text('')));
  const { fromMs, toMs } = linkWindow(madeEvent());
  expect(toMs - fromMs).toBeGreaterThan(24 * 3_600_000);
});

test('what was cleared is reported less and less', () => {
  const late = madeRecord({ reportedS: 20 * 3_600 });
  expect(shareOf(madeEvent({ clearedS: 3_600 }), late)).toBeLessThan(shareOf(madeEvent(), late));
});

test('a record without a place is left to a person, unless it names the pole', () => {
  const nowhere = { lonDeg: null, latDeg: null };
  expect(scorePair(madeEvent(), madeRecord(nowhere)).isPossible).toBe(false);
  const event = madeEvent({ poleNumber: 'HAJ-017' });
  const byPole = madeRecord({ ...nowhere, address: '灯杆HAJ-017旁' });
  expect(shareOf(event, byPole)).toBeGreaterThan(0.7);
  expect(partOf(scorePair(event, byPole).parts, 'addressOrPole')?.because).toContain('HAJ-017');
});

test('a longer pole number is another pole', () => {
  const event = madeEvent({ poleNumber: 'HAJ-017' });
  const nowhere = { lonDeg: null, latDeg: null };
  expect(evidence(event, madeRecord({ ...nowhere, text: '灯杆HAJ-0171旁' }), 'addressOrPole')).toBe(0);
  expect(evidence(event, madeRecord({ ...nowhere, poleNumber: 'HAJ-018' }), 'addressOrPole')).toBeLessThan(0);
});

test.each([
  ['一辆白色货车倒的', actor('truck', 'white'), 1],
  ['一辆蓝色货车倒的', actor('truck', 'white'), -1],
  ['一辆三轮车拉来的', actor('truck', null), -1],
  ['a white van left it', actor('van', 'white'), 1],
  ['有一辆货车停过', actor('person', null), -1],
] as const)('the vehicle of "%s"', (text, seen, sign) => {
  const blue = evidence(
    madeEvent({ actor: actor('truck', null) }),
    madeRecord({ text: '一辆货车倒的' }),
    'vehicle',
  );
  expect(blue).toBeGreaterThan(0);
  const found = evidence(madeEvent({ actor: seen }), madeRecord({ text }), 'vehicle');
  expect(sign > 0 ? found > 0 : found < blue).toBe(true);
});

test('vehicles that only stand in a name or in the way say nothing', () => {
  const seen = madeEvent({ actor: actor('van', null) });
  for (const text of ['公交新村站旁边有一堆垃圾', '电动车差点摔倒，路上有一堆砖头', 'in advance']) {
    expect(evidence(seen, madeRecord({ text }), 'vehicle')).toBe(0);
  }
});

test('a report that does not say what it is about is never linked by itself, however near', () => {
  expect(scorePair(madeEvent(), madeRecord({ kind: 'other' })).isSameMatter).toBe(false);
  expect(scorePair(madeEvent(), madeRecord()).isSameMatter).toBe(true);
});
