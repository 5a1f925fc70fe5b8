import { z } from 'zod';
import type { Store } from '../store/index.ts';
import { type DistrictTime, loadDistrict } from './history/index.ts';
import { type District, monthOf } from './measures/index.ts';

const Version = z.object({ version: z.string() });
/** Tables whose rows stay in the partition of their month: a month that is over is not touched by what comes in now. */
const monthly = ['state_interval', 'image_check', 'recording_segment', 'clock_check'];
const others = [
  'camera',
  'key_place',
  'archive_row',
  'history_listing',
  'exclusion',
  'prober_outage',
  'measured_stream',
  'catalogue_entry',
  'osd_check',
  'fault_ticket',
  'outline',
];
/**
 * What has been written so far to the tables that figures are computed from. Every insert makes a block with a higher
 * number, and merging keeps it.
 */
const versionSql = `
  SELECT toString(groupBitXor(cityHash64(table, partition, last))) AS version
  FROM (
    SELECT table, partition, max(max_block_number) AS last FROM system.parts
    WHERE database = currentDatabase() AND active
      AND (table IN {others:Array(String)}
        OR (table IN {monthly:Array(String)} AND partition <= {month:String}))
    GROUP BY table, partition
  )`;

/** Districts kept in memory: one month of 10,000 cameras takes about 200 MB. */
const mostKept = 3;

interface Kept {
  readonly key: string;
  readonly version: string;
  readonly district: Promise<District>;
}

/**
 * Districts out of the store, each loaded once for all figures that are asked of its window, and again when something
 * was written that they rest on.
 */
export function openDistrictCache(store: Store) {
  let kept: readonly Kept[] = [];
  return async (time: DistrictTime): Promise<District> => {
    const { window, instantMs } = time;
    const month = monthOf(window.toMs).name.replace('-', '');
    const [found] = await store.query(versionSql, { others, monthly, month }, Version);
    const version = found?.version ?? '';
    const key = `${window.fromMs} ${window.toMs} ${instantMs}`;
    const same = kept.find((one) => one.key === key && one.version === version);
    const entry = same ?? { key, version, district: loadDistrict(store, time) };
    kept = [entry, ...kept.filter((one) => one.key !== key)].slice(0, mostKept);
    try {
      return await entry.district;
    } catch (error) {
      kept = kept.filter((one) => one !== entry);
      throw error;
    }
  };
}
