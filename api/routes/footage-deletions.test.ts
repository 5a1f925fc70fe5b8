import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type FootageDeletion,
  FootageDeletionList,
  footageDeletionTable,
  IncidentPage,
  type MediaRef,
  suppressedEventTable,
  type SuppressedEventList,
} from '../../contracts/index.ts';
import { freshId } from '../../kernel/index.ts';
import { logIn, type Visitor } from '../testing/ask.ts';
import { openTestDistrict, type TestDistrict } from '../testing/district.ts';
import { keepSampleMedia, sampleIncident } from '../testing/sample-incident.ts';

let district: TestDistrict;
let inside: Visitor;
let media: readonly MediaRef[];

beforeAll(async () => {
  district = await openTestDistrict();
  inside = await logIn(district);
  media = await keepSampleMedia(district.media, 'deleted');
});
afterAll(async () => {
  await district[Symbol.asyncDispose]();
});

/** As the sweep leaves it. */
async function deleteFootage(subjectId: string, rule: FootageDeletion['rule']): Promise<void> {
  for (const ref of media) await district.media.remove(ref);
  const deletion: FootageDeletion = {
    subjectId,
    version: 2,
    areaCode: '330203540000',
    rule,
    keptDays: 30,
    lastNeededAtMs: Date.parse('2026-06-15T09:00:00+08:00'),
    deletedAtMs: Date.parse('2026-07-15T10:00:00+08:00'),
    media: media.map(({ mediaId, role, mimeType, sizeBytes, sha256, capturedFromMs, capturedToMs }) => ({
      mediaId,
      role,
      mimeType,
      sizeBytes,
      sha256,
      capturedFromMs,
      capturedToMs,
    })),
  };
  await district.store.insert(footageDeletionTable, [deletion], { deduplicationToken: freshId() });
}

test('what was deleted by rule is said to be gone, by which rule and when, and the queue asks for no still of it', async () => {
  const incident = sampleIncident({ name: 'rejected', media, records: [] });
  const rejection = { reason: 'false_alarm', note: '', duplicateOf: null } as const;
  await district.tell({ ...incident, state: 'rejected', rejection });
  const [still] = media;
  const path = `/api/media/${still?.mediaId}?incidentId=${incident.incidentId}`;
  const thumbnail = async (): Promise<string | null | undefined> =>
    IncidentPage.parse((await inside.get('/api/incidents')).body).items[0]?.thumbnailMediaId;
  expect((await inside.get(path)).status).toBe(200);
  expect(await thumbnail()).toEqual(expect.any(String));
  expect((await inside.get('/api/footage-deletions')).body).toEqual({ items: [] });

  await deleteFootage(incident.incidentId, 'rejectedIncident');
  expect(await inside.get(path)).toMatchObject({
    status: 410,
    body: { code: 'MEDIA_DELETED', message: expect.stringMatching(/2026-07-15.*rejected.*30 days/) },
  });
  expect(await thumbnail()).toBeNull();
  const { items } = FootageDeletionList.parse(
    (await inside.get(`/api/footage-deletions?subjectId=${incident.incidentId}`)).body,
  );
  expect(items).toHaveLength(1);
  expect(items[0]?.media.map(({ sha256 }) => sha256)).toEqual(media.map(({ sha256 }) => sha256));
  // What never was is still not found.
  expect((await inside.get(`/api/media/${freshId()}`)).status).toBe(404);
});

test('what a zone suppressed is not raised any more when its pictures are gone', async () => {
  const [event] = sampleIncident({ name: 'left', media, records: [], laterMs: 86_400_000 }).events;
  if (event === undefined) throw new Error('The sample has lost its event.');
  const suppression = { zoneId: 'bins', because: 'dropSpot' } as const;
  await district.store.insert(suppressedEventTable, [{ ...event, suppression }], {
    deduplicationToken: 'left',
  });
  await deleteFootage(event.eventId, 'unraisedEvent');
  const { items } = (await inside.get('/api/suppressed-events')).body as SuppressedEventList;
  expect(items).toMatchObject([{ incidentId: null, footageDeletedAtMs: expect.any(Number) }]);
  expect(await inside.post(`/api/suppressed-events/${event.eventId}/raise`, { note: '' })).toMatchObject({
    status: 410,
    body: { code: 'MEDIA_DELETED', hint: expect.any(String) },
  });
});
