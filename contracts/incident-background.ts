import { z } from 'zod';
import { Uuid } from './ids.ts';

/** What the past and the permits say of an incident; nothing of it decides. */
export const IncidentBackground = z
  .strictObject({
    /** Other incidents of the kind at the same spot within `days`; rejected ones do not count. */
    repeatSpot: z.strictObject({ days: z.int().positive(), incidentIds: z.array(Uuid) }),
    /** Vehicles that its records name and that other incidents' records name too. */
    repeatVehicles: z.array(z.strictObject({ plate: z.string(), incidentIds: z.array(Uuid) })),
    /** Permits and drop spots that hold where and when it was put down, likeliest first. */
    permits: z.array(
      z.strictObject({
        recordId: Uuid,
        sourceId: z.string(),
        text: z.string(),
        address: z.string().nullable(),
        /** Probability that the heap lies within the permit's place. */
        share: z.number().min(0).max(1),
        apartM: z.number().nonnegative(),
      }),
    ),
  })
  .meta({ id: 'IncidentBackground' });
export type IncidentBackground = z.infer<typeof IncidentBackground>;
