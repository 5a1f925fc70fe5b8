import type { Response } from 'express';
import { z } from 'zod';
import {
  CameraImportReport,
  CodeExplanation,
  FoundCameraList,
  RegistrationReport,
} from '../../contracts/index.ts';
import { personOf } from '../auth/caller.ts';
import type { CameraOffice, Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const maxBytes = 64 * 1024 * 1024;
const fileNameOf = z.string().min(1).max(255).default('cameras.csv');
type OutgoingFile = Awaited<ReturnType<CameraOffice['exportFile']>>;

export function onboardingRoutes({ cameraOffice, trail }: Parts): Route[] {
  const send = (res: Response, { fileName, contentType, content }: OutgoingFile): null => {
    res
      .setHeader('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`)
      .type(contentType)
      .send(Buffer.from(content));
    return null;
  };
  return [
    route({
      method: 'post',
      path: '/api/cameras/import',
      tag: 'cameras',
      summary: 'Check a camera file, and take it over when `apply` says so',
      access: 'person',
      permission: 'changeFiles',
      query: z.strictObject({ fileName: fileNameOf, apply: z.enum(['true', 'false']).default('false') }),
      body: { kind: 'file', maxBytes },
      answers: { 200: { description: 'What it does, or would do', schema: CameraImportReport } },
      async handle({ query: { fileName, apply }, body, caller }) {
        const report = await cameraOffice.importFile(fileName, body, apply === 'true');
        if (report.isApplied) {
          const { addedCount, changedCount, rejectedCount } = report;
          await trail.write({
            by: personOf(caller),
            action: 'camerasImported',
            subjectId: fileName,
            reason: `${addedCount} added, ${changedCount} changed, ${rejectedCount} refused`,
          });
        }
        return ok(report);
      },
    }),
    route({
      method: 'post',
      path: '/api/cameras/corrected',
      tag: 'cameras',
      summary: 'A camera file with its repairs done and a column that says what is left to do',
      access: 'person',
      permission: 'changeFiles',
      query: z.strictObject({ fileName: fileNameOf }),
      body: { kind: 'file', maxBytes },
      answers: {
        200: { description: 'The file, as CSV or XLSX like the one that came', contentType: 'text/csv' },
      },
      async handle({ query: { fileName }, body, res }) {
        return send(res, await cameraOffice.correctedFile(fileName, body));
      },
    }),
    route({
      method: 'get',
      path: '/api/camera-file',
      tag: 'cameras',
      summary: 'The cameras on file in the columns that the import takes',
      access: 'person',
      query: z.strictObject({
        format: z.enum(['csv', 'xlsx']).default('csv'),
        headers: z.enum(['pinyin', 'chinese']).default('pinyin'),
      }),
      answers: { 200: { description: 'The file', contentType: 'text/csv' } },
      async handle({ query: { format, headers }, res }) {
        return send(res, await cameraOffice.exportFile(format, headers));
      },
    }),
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
        const report = await cameraOffice.register(items);
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
      handle: async ({ params: { code } }) => await Promise.resolve(ok(cameraOffice.explain(code))),
    }),
  ];
}
