import type { Response } from 'express';
import { z } from 'zod';
import { ApiError, Uuid } from '../../contracts/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import { HttpError, notFound } from '../api-error.ts';
import { lookMs } from '../audit/looks.ts';
import { personOf } from '../auth/caller.ts';
import type { Parts } from '../parts.ts';
import { type Route, route } from '../route.ts';
import { deletionOfMedium, mediaGone } from './footage-deletions.ts';
import { findIncident } from './incidents.ts';

/** Only what the product itself makes; anything else would be a way to have a browser run something. */
const servedTypes = /^(image\/(jpeg|png|webp)|video\/(mp4|webm))$/;

export function mediaRoutes({ store, media, trail, looks }: Parts): Route[] {
  const kept = async (mediaId: string): ReturnType<typeof media.get> => {
    try {
      return await media.get(mediaId);
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'MEDIA_NOT_FOUND') throw error;
      const deletion = await deletionOfMedium(store, mediaId);
      throw deletion === null ? error : mediaGone(deletion);
    }
  };
  return [
    route({
      method: 'get',
      path: '/api/media/{mediaId}',
      tag: 'media',
      summary: 'A masked still or clip, whole or in ranges; the look is registered before the first byte',
      access: 'person',
      permission: 'lookAtIncidents',
      params: z.strictObject({ mediaId: Uuid }),
      query: z.strictObject({
        /** In which incident it is looked at; it must be one of that incident's. */
        incidentId: Uuid.optional(),
      }),
      answers: {
        200: { description: 'The bytes', contentType: 'image/jpeg' },
        206: { description: 'The range that was asked for', contentType: 'video/mp4' },
        410: { description: 'Deleted because no case needed it', schema: ApiError },
        416: { description: 'The range lies outside' },
      },
      async handle({ params: { mediaId }, query: { incidentId }, caller, res }) {
        const { ref, filePath } = await kept(mediaId);
        if (!ref.isMasked || ref.role === 'original' || !servedTypes.test(ref.mimeType)) {
          throw new HttpError(
            403,
            'AUTH_REFUSED',
            'This is an original: faces in it are not blurred.',
            'Originals leave only by an export that two people approve; the masked still or clip shows the same moment.',
          );
        }
        if (incidentId !== undefined) {
          const incident = await findIncident(store, incidentId);
          const isPart = incident.events.some((event) =>
            event.media.some((part) => part.mediaId === mediaId),
          );
          if (!isPart) throw notFound(`medium ${mediaId} in incident ${incidentId}`);
        }
        const by = personOf(caller);
        if (looks.isNew(by.userId, mediaId)) {
          await trail.write({
            by,
            action: 'viewMedia',
            subjectId: mediaId,
            incidentId: incidentId ?? null,
            reason: ref.role,
          });
        }
        res.set({
          'Content-Type': ref.mimeType,
          ETag: `"${ref.sha256}"`,
          // As long as one look lasts; logging out clears it.
          'Cache-Control': `private, max-age=${lookMs / 1_000}`,
          'Content-Disposition': 'inline',
          'Content-Security-Policy': "default-src 'none'; sandbox",
        });
        await sendFile(res, filePath);
        return null;
      },
    }),
  ];
}

/** A masked still of which nothing may stay in a browser: its next look is registered again. */
export function sendStill(
  res: Response,
  still: { readonly filePath: string; readonly capturedAtMs: number },
): Promise<void> {
  res.set({
    'Content-Type': 'image/jpeg',
    'X-Captured-At-Ms': String(still.capturedAtMs),
    'Cache-Control': 'no-store',
    'Content-Disposition': 'inline',
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
  return sendFile(res, still.filePath);
}

/** Whole, or the one range that was asked for; several ranges at once get the whole (RFC 9110 allows it). */
function sendFile(res: Response, filePath: string): Promise<void> {
  const options = { cacheControl: false, lastModified: false, etag: false, dotfiles: 'allow' } as const;
  return new Promise((resolve, reject) => {
    res.sendFile(
      filePath,
      options,
      (error?: Error & { status?: number; headers?: Record<string, string> }) => {
        // A player that jumps on drops the connection: that is no failure.
        if (error === undefined || error === null || res.headersSent || res.destroyed) {
          resolve();
        } else if (error.status === 416) {
          res.set(error.headers ?? {});
          const hint = 'Content-Range says how long it is.';
          reject(new HttpError(416, 'BAD_REQUEST', 'The range lies outside of this medium.', hint));
        } else if (error.status === 412) {
          reject(
            new HttpError(
              412,
              'BAD_REQUEST',
              'The medium is not the one that was asked for.',
              'Ask without If-Match.',
            ),
          );
        } else {
          const hint = 'Its file was removed from the media folder; put it back from a backup.';
          reject(
            new PipelineError('MEDIA_NOT_FOUND', 'This medium is registered, but its file is gone.', {
              hint,
              cause: error,
            }),
          );
        }
      },
    );
  });
}
