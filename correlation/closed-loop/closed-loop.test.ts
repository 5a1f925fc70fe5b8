import { expect, test } from 'vitest';
import type { Command, Incident, LoopMetric, LoopRow } from '../../contracts/index.ts';
import { checkConfig } from '../../kernel/index.ts';
import { emptyArea, incidentIdOf, stepIncidents } from '../incidents/index.ts';
import { correlationSettings } from '../settings.ts';
import { areaCode, baseMs, boxAt, cameraIdOf, madeCommand, madeEvent } from '../testing/made.ts';
import { loopRows, suggestionsOf } from './index.ts';

const settings = await correlationSettings(checkConfig({}));
const period = { fromMs: baseMs, toMs: baseMs + 30 * 86_400_000 };
const places = {
  streetOf: (cameraId: string) => (cameraId === cameraIdOf(1) ? '330203001' : null),
  nameOf: (cameraId: string) => cameraId,
};

/** One incident and what people asked of it, at so many minutes after it began. */
function played(
  event: ReturnType<typeof madeEvent>,
  asked: readonly (readonly [number, Command['action']])[],
): Incident {
  const incidentId = incidentIdOf(event.eventId);
  let { state } = stepIncidents(emptyArea(areaCode), { kind: 'sceneEvent', event }, settings);
  for (const [minutes, action] of asked) {
    const issuedS = (event.startedAtMs - baseMs) / 1_000 + minutes * 60;
    const command = madeCommand({ incidentId, action, issuedS });
    const step = stepIncidents(state, { kind: 'command', command }, settings);
    expect(step.changes[0]?.refusal).toBeNull();
    ({ state } = step);
  }
  const incident = state.incidents.get(incidentId);
  if (incident === undefined) throw new Error('no incident');
  return incident;
}

const confirm = { kind: 'confirm', note: '' } as const;
const falseAlarm = { kind: 'reject', reason: 'false_alarm', note: '', duplicateOf: null } as const;
const dispatch: Command['action'] = {
  kind: 'dispatch',
  lead: 'enforcement',
  coHandlers: [],
  isUrgent: false,
  note: '',
};
const feedback: Command['action'] = { kind: 'advanceTask', agency: 'enforcement', to: 'feedback', note: '' };
const rework: Command['action'] = { kind: 'verify', result: 'rework', agencies: [], note: '' };
const pass: Command['action'] = { kind: 'verify', result: 'pass', agencies: [], note: '' };
const close: Command['action'] = { kind: 'close', note: '' };

const of = (row: LoopRow | undefined, metric: LoopMetric): string => {
  const rate = row?.rates.find((each) => each.metric === metric);
  return `${rate?.numerator}/${rate?.denominator}`;
};

test('every rate by hand on six incidents', () => {
  const hour = 3_600;
  const incidents = [
    // In time, at once.
    played(madeEvent({ startedS: 0 }), [
      [2, confirm],
      [3, dispatch],
      [60, feedback],
      [70, pass],
      [80, close],
    ]),
    // Sent back once, then closed; its second term was met too.
    played(madeEvent({ startedS: 4 * hour, camera: 5 }), [
      [10, confirm],
      [11, dispatch],
      [40, feedback],
      [50, rework],
      [90, feedback],
      [100, pass],
      [110, close],
    ]),
    // Registered and dispatched, nobody ever reported back: due within the period, late, not closed.
    played(madeEvent({ startedS: 8 * hour, camera: 9 }), [
      [5, confirm],
      [6, dispatch],
    ]),
    played(madeEvent({ startedS: 12 * hour, camera: 13 }), [[1, falseAlarm]]),
    // Nobody has judged it.
    played(madeEvent({ startedS: 16 * hour, camera: 17 }), []),
    // Again at the place of the first.
    played(madeEvent({ startedS: 48 * hour, camera: 1 }), [[3, confirm]]),
  ];
  const [row] = loopRows(incidents, period, 'district', { settings: settings.cases, places });
  expect(of(row, 'registered')).toBe('4/6');
  expect(of(row, 'falseAlarm')).toBe('1/5');
  expect(of(row, 'repeated')).toBe('1/5');
  expect(of(row, 'handled')).toBe('2/3');
  expect(of(row, 'handledInTime')).toBe('2/3');
  expect(of(row, 'reworked')).toBe('1/2');
  expect(of(row, 'verifiedAtOnce')).toBe('1/2');
  expect(of(row, 'closed')).toBe('2/4');
  expect(of(row, 'closedInTime')).toBe('2/4');
  // The third never acknowledged, arrived or reported back; the first did so an hour late at once (acknowledge 10 min,
  // arrive 30 min); the second was 19 min late to acknowledge and came just in time.
  expect(row?.overdueCount).toBe(3 + 2 + 1);
  const lead = row?.times.find(({ metric }) => metric === 'detectToRegister');
  // Raised 14 s after it began.
  expect(lead).toMatchObject({ count: 4, medianMs: 4 * 60_000 - 14_000, meanMs: 5 * 60_000 - 14_000 });
});

test('what is not due yet stays out, and an empty denominator is null', () => {
  const open = played(madeEvent(), [
    [2, confirm],
    [3, dispatch],
  ]);
  const soon = { fromMs: baseMs, toMs: baseMs + 30 * 60_000 };
  const [row] = loopRows([open], soon, 'district', { settings: settings.cases, places });
  expect(of(row, 'handled')).toBe('0/1');
  expect(of(row, 'handledInTime')).toBe('0/0');
  expect(row?.rates.find(({ metric }) => metric === 'handledInTime')?.value).toBeNull();
  const [none] = loopRows([], soon, 'district', { settings: settings.cases, places });
  expect(none?.rates.every(({ value }) => value === null)).toBe(true);
});

test('by unit, street, camera and rule the same incidents are counted under their own names', () => {
  const incidents = [
    played(madeEvent(), [
      [2, confirm],
      [3, dispatch],
      [9, feedback],
    ]),
  ];
  const keysAt = (level: 'unit' | 'street' | 'camera' | 'rule') =>
    loopRows(incidents, period, level, { settings: settings.cases, places }).map(({ key }) => key);
  expect(keysAt('unit')).toEqual([`enforcement@${areaCode}`]);
  expect(keysAt('street')).toEqual(['330203001']);
  expect(keysAt('camera')).toEqual([cameraIdOf(1)]);
  expect(keysAt('rule')).toEqual(['dumping']);
});

const at = (index: number) => ({ startedS: index * 7_200 * 2 });

test('rejections that lie together suggest to ignore that part, and say what it would have cost', () => {
  const wrong = Array.from({ length: 6 }, (_, index) =>
    played(madeEvent({ ...at(index), box: boxAt(0.7 + index * 0.005) }), [[1, falseAlarm]]),
  );
  const right = Array.from({ length: 3 }, (_, index) =>
    played(madeEvent({ ...at(index + 10), box: boxAt(0.1) }), [[1, confirm]]),
  );
  expect(suggestionsOf([...wrong, ...right])).toMatchObject([
    { kind: 'rezone', falseCount: 6, trueCount: 3, falseAvoided: 6, trueLost: 0, minRestMs: null },
  ]);
});

test('rejections all over the picture that soon cleared suggest a longer stay time; the right ones stayed', () => {
  const boxes = [0.05, 0.25, 0.45, 0.65, 0.85];
  const wrong = boxes.map((x, index) =>
    played(madeEvent({ ...at(index), box: boxAt(x), clearedS: index * 14_400 + 40 + index }), [
      [1, falseAlarm],
    ]),
  );
  const right = boxes
    .slice(0, 3)
    .map((x, index) => played(madeEvent({ ...at(index + 10), box: boxAt(x) }), [[1, confirm]]));
  const [suggestion] = suggestionsOf([...wrong, ...right]);
  expect(suggestion).toMatchObject({ kind: 'raiseStayTime', falseAvoided: 5, trueLost: 0 });
  expect(suggestion?.minRestMs).toBe(43_000);
});

test('a rule is to be muted only where nothing of many was right; few judgements say nothing', () => {
  const spread = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      played(madeEvent({ ...at(index), box: boxAt((index * 0.19) % 0.9) }), [[1, falseAlarm]]),
    );
  expect(suggestionsOf(spread(12)).map(({ kind }) => kind)).toEqual(['mute']);
  expect(suggestionsOf(spread(4))).toEqual([]);
});
