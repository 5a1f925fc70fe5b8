import { z } from 'zod';

/**
 * A term as the rules write it. `workHour` (工作时) and `workDay` (工作日) run only in working time by the Chinese
 * holiday calendar; the others by the clock.
 */
export const TimeLimit = z
  .strictObject({
    value: z.number().positive(),
    unit: z.enum(['minute', 'hour', 'day', 'workHour', 'workDay']),
  })
  .meta({ id: 'TimeLimit' });
export type TimeLimit = z.infer<typeof TimeLimit>;
