import { z } from 'zod';
import { CameraState } from '../../contracts/index.ts';

/** No end: the row still lasts. */
export const endless = 4_294_967_295;
const secondsOf = (column: string): string => `toUInt32(intDiv(${column}, 1000))`;
/** Rows of a partition are replaced among themselves only; each month is merged by itself. */
const byPartition = 'SETTINGS do_not_merge_across_partitions_select_final = 1';
/** Gaps this short count as recorded, also across the ends of the window. */
export const slackMs = 2_000;

/** Checked without a copy: a month of 10,000 cameras is millions of numbers. */
const list = z.custom<readonly number[]>(
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'number'),
  'a list of numbers',
);
const words = z.custom<readonly string[]>(
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  'a list of words',
);
const isState = (value: unknown): boolean => CameraState.options.some((state) => state === value);

export const StateLists = z.object({
  cameraId: z.string(),
  fromS: list,
  toS: list,
  states: z.custom<readonly CameraState[]>(
    (value) => Array.isArray(value) && value.every(isState),
    'a list of states',
  ),
  causes: words,
});

/**
 * Rows of every camera that touch the window, one list per camera: half a million rows become ten thousand. In the order
 * in which they were written, because the last one written wins (rule R4).
 */
export const statesSql = `
  SELECT cameraId, arrayMap(row -> row.3, rows) AS fromS, arrayMap(row -> row.4, rows) AS toS,
    arrayMap(row -> row.5, rows) AS states, arrayMap(row -> row.6, rows) AS causes
  FROM (
    SELECT cameraId, arraySort(groupArray((updatedAtMs, ordinal, ${secondsOf('fromMs')},
      if(toMs IS NULL, ${endless}, ${secondsOf('assumeNotNull(toMs)')}), state, cause))) AS rows
    FROM state_interval FINAL
    WHERE fromMs < {toMs:Int64} AND (toMs IS NULL OR toMs > {fromMs:Int64})
    GROUP BY cameraId
  ) ${byPartition}`;

export const ImageLists = z.object({
  cameraId: z.string(),
  atS: list,
  /** One letter for each check, as in `passOfLetter`. */
  passes: z.string(),
  results: words,
});
export const passOfLetter = { d: 'day', n: 'night' } as const;
/** In the order of their times, later rows of the same second behind earlier ones. */
export const imagesSql = `
  SELECT cameraId, arrayMap(row -> row.1, rows) AS atS,
    arrayStringConcat(arrayMap(row -> substring(toString(row.3), 1, 1), rows)) AS passes,
    arrayMap(row -> row.4, rows) AS results
  FROM (
    SELECT cameraId,
      arraySort(groupArray((${secondsOf('checkedAtMs')}, ordinal, pass, result))) AS rows
    FROM image_check FINAL WHERE checkedAtMs >= {fromMs:Int64} AND checkedAtMs < {toMs:Int64}
    GROUP BY cameraId
  ) ${byPartition}`;

export const SpanLists = z.object({ cameraId: z.string(), fromS: list, toS: list });
export const recordingsSql = `
  SELECT cameraId, groupArray(${secondsOf('fromMs')}) AS fromS, groupArray(${secondsOf('toMs')}) AS toS
  FROM recording_segment FINAL WHERE fromMs < {toMs:Int64} AND toMs > {fromMs:Int64}
  GROUP BY cameraId ${byPartition}`;

export const Oldest = z.object({ cameraId: z.string(), oldestMs: z.number() });
export const oldestSql = `
  SELECT cameraId, min(fromMs) AS oldestMs FROM recording_segment FINAL
  WHERE fromMs < {asOfMs:Int64} AND (deletedAtMs IS NULL OR deletedAtMs > {asOfMs:Int64})
  GROUP BY cameraId ${byPartition}`;

export const ClockLists = z.object({ cameraId: z.string(), atS: list, offsetsS: list, errorsS: list });
/** In the order of their times, later rows of the same second behind earlier ones. */
export const clocksSql = `
  SELECT cameraId, arrayMap(row -> row.1, rows) AS atS, arrayMap(row -> row.3, rows) AS offsetsS,
    arrayMap(row -> row.4, rows) AS errorsS
  FROM (
    SELECT cameraId, arraySort(groupArray((${secondsOf('measuredAtMs')}, ordinal,
      assumeNotNull(offsetS), ifNull(errorS, 0)))) AS rows
    FROM clock_check FINAL
    WHERE offsetS IS NOT NULL AND measuredAtMs >= {fromMs:Int64} AND measuredAtMs < {toMs:Int64}
    GROUP BY cameraId
  ) ${byPartition}`;

export const OsdRow = z.object({
  cameraId: z.string(),
  checkedAtMs: z.number(),
  findings: z.array(z.boolean().nullable()),
});
export const osdSql = `
  SELECT cameraId, checkedAtMs,
    [isDateTimePresent, isDateTimeMoving, isPlaceNameRight, isSceneUncovered] AS findings
  FROM osd_check FINAL WHERE checkedAtMs <= {asOfMs:Int64}
  ORDER BY cameraId, checkedAtMs DESC, ordinal DESC LIMIT 1 BY cameraId`;

export const StreamRow = z.object({
  cameraId: z.string(),
  ipAddress: z.string().nullable(),
  widthPx: z.number().nullable(),
  heightPx: z.number().nullable(),
  pulledAtMs: z.number().nullable(),
  pulledLaterAtMs: z.number().nullable(),
});
/** The newest measurement that was made by then; where there is none yet, the first one after. */
export const streamsSql = `
  SELECT cameraId, tupleElement(best, 1) AS ipAddress, tupleElement(best, 2) AS widthPx,
    tupleElement(best, 3) AS heightPx, pulledAtMs, pulledLaterAtMs
  FROM (
    SELECT cameraId, argMax(tuple(ipAddress, widthPx, heightPx), rank) AS best,
      maxIf(lastPullAtMs, lastPullAtMs <= {asOfMs:Int64}) AS pulledAtMs,
      minIf(lastPullAtMs, lastPullAtMs > {asOfMs:Int64}) AS pulledLaterAtMs
    FROM (
      SELECT *, measuredAtMs <= {asOfMs:Int64} AS isBy,
        tuple(isBy, if(isBy, measuredAtMs, -measuredAtMs), updatedAtMs, ordinal) AS rank
      FROM measured_stream FINAL
    ) GROUP BY cameraId
  )`;
export const Code = z.object({ cameraId: z.string() });
export const seenSql = `SELECT DISTINCT cameraId FROM state_interval WHERE fromMs < {toMs:Int64}`;
export const catalogueSql =
  'SELECT DISTINCT cameraId FROM catalogue_entry WHERE listingId = {listingId:String}';
export const Kept = z.object({ name: z.string(), isAny: z.number() });

/** Which kinds of history are here, whether brought in or seen by the probe. */
export const keptSql = ['image_check', 'recording_segment', 'clock_check', 'osd_check', 'fault_ticket']
  .map((name) => `SELECT '${name}' AS name, toUInt8(count() > 0) AS isAny FROM ${name}`)
  .join(' UNION ALL ');
