import { eventKinds, type RecordKind, type SceneEventKind } from '../../contracts/index.ts';

/** Reports of a kind that no camera's event is behind, per hour and km² of a built-up district. */
const strayPerHourKm2: Readonly<Record<RecordKind, number>> = {
  illegal_dumping: 0.13,
  lane_obstruction: 0.2,
  household_waste: 0.1,
  road_spill: 0.05,
  smoke_fire: 0.03,
  intrusion: 0.01,
  crowding: 0.01,
  noise: 0.1,
  traffic: 0.1,
  dispute: 0.06,
  permit: 0.05,
  haulage: 0.15,
  other: 0.4,
};

/** How many such reports an event draws; 0 when the two are about different matters. */
export const expectedReports = (event: SceneEventKind, record: RecordKind): number =>
  eventKinds[event].reports[record] ?? 0;

/** How thick strangers' reports of a kind lie, per hour and m². */
export const strayPerHourM2 = (record: RecordKind): number => strayPerHourKm2[record] / 1e6;
