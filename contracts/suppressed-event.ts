import { z } from 'zod';
import { SceneEvent } from './scene-event.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

/** Why something that a rule found is no alert. */
export const Suppression = z
  .strictObject({
    zoneId: z.string(),
    /**
     * `ignore`: an ignore zone; `fixture`: what stands there belongs there; `dropSpot`: a legal drop spot within its
     * hours and size; `outsideHours`: a watch zone outside of its hours.
     */
    because: z.enum(['ignore', 'fixture', 'dropSpot', 'outsideHours']),
  })
  .meta({ id: 'Suppression' });
export type Suppression = z.infer<typeof Suppression>;

/** What a rule found and a zone suppressed: listed with its still, and turned into an alert when an officer says so. */
export const SuppressedEvent = z
  .strictObject({ ...SceneEvent.shape, suppression: Suppression })
  .meta({ id: 'SuppressedEvent' });
export type SuppressedEvent = z.infer<typeof SuppressedEvent>;

export const suppressedEvents = topic({
  name: 'suppressed-event.v1',
  schema: SuppressedEvent,
  keySpace: 'area',
  key: (event) => event.areaCode,
});

export const suppressedEventTable = table({
  name: 'suppressed_event',
  schema: SuppressedEvent,
  orderBy: ['eventId'],
  versionBy: 'revision',
});
