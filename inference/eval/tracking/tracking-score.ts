import { type ClearSums, clearSums, motaOf } from './clear-mot.ts';
import { type HotaSums, hotaOf, hotaSums } from './hota.ts';
import { idf1Of, type IdentitySums, identitySums } from './identity.ts';
import { compare, type IdentifiedFrames } from './sequence.ts';

/** What one tracker did on one sequence, as sums. */
export interface TrackingSums {
  readonly hota: HotaSums;
  readonly clear: ClearSums;
  readonly identity: IdentitySums;
}

/** Figures of one or several sequences; shares 0..1, counts of boxes at IoU 0.5. */
export interface TrackingScore {
  readonly hota: number;
  readonly detA: number;
  readonly assA: number;
  readonly mota: number;
  readonly idf1: number;
  readonly falseBoxes: number;
  readonly missedBoxes: number;
  readonly idSwitches: number;
}

/** @param found frame by frame, like `truth`. */
export function judgeTracking(truth: IdentifiedFrames, found: IdentifiedFrames): TrackingSums {
  const sequence = compare(truth, found);
  return { hota: hotaSums(sequence), clear: clearSums(sequence), identity: identitySums(sequence) };
}

function added<T extends Record<keyof T, number>>(all: readonly T[]): T {
  const total: Record<string, number> = {};
  for (const one of all) {
    for (const [key, value] of Object.entries<number>(one)) total[key] = (total[key] ?? 0) + value;
  }
  return total as T;
}

/** Several sequences count as one long one: long sequences weigh more, as in the public benchmarks. */
export function trackingScore(sequences: readonly TrackingSums[]): TrackingScore {
  const { hota, detA, assA } = hotaOf(sequences.map((one) => one.hota));
  const clear = added<ClearSums>(sequences.map((one) => one.clear));
  const identity = added<IdentitySums>(sequences.map((one) => one.identity));
  return {
    hota,
    detA,
    assA,
    mota: motaOf(clear),
    idf1: idf1Of(identity),
    falseBoxes: clear.wrong,
    missedBoxes: clear.missed,
    idSwitches: clear.switches,
  };
}
