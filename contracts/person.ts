import { z } from 'zod';

/** Who acts: user, unit and name stand in every timeline and audit entry. */
export const Person = z
  .strictObject({ userId: z.string(), name: z.string(), unit: z.string() })
  .meta({ id: 'Person' });
export type Person = z.infer<typeof Person>;
