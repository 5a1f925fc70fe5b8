import { z } from 'zod';
import { CameraHealthView, CameraId, FaultTicketList, faultTicketTable } from '../../contracts/index.ts';
import { badRequest, notFound } from '../api-error.ts';
import { personOf } from '../auth/caller.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';
import { sendStill } from './media.ts';

const one = z.strictObject({ cameraId: CameraId });
const moment = z.coerce.number().int().nonnegative();
const maxWindowMs = 400 * 86_400_000;

export function cameraHealthRoutes({ store, media, trail, looks, cameraHealth }: Parts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/cameras/{cameraId}/health',
      tag: 'cameras',
      summary: 'Five facts, picture and clock of a camera now, and its states and recordings over a window',
      access: 'person',
      params: one,
      query: z.strictObject({ fromMs: moment.optional(), toMs: moment.optional() }),
      answers: {
        200: {
          description: 'Its health; the window is the last 24 hours by default',
          schema: CameraHealthView,
        },
      },
      async handle({ params: { cameraId }, query }) {
        const { fromMs, toMs } = query;
        if (fromMs !== undefined && toMs !== undefined && (toMs <= fromMs || toMs - fromMs > maxWindowMs)) {
          throw badRequest(
            'query.fromMs: the window is empty or longer than 400 days.',
            'Give fromMs < toMs.',
          );
        }
        const [health, still] = await Promise.all([cameraHealth(cameraId, query), media.lastStill(cameraId)]);
        return ok({ ...health, stillCapturedAtMs: still?.capturedAtMs ?? null });
      },
    }),
    route({
      method: 'get',
      path: '/api/cameras/{cameraId}/still',
      tag: 'cameras',
      summary: 'What the camera showed last, faces blurred; the look is registered before the first byte',
      access: 'person',
      permission: 'lookAtIncidents',
      params: one,
      query: z.strictObject({
        /** 事由 */
        reason: z.string().trim().min(1).max(200).default('camera health'),
      }),
      answers: { 200: { description: 'The masked still', contentType: 'image/jpeg' } },
      async handle({ params: { cameraId }, query: { reason }, caller, res }) {
        const still = await media.lastStill(cameraId);
        if (still === null) throw notFound(`still of camera ${cameraId}`);
        const by = personOf(caller);
        if (looks.isNew(by.userId, `still ${cameraId}`)) {
          await trail.write({ by, action: 'viewStill', subjectId: cameraId, reason });
        }
        await sendStill(res, still);
        return null;
      },
    }),
    route({
      method: 'get',
      path: '/api/tickets',
      tag: 'cameras',
      summary: 'Faults of cameras: when they occurred, were detected and repaired',
      access: 'person',
      query: z.strictObject({
        state: z.enum(['open', 'repaired', 'all']).default('open'),
        cameraId: CameraId.optional(),
        kind: z.string().min(1).max(40).optional(),
        limit: z.coerce.number().int().min(1).max(5_000).default(500),
      }),
      answers: { 200: { description: 'Open ones first, then the newest', schema: FaultTicketList } },
      async handle({ query: { state, cameraId, kind, limit } }) {
        const conditions = [
          ...(state === 'all' ? [] : [`repairedAtMs IS ${state === 'open' ? '' : 'NOT '}NULL`]),
          ...(cameraId === undefined ? [] : ['cameraId = {cameraId:String}']),
          ...(kind === undefined ? [] : ['kind = {kind:String}']),
        ];
        const items = await store.find(faultTicketTable, {
          ...(conditions.length === 0 ? {} : { where: conditions.join(' AND ') }),
          params: { cameraId: cameraId ?? '', kind: kind ?? '' },
          orderBy: 'repairedAtMs IS NOT NULL, detectedAtMs DESC, ticketId',
          limit,
        });
        return ok({ items });
      },
    }),
  ];
}
