import { z } from 'zod';
import {
  CameraId,
  CameraZones,
  cameraZones,
  cameraZonesTable,
  DrawnZones,
  ZonesRequest,
} from '../../contracts/index.ts';
import { badRequest } from '../api-error.ts';
import { personOf } from '../auth/caller.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const one = z.strictObject({ cameraId: CameraId });

/** Zones as people draw them; the camera's analysis takes them over while it runs. */
export function zoneRoutes({ bus, store, clock, trail }: Parts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/cameras/{cameraId}/zones',
      tag: 'zones',
      summary: 'The zones somebody drew for a camera; null where those of the configuration hold',
      access: 'person',
      params: one,
      answers: { 200: { description: 'The zones', schema: DrawnZones } },
      async handle({ params: { cameraId } }) {
        const [zones] = await store.find(cameraZonesTable, {
          where: 'cameraId = {cameraId:String}',
          params: { cameraId },
          limit: 1,
        });
        return ok({ drawn: zones ?? null });
      },
    }),
    route({
      method: 'post',
      path: '/api/cameras/{cameraId}/zones',
      tag: 'zones',
      summary: 'Give a camera these zones in place of all it had; the change is registered',
      access: 'person',
      permission: 'changeFiles',
      params: one,
      body: { kind: 'json', schema: ZonesRequest },
      answers: { 200: { description: 'The zones as they hold from now on', schema: CameraZones } },
      async handle({ params: { cameraId }, body: { zones }, caller }) {
        const ids = zones.map(({ zoneId }) => zoneId);
        const twice = ids.find((zoneId, index) => ids.indexOf(zoneId) !== index);
        if (twice !== undefined) {
          throw badRequest(
            `zones: there are two with the id ${twice}.`,
            'Give each zone of a camera its own id.',
          );
        }
        const updatedBy = personOf(caller);
        const changed: CameraZones = { cameraId, zones, updatedAtMs: clock.nowMs(), updatedBy };
        await trail.write({
          by: updatedBy,
          action: 'zonesChanged',
          subjectId: cameraId,
          reason: ids.join(', '),
        });
        await bus.publish(cameraZones, [changed]);
        return ok(changed);
      },
    }),
  ];
}
