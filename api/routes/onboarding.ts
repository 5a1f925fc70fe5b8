import { z } from 'zod';
import { CodeExplanation, FoundCameraList, RegistrationReport } from '../../contracts/index.ts';
import { personOf } from '../auth/caller.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

export function onboardingRoutes({ registerCameras, explainCameraCode, trail }: Parts): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/cameras/register',
      tag: 'cameras',
      summary: 'Put found cameras on file; one that is known by serial number, MAC or IP address is changed',
      access: 'person',
      permission: 'changeFiles',
      body: { kind: 'json', schema: FoundCameraList },
      answers: { 200: { description: 'What became of each', schema: RegistrationReport } },
      async handle({ body: { items }, caller }) {
        const report = await registerCameras(items);
        const changed = report.items.filter(
          ({ outcome }) => outcome !== 'unchanged' && outcome !== 'refused',
        );
        await trail.write({
          by: personOf(caller),
          action: 'camerasRegistered',
          subjectId: changed
            .map(({ cameraId }) => cameraId)
            .join(' ')
            .slice(0, 1_000),
          reason: `${changed.length} of ${items.length} changed the camera file`,
        });
        return ok(report);
      },
    }),
    route({
      method: 'get',
      path: '/api/camera-codes/{code}',
      tag: 'cameras',
      summary: 'What each part of a 20-digit code means, and what is wrong with it',
      access: 'person',
      params: z.strictObject({ code: z.string().min(1).max(64) }),
      answers: { 200: { description: 'The code, part by part', schema: CodeExplanation } },
      handle: async ({ params: { code } }) => await Promise.resolve(ok(explainCameraCode(code))),
    }),
  ];
}
