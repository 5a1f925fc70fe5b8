import { z } from 'zod';

/** A 20-digit GB/T 28181 code, part by part in words. */
export const CodeExplanation = z
  .strictObject({
    code: z.string(),
    isValid: z.boolean(),
    /** What is wrong with it; empty when nothing is. */
    problems: z.array(z.string()),
    /** Empty when it has not 20 digits. */
    parts: z.array(
      z.strictObject({
        name: z.enum(['province', 'city', 'district', 'unit', 'sector', 'type', 'network', 'serial']),
        /** Positions in the code, the first digit being 1. */
        from: z.int().positive(),
        to: z.int().positive(),
        digits: z.string(),
        zh: z.string(),
        en: z.string(),
      }),
    ),
  })
  .meta({ id: 'CodeExplanation' });
export type CodeExplanation = z.infer<typeof CodeExplanation>;
