import { z } from 'zod';

/** What is true of a set of records and events, by its makers. */
export const CityTruth = z.object({
  records: z.record(
    z.string(),
    z.object({
      eventIds: z.array(z.string()),
      broken: z.string().nullable(),
      matter: z.string().optional(),
      incident: z.string().optional(),
      versionOf: z.string().optional(),
      partOf: z.string().optional(),
      cancelled: z.boolean().optional(),
      point: z.tuple([z.number(), z.number()]).optional(),
    }),
  ),
  events: z.record(
    z.string(),
    z.object({
      incident: z.string(),
      falseAlarm: z.union([z.literal(false), z.string()]),
      legalPermits: z.array(z.string()),
    }),
  ),
});
export type CityTruth = z.infer<typeof CityTruth>;

/** What correlation makes of the set; record ids are `file stem:row`. */
export interface Proposals {
  readonly links: readonly { readonly recordId: string; readonly eventId: string; readonly score: number }[];
  readonly duplicates: readonly (readonly [string, string])[];
  readonly legal: readonly { readonly eventId: string; readonly permitRecordId: string }[];
  readonly rejectedRows: readonly { readonly recordId: string; readonly reason: string }[];
  readonly groups: readonly (readonly string[])[];
  readonly located: Readonly<Record<string, readonly [number, number]>>;
}
