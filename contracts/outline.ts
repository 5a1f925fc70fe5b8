import { z } from 'zod';
import { EpochMs, Uuid } from './ids.ts';
import { table } from './table.ts';

/** Ground plan of a street, of a police station's area or of a building, WGS-84. */
export const Outline = z
  .strictObject({
    /** The listing it stands in (`HistoryListing`); a newer one replaces the whole of an older one. */
    listingId: Uuid,
    level: z.enum(['street', 'policeStation', 'building']),
    code: z.string(),
    name: z.string(),
    /** Outer rings [lon, lat], first point not repeated; holes are left out. */
    rings: z.array(z.array(z.tuple([z.number(), z.number()]))),
    updatedAtMs: EpochMs,
  })
  .meta({ id: 'Outline' });
export type Outline = z.infer<typeof Outline>;

export const outlineTable = table({
  name: 'outline',
  schema: Outline,
  orderBy: ['listingId', 'level', 'code'],
  versionBy: 'updatedAtMs',
});
