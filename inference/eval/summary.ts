import type { ClipScore } from './score.ts';

/** Figures over many clips. A rate without anything to count is null, never 1. */
export interface Summary {
  readonly clips: number;
  readonly events: number;
  readonly found: number;
  readonly missed: number;
  readonly false: number;
  readonly rightBox: number;
  /** Found events whose truth names the actor, and those of them with the right one. */
  readonly actorKnown: number;
  readonly rightActor: number;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly falsePer10h: number | null;
  readonly meanDelayS: number | null;
  readonly maxDelayS: number | null;
  readonly videoS: number;
  readonly wallS: number;
  readonly wallSPerVideoS: number | null;
  /** Everything found once with its box, nothing raised beside, and the right actor wherever the truth tells. */
  readonly isGoalMet: boolean;
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function summarise(scores: readonly ClipScore[]): Summary {
  const found = scores.flatMap((score) => score.found);
  const missed = sum(scores.map((score) => score.missed.length));
  const falseAlerts = sum(scores.map((score) => score.false.length));
  const delays = found.flatMap((one) => (one.delayS === null ? [] : [one.delayS]));
  const actorKnown = found.filter((one) => one.isRightActor !== null).length;
  const rightActor = found.filter((one) => one.isRightActor === true).length;
  const rightBox = found.filter((one) => one.isRightBox).length;
  const videoS = sum(scores.map((score) => score.videoS));
  const wallS = sum(scores.map((score) => score.wallS));
  return {
    clips: scores.length,
    events: found.length + missed,
    found: found.length,
    missed,
    false: falseAlerts,
    rightBox,
    actorKnown,
    rightActor,
    recall: ratio(found.length, found.length + missed),
    precision: ratio(found.length, found.length + falseAlerts),
    falsePer10h: ratio(falseAlerts * 36_000, videoS),
    meanDelayS: ratio(sum(delays), delays.length),
    maxDelayS: delays.length === 0 ? null : Math.max(...delays),
    videoS,
    wallS,
    wallSPerVideoS: ratio(wallS, videoS),
    isGoalMet:
      scores.length > 0 &&
      missed === 0 &&
      falseAlerts === 0 &&
      rightBox === found.length &&
      rightActor === actorKnown,
  };
}

/** The same figures for each kind of event that was there or was raised, by kind; time watched is that of all clips. */
export function summariseByKind(scores: readonly ClipScore[]): ReadonlyMap<string, Summary> {
  const kinds = scores.flatMap(({ found, missed, false: wrong }) => [
    ...found.map(({ truth }) => truth.kind),
    ...[...missed, ...wrong].map(({ kind }) => kind),
  ]);
  return new Map(
    [...new Set(kinds)].toSorted().map((wanted) => [
      wanted,
      summarise(
        scores.map((score) => ({
          ...score,
          found: score.found.filter(({ truth }) => truth.kind === wanted),
          missed: score.missed.filter(({ kind }) => kind === wanted),
          false: score.false.filter(({ kind }) => kind === wanted),
        })),
      ),
    ]),
  );
}

const figure = (value: number | null, digits: number): string =>
  value === null ? '–' : value.toFixed(digits);

/** The one line an evaluation closes with. */
export const summaryLine = (one: Summary): string =>
  [
    `clips ${one.clips}`,
    `events ${one.events}`,
    `found ${one.found}`,
    `missed ${one.missed}`,
    `false ${one.false}`,
    `right box ${one.rightBox}/${one.found}`,
    `right actor ${one.rightActor}/${one.actorKnown}`,
    `delay ${figure(one.meanDelayS, 1)} s (max ${figure(one.maxDelayS, 1)})`,
    `false per 10 h ${figure(one.falsePer10h, 2)}`,
    `wall s per video s ${figure(one.wallSPerVideoS, 3)}`,
    `goal ${one.isGoalMet ? 'met' : 'missed'}`,
  ].join(', ');
