import { z } from 'zod';
import { LonLat } from './geometry.ts';
import { EpochMs } from './ids.ts';
import { table } from './table.ts';

export const TurnKind = z.enum(['straight', 'left', 'right', 'uTurn']);
export type TurnKind = z.infer<typeof TurnKind>;

/** One direction of one stretch of road between two junctions. */
export const Road = z
  .strictObject({
    edgeId: z.string().min(1),
    fromJunction: z.string(),
    toJunction: z.string(),
    lengthM: z.number().positive(),
    /** Speed allowed. */
    speedMps: z.number().positive(),
    endsAtSignal: z.boolean(),
    /** Edges that may follow; what is not here is forbidden. */
    turns: z.array(z.strictObject({ edgeId: z.string(), kind: TurnKind })),
    /** In driving direction. */
    line: z.array(LonLat),
    /** Import time; the newest wins. */
    updatedAtMs: EpochMs,
  })
  .meta({ id: 'Road' });
export type Road = z.infer<typeof Road>;

export const roadTable = table({
  name: 'road',
  schema: Road,
  orderBy: ['edgeId'],
  versionBy: 'updatedAtMs',
});
