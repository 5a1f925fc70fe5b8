import type { OfficialRecord, SceneEvent } from '../../contracts/index.ts';
import { remembered } from './memo.ts';
import { mayFit, mayFitInTime, type PairScore, scorePair } from './score.ts';

const pairOf = remembered((event: SceneEvent, record: OfficialRecord): PairScore | null =>
  mayFit(event, record) ? scorePair(event, record) : null,
);

/**
 * How much more of "something no camera saw" is reckoned with than the rates say: they are a district's mean and the
 * next corner may have more, and a stranger's call in a penalty case costs more than one that is only suggested.
 */
const unseenWeight = 1.5;

/** One event that a record may be about. */
export interface Candidate {
  readonly event: SceneEvent;
  readonly pair: PairScore;
  /** Share of the probability among all these events and `something no camera saw`, 0 … 1. */
  readonly share: number;
}

/**
 * Weigh a record against all events it could be about. The shares add up to less than 1: the rest is what no camera
 * saw.
 */
export function weigh(record: OfficialRecord, events: Iterable<SceneEvent>): Candidate[] {
  const fits: { readonly event: SceneEvent; readonly pair: PairScore }[] = [];
  for (const event of events) {
    if (!mayFitInTime(event, record)) continue;
    const pair = pairOf(event, record);
    if (pair !== null && pair.odds > 0) fits.push({ event, pair });
  }
  const all = unseenWeight + fits.reduce((sum, { pair }) => sum + pair.odds, 0);
  return fits.map(({ event, pair }) => ({ event, pair, share: pair.odds / all }));
}
