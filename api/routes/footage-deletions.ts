import { z } from 'zod';
import {
  type FootageDeletion,
  FootageDeletionList,
  footageDeletionTable,
  Uuid,
} from '../../contracts/index.ts';
import type { Store } from '../../store/index.ts';
import { HttpError } from '../api-error.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const isDone = 'version = 2';

/** Proofs that stills and clips which no case needed are gone. */
export function footageDeletionRoutes({ store }: Parts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/footage-deletions',
      tag: 'media',
      summary: 'Proofs of deletion of stills and clips that no case needed, newest first',
      access: 'person',
      permission: 'lookAtIncidents',
      query: z.strictObject({
        /** Of this incident or suppressed event only. */
        subjectId: Uuid.optional(),
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
      answers: { 200: { description: 'The newest', schema: FootageDeletionList } },
      async handle({ query: { subjectId, limit } }) {
        const items = await store.find(footageDeletionTable, {
          where: subjectId === undefined ? isDone : `${isDone} AND subjectId = {subjectId:String}`,
          params: subjectId === undefined ? {} : { subjectId },
          orderBy: 'deletedAtMs DESC, subjectId',
          limit,
        });
        return ok({ items });
      },
    }),
  ];
}

/** By incident or suppressed event, when its pictures were deleted. */
export async function footageDeletedOf(
  store: Store,
  subjectIds: readonly string[],
): Promise<Map<string, number>> {
  if (subjectIds.length === 0) return new Map();
  const found = await store.find(footageDeletionTable, {
    where: `${isDone} AND subjectId IN {subjectIds:Array(String)}`,
    params: { subjectIds },
  });
  return new Map(
    found.flatMap(({ subjectId, deletedAtMs }) => (deletedAtMs === null ? [] : [[subjectId, deletedAtMs]])),
  );
}

/** The proof that a medium is gone; null: it was not deleted by rule. */
export async function deletionOfMedium(store: Store, mediaId: string): Promise<FootageDeletion | null> {
  const [found = null] = await store.find(footageDeletionTable, {
    where: 'position(media, {mediaId:String}) > 0',
    params: { mediaId },
    limit: 1,
  });
  return found;
}

const because: Readonly<Record<FootageDeletion['rule'], string>> = {
  rejectedIncident: 'its alert was rejected',
  unraisedEvent: 'a zone suppressed what it shows and nobody made an alert of it',
};

/** 410: it was here, and is gone for good. */
export const mediaGone = ({ rule, keptDays, deletedAtMs }: FootageDeletion): HttpError =>
  new HttpError(
    410,
    'MEDIA_DELETED',
    `This still or clip was deleted${deletedAtMs === null ? '' : ` on ${new Date(deletedAtMs).toISOString().slice(0, 10)}`}: ${because[rule]}, and the ${keptDays} days that it is kept for were over.`,
    'It cannot be brought back; /api/footage-deletions holds the proof.',
  );
