import { z } from 'zod';
import { historyFields } from './history-listing.ts';
import { AreaCode, EpochMs } from './ids.ts';
import { table } from './table.ts';

/** What watches the cameras of one police station was itself down, by its own log. */
export const ProberOutage = z
  .strictObject({
    areaCode: AreaCode,
    fromMs: EpochMs,
    /** Null: it is still down. */
    toMs: EpochMs.nullable(),
    reason: z.string(),
    loggedAtMs: EpochMs.nullable(),
    ...historyFields,
  })
  .meta({ id: 'ProberOutage' });
export type ProberOutage = z.infer<typeof ProberOutage>;

export const proberOutageTable = table({
  name: 'prober_outage',
  schema: ProberOutage,
  orderBy: ['areaCode', 'fromMs', 'source', 'ordinal'],
  versionBy: 'updatedAtMs',
});
