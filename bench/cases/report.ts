import type { RaisedEvent } from '../../inference/eval/index.ts';
import type { CaseResult } from './run-case.ts';

/** Figures over some cases. A rate with nothing to count is null. */
export interface Figures {
  readonly cases: number;
  readonly videoS: number;
  readonly dumpings: number;
  readonly found: number;
  readonly recall: number | null;
  readonly falseAlarms: number;
  readonly negativeS: number;
  /** False alarms in cases where nothing is left, per ten hours of them. */
  readonly falsePer10h: number | null;
  /** Alerts at the place and time of a dumping, over the dumpings found. */
  readonly alertsPerDumping: number | null;
  readonly rightActor: number | null;
  readonly rightBox: number | null;
  readonly medianDelayS: number | null;
  /** Put-down against the truth, either way. */
  readonly medianPutDownErrorS: number | null;
  readonly cleared: string;
}

export const goals = {
  recall: 0.95,
  falsePer10h: 1,
  alertsPerDumping: 1.02,
  rightActor: 0.9,
  medianDelayS: 3,
} as const;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

export function figuresOf(results: readonly CaseResult[]): Figures {
  const found = results.flatMap(({ score }) => score.found);
  const missed = sum(results.map(({ score }) => score.missed.length));
  const negatives = results.filter((one) => one.case.left.length === 0);
  const negativeS = sum(negatives.map(({ score }) => score.videoS));
  const falseAlarms = sum(results.map(({ score }) => score.false.length));
  const delays = results.flatMap((one) => one.delaysS).toSorted((a, b) => a - b);
  const errors = found
    .flatMap((one) => (one.putDownErrorS === null ? [] : [Math.abs(one.putDownErrorS)]))
    .toSorted((a, b) => a - b);
  const known = found.filter((one) => one.isRightActor !== null);
  const doubles = sum(
    results.filter((one) => one.case.left.length > 0).map(({ score }) => score.false.length),
  );
  return {
    cases: results.length,
    videoS: sum(results.map(({ score }) => score.videoS)),
    dumpings: found.length + missed,
    found: found.length,
    recall: ratio(found.length, found.length + missed),
    falseAlarms,
    negativeS,
    falsePer10h: ratio(sum(negatives.map(({ score }) => score.false.length)) * 36_000, negativeS),
    alertsPerDumping: ratio(found.length + doubles, found.length),
    rightActor: ratio(known.filter((one) => one.isRightActor === true).length, known.length),
    rightBox: ratio(found.filter((one) => one.isRightBox).length, found.length),
    medianDelayS: delays[delays.length >> 1] ?? null,
    medianPutDownErrorS: errors[errors.length >> 1] ?? null,
    cleared: `${sum(results.map((one) => one.cleared))}/${sum(results.map((one) => one.toClear))}`,
  };
}

/** Everything that is measured meets its goal. */
export const meetsGoals = (one: Figures): boolean =>
  (one.recall ?? 1) >= goals.recall &&
  (one.falsePer10h ?? 0) <= goals.falsePer10h &&
  (one.alertsPerDumping ?? 1) <= goals.alertsPerDumping &&
  (one.rightActor ?? 1) >= goals.rightActor &&
  (one.medianDelayS ?? 0) <= goals.medianDelayS;

export interface ConfidenceBand {
  readonly from: number;
  readonly to: number;
  readonly alerts: number;
  readonly right: number;
  /** What the alerts of the band say of themselves, to be held against the share that was right. */
  readonly meanConfidence: number | null;
}

/** How often an alert of this confidence was right. */
export function reliability(results: readonly CaseResult[]): ConfidenceBand[] {
  const bands = [0, 0.5, 0.6, 0.7, 0.8, 0.9];
  // By time and box: results that were read from a file hold copies.
  const isSame = (a: RaisedEvent, b: RaisedEvent): boolean =>
    a.raisedAtS === b.raisedAtS && a.box.every((side, i) => side === b.box[i]);
  const alerts = results.flatMap(({ score, raised }) =>
    raised.map((one) => ({ one, isRight: score.found.some((found) => isSame(found.raised, one)) })),
  );
  return bands.map((from, i) => {
    const to = bands[i + 1] ?? 1.001;
    const here = alerts.filter(({ one }) => one.confidence >= from && one.confidence < to);
    return {
      from,
      to: Math.min(to, 1),
      alerts: here.length,
      right: here.filter(({ isRight }) => isRight).length,
      meanConfidence: ratio(sum(here.map(({ one }) => one.confidence)), here.length),
    };
  });
}

const digits = (value: number | null, places: number): string =>
  value === null ? '–' : value.toFixed(places);

export const header =
  'cases  hours  found      recall  false  /10 h  alerts  actor  box   delay  put-down  cleared';

export const line = (one: Figures): string =>
  [
    String(one.cases).padStart(5),
    (one.videoS / 3_600).toFixed(2).padStart(6),
    `${one.found}/${one.dumpings}`.padEnd(10),
    digits(one.recall, 3).padStart(6),
    String(one.falseAlarms).padStart(6),
    digits(one.falsePer10h, 1).padStart(6),
    digits(one.alertsPerDumping, 2).padStart(7),
    digits(one.rightActor, 2).padStart(6),
    digits(one.rightBox, 2).padStart(5),
    digits(one.medianDelayS, 1).padStart(6),
    digits(one.medianPutDownErrorS, 1).padStart(9),
    one.cleared.padStart(8),
  ].join(' ');

const seconds = (value: number | null): string => (value === null ? '–' : value.toFixed(1));
const boxText = (box: readonly number[]): string => box.map(Math.round).join(',');

/** What went wrong in a case, one line each; empty when all was right. */
export function faultsOf({ score, delaysS, others = [] }: CaseResult): string[] {
  return [
    ...score.missed.map(
      (truth) =>
        `missed: put down at ${seconds(truth.touchesGroundS)} s, box ${boxText(truth.boxes[0] ?? [])}`,
    ),
    ...score.false.map(
      (one) =>
        `false: ${seconds(one.raisedAtS)} s, put down ${seconds(one.putDownAtS)} s, box ${boxText(one.box)}, by ${one.actor?.class ?? 'nobody'}`,
    ),
    ...others.map((one) => `also raised, not counted: ${one.kind} at ${seconds(one.raisedAtS)} s`),
    ...score.found.flatMap((one, i) => [
      ...(one.isRightActor === false
        ? [
            `wrong actor: ${one.raised.actor?.class ?? 'nobody'} ${boxText(one.raised.actor?.box ?? [])}, truly ${one.truth.actor?.class ?? '–'} ${boxText(one.truth.actor?.box ?? [])}`,
          ]
        : []),
      ...(one.isRightBox
        ? []
        : [`poor box: ${boxText(one.raised.box)}, truly ${boxText(one.truth.boxes.at(-1) ?? [])}`]),
      ...(Math.abs(one.putDownErrorS ?? 0) > 3 ? [`put-down off by ${seconds(one.putDownErrorS)} s`] : []),
      ...((delaysS[i] ?? 0) > 10 ? [`late by ${seconds(delaysS[i] ?? null)} s`] : []),
    ]),
  ];
}
