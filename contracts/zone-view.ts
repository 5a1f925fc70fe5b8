import { z } from 'zod';
import { CameraZones } from './camera-zones.ts';
import { Zone } from './event-kind.ts';
import { EpochMs, Uuid } from './ids.ts';
import { SuppressedEvent } from './suppressed-event.ts';

/**
 * What zones suppressed, newest first, each with the incident that an officer made of it, and when its pictures were
 * deleted because nobody did.
 */
export const SuppressedEventList = z
  .strictObject({
    items: z.array(
      z.strictObject({
        event: SuppressedEvent,
        incidentId: Uuid.nullable(),
        footageDeletedAtMs: EpochMs.nullable(),
      }),
    ),
  })
  .meta({ id: 'SuppressedEventList' });
export type SuppressedEventList = z.infer<typeof SuppressedEventList>;

/** Why something suppressed is an alert after all. */
export const RaiseRequest = z.strictObject({ note: z.string().max(2_000) }).meta({ id: 'RaiseRequest' });
export type RaiseRequest = z.infer<typeof RaiseRequest>;

/** The zones somebody drew for a camera; null: nobody has, and those of the configuration hold. */
export const DrawnZones = z.strictObject({ drawn: CameraZones.nullable() }).meta({ id: 'DrawnZones' });
export type DrawnZones = z.infer<typeof DrawnZones>;

/** The zones that a camera is to have from now on. */
export const ZonesRequest = z.strictObject({ zones: z.array(Zone).max(50) }).meta({ id: 'ZonesRequest' });
export type ZonesRequest = z.infer<typeof ZonesRequest>;
