import { z } from 'zod';
import { LonLat } from './geometry.ts';
import { AreaCode, EpochMs, Uuid } from './ids.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

export const RecordSource = z.enum([
  'call110',
  'dispatch110',
  'feedback110',
  'trafficPolice',
  'enforcementCase',
  'residentReport',
  'permit',
  'manifest',
  'rfidRead',
  'fireAlarm',
  'perceptionEvent',
]);
export type RecordSource = z.infer<typeof RecordSource>;

/** What a record is about, in our words; the source's own words stay in `sourceKind`. */
export const RecordKind = z.enum([
  'illegal_dumping',
  'lane_obstruction',
  'household_waste',
  /** Earth or goods lost by vehicles under way (抛洒). */
  'road_spill',
  'smoke_fire',
  'intrusion',
  'crowding',
  'noise',
  'traffic',
  'dispute',
  'permit',
  /** Carried away, as a manifest or a reader says. */
  'haulage',
  'other',
]);
export type RecordKind = z.infer<typeof RecordKind>;

/** `withdrawn`: its source took it back; it stays known, but belongs to nothing. */
export const RecordStatus = z.enum(['active', 'withdrawn']);
export type RecordStatus = z.infer<typeof RecordStatus>;

/** One place where a record may be, by everything it says; a phrase such as `80 m east of the crossing` is one spot. */
export const RecordSpot = LonLat.extend({
  /** Standard deviation in each direction, metres. */
  errorM: z.number().positive(),
  /** Share of the probability; the spots of a record add up to about 1. */
  weight: z.number().min(0).max(1),
}).meta({ id: 'RecordSpot' });
export type RecordSpot = z.infer<typeof RecordSpot>;

/** From when to when a permit or a drop spot allows what it allows. */
export const PermitValidity = z
  .strictObject({
    fromMs: EpochMs,
    /** Exclusive: the end of the last day. */
    toMs: EpochMs,
    /** Minutes of the day in `utcOffsetMin`; `from > to` goes over midnight, equal is the whole day. */
    dailyFromMin: z.int().min(0).max(1440),
    dailyToMin: z.int().min(0).max(1440),
    utcOffsetMin: z.int(),
  })
  .meta({ id: 'PermitValidity' });
export type PermitValidity = z.infer<typeof PermitValidity>;

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
    /** The source's own words for class and colour, e.g. `小货车`, `白色`. */
    vehicleClass: z.string().nullable(),
    vehicleColour: z.string().nullable(),
    status: RecordStatus,
    /** The source counts its corrections; of two versions the higher one holds, then the later `changedAtMs`. */
    sourceVersion: z.int().nonnegative(),
    changedAtMs: EpochMs.nullable(),
    /** Source id of the call that a dispatch or a feedback belongs to. */
    partOfSourceId: z.string().nullable(),
    /** Source id of the earlier report that the source itself says this one repeats. */
    repeatsSourceId: z.string().nullable(),
    /** Where it may be, likeliest first; empty when no known place, pole or coordinate is in it. */
    spots: z.array(RecordSpot),
    validity: PermitValidity.nullable(),
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
