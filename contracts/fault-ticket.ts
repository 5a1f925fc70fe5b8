import { z } from 'zod';
import { DeviceCode, historyFields } from './history-listing.ts';
import { EpochMs } from './ids.ts';
import { table } from './table.ts';

/** A fault of a camera, from when it occurred to its repair. */
export const FaultTicket = z
  .strictObject({
    ticketId: z.string().min(1),
    cameraId: DeviceCode,
    /** `offline`, `image`, `recording`, `clock`, … */
    kind: z.string(),
    occurredAtMs: EpochMs,
    detectedAtMs: EpochMs,
    repairedAtMs: EpochMs.nullable(),
    /** Natural hours from detection. */
    limitHours: z.number().nonnegative(),
    ...historyFields,
  })
  .meta({ id: 'FaultTicket' });
export type FaultTicket = z.infer<typeof FaultTicket>;

export const faultTicketTable = table({
  name: 'fault_ticket',
  schema: FaultTicket,
  orderBy: ['ticketId', 'ordinal'],
  versionBy: 'updatedAtMs',
});
