import { z } from 'zod';
import { EpochMs, HistoryKind, ImportSummary } from '../../contracts/index.ts';
import { personOf } from '../auth/caller.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const maxBytes = 64 * 1024 * 1024;
const fileName = z.string().min(1).max(255).default('upload.csv');
const profile = z.string().regex(/^[\w.-]{1,64}$/, 'the name of a mapping profile, e.g. call110');

export function importRoutes(parts: Parts): Route[] {
  const { intake, importKeyPlaces, importRoads, importListing, trail } = parts;
  const { importPlaces } = parts.places;
  const answers = { 200: { description: 'What was taken over and what was refused', schema: ImportSummary } };
  const summaryText = ({ acceptedCount, rejectedCount }: ImportSummary): string =>
    `${acceptedCount} rows taken over, ${rejectedCount} refused`;
  return [
    route({
      method: 'post',
      path: '/api/records/import',
      tag: 'imports',
      summary: 'Take over a file of official records by a mapping profile',
      access: 'person',
      permission: 'changeFiles',
      query: z.strictObject({ profile, fileName }),
      body: { kind: 'file', maxBytes },
      answers,
      async handle({ query, body, caller }) {
        const summary = await intake.takeFile(query.fileName, body, query.profile);
        await trail.write({
          by: personOf(caller),
          action: 'recordsImported',
          subjectId: query.fileName,
          reason: summaryText(summary),
        });
        return ok(summary);
      },
    }),
    route({
      method: 'post',
      path: '/api/history/{kind}/import',
      tag: 'imports',
      summary: 'Take over a listing of another platform: states, checks, recordings, catalogue, outlines, …',
      access: 'person',
      permission: 'changeFiles',
      params: z.strictObject({ kind: HistoryKind }),
      query: z.strictObject({ fileName, listedAtMs: z.coerce.number().pipe(EpochMs).optional() }),
      body: { kind: 'file', maxBytes },
      answers,
      async handle({ params: { kind }, query, body, caller }) {
        const summary = await importListing(kind, query.fileName, body, query.listedAtMs);
        await trail.write({
          by: personOf(caller),
          action: 'historyImported',
          subjectId: query.fileName,
          reason: `${kind}: ${summaryText(summary)}`,
        });
        return ok(summary);
      },
    }),
    ...(
      [
        ['/api/places/import', 'Take over known places', 'placesImported', importPlaces],
        ['/api/key-places/import', 'Take over key places', 'keyPlacesImported', importKeyPlaces],
        ['/api/roads/import', 'Take over a road network (GeoJSON)', 'roadsImported', importRoads],
      ] as const
    ).map(([path, summary, action, importFile]) =>
      route({
        method: 'post',
        path,
        tag: 'imports',
        summary,
        access: 'person',
        permission: 'changeFiles',
        query: z.strictObject({ fileName }),
        body: { kind: 'file', maxBytes },
        answers,
        async handle({ query, body, caller }) {
          const result = await importFile(query.fileName, body);
          await trail.write({
            by: personOf(caller),
            action,
            subjectId: query.fileName,
            reason: summaryText(result),
          });
          return ok(result);
        },
      }),
    ),
  ];
}
