import { z } from 'zod';
import { AreaCode, EpochMs, Uuid } from './ids.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

export const RecordSource = z.enum([
  'call110',
  'trafficPolice',
  'enforcementCase',
  'residentReport',
  'permit',
  'rfidRead',
  'fireAlarm',
]);
export type RecordSource = z.infer<typeof RecordSource>;

/** What a record is about, in our words; the source's own words stay in `sourceKind`. */
export const RecordKind = z.enum([
  'illegal_dumping',
  'lane_obstruction',
  'household_waste',
  'smoke_fire',
  'intrusion',
  'crowding',
  'noise',
  'traffic',
  'dispute',
  'permit',
  'other',
]);
export type RecordKind = z.infer<typeof RecordKind>;

/** What an agency or sensor knows. Callers' names, numbers and ids have no field here: they are dropped at import. */
export const OfficialRecord = z
  .strictObject({
    /** uuidv5 of source and sourceId. */
    recordId: Uuid,
    source: RecordSource,
    /** The source's own id, kept through every merge. */
    sourceId: z.string().min(1),
    areaCode: AreaCode,
    kind: RecordKind,
    sourceKind: z.string(),
    reportedAtMs: EpochMs,
    occurredAtMs: EpochMs.nullable(),
    text: z.string(),
    address: z.string().nullable(),
    lonDeg: z.number().min(-180).max(180).nullable(),
    latDeg: z.number().min(-90).max(90).nullable(),
    poleNumber: z.string().nullable(),
    vehiclePlate: z.string().nullable(),
    /** Line of the file it came from, for the officer who asks; null for other ways in. */
    importedFrom: z.string().nullable(),
  })
  .meta({ id: 'Record' });
export type OfficialRecord = z.infer<typeof OfficialRecord>;

export const officialRecords = topic({
  name: 'record.v1',
  schema: OfficialRecord,
  keySpace: 'area',
  key: (record) => record.areaCode,
});

export const officialRecordTable = table({
  name: 'record',
  schema: OfficialRecord,
  orderBy: ['recordId'],
});
