import { eventKinds, type RecordKind, type SceneEventKind } from '../../contracts/index.ts';

/** How well a report of one kind fits what a camera saw: 0 when the two are about different matters. */
export const kindFit = (event: SceneEventKind, record: RecordKind): number =>
  eventKinds[event].reports[record] ?? 0;
