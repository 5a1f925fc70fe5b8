import type { RecordKind, SceneEventKind } from '../../contracts/index.ts';

/**
 * How well a report of one kind fits what a camera saw, 0 … 1. People name what troubles them, not what happened:
 * a heap on the lane is called in as an obstruction. A pair that is missing here is about different matters.
 */
const fit: Readonly<Record<SceneEventKind, Partial<Record<RecordKind, number>>>> = {
  illegal_dumping: { illegal_dumping: 1, household_waste: 0.7, lane_obstruction: 0.6, other: 0.3 },
  lane_obstruction: { lane_obstruction: 1, traffic: 0.7, illegal_dumping: 0.6, other: 0.3 },
  intrusion: { intrusion: 1, dispute: 0.4, other: 0.3 },
  crowding: { crowding: 1, dispute: 0.7, noise: 0.4, traffic: 0.4, other: 0.3 },
  wrong_direction: { traffic: 1, lane_obstruction: 0.4, other: 0.3 },
  smoke_fire: { smoke_fire: 1, other: 0.3 },
  camera_tamper: { other: 0.3 },
};

/** @returns 0 when the two are about different matters. */
export const kindFit = (event: SceneEventKind, record: RecordKind): number => fit[event][record] ?? 0;
