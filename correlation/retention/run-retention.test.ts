import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type FootageDeletion,
  footageDeletionTable,
  type Incident,
  incidentTable,
  type MediaRef,
  type SceneEvent,
  suppressedEventTable,
} from '../../contracts/index.ts';
import { checkConfig, deterministicId, freshId, openLog, systemClock } from '../../kernel/index.ts';
import { type MediaStore, openMediaStore, type Store } from '../../store/index.ts';
import { baseMs, madeEvent } from '../testing/made.ts';
import { openPlace, type Place, temporaryDir } from '../testing/place.ts';
import { dayMs, keptDaysAt } from './due.ts';
import { runRetention, sweepFootage } from './run-retention.ts';

const log = openLog({ level: 'silent' });
const { retention: settings } = checkConfig({});
let dir: Awaited<ReturnType<typeof temporaryDir>>;
let place: Place;
let media: MediaStore;
let told: FootageDeletion[] = [];

beforeAll(async () => {
  dir = await temporaryDir();
  place = await openPlace(dir.path);
  media = await openMediaStore({ dir: join(dir.path, 'media') });
}, 120_000);
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

/** A thing that was seen, with a still and its untouched original. */
async function seen(name: string, startedS: number): Promise<SceneEvent> {
  const kept = async (role: 'putDown' | 'original'): Promise<MediaRef> =>
    await media.put(
      {
        mediaId: deterministicId('medium', name, role),
        role,
        mimeType: role === 'original' ? 'video/mp4' : 'image/jpeg',
        isMasked: role === 'putDown',
        capturedFromMs: baseMs + startedS * 1_000,
        capturedToMs: baseMs + startedS * 1_000 + 5_000,
        widthPx: 640,
        heightPx: 360,
      },
      Buffer.from(`${name} ${role}`),
    );
  return madeEvent({ startedS, media: [await kept('putDown'), await kept('original')] });
}

const incidentOf = (
  event: SceneEvent,
  state: Incident['state'],
  duplicateOf: string | null = null,
): Incident => ({
  incidentId: deterministicId('incident', event.eventId),
  version: 1,
  areaCode: event.areaCode,
  kind: event.kind,
  state,
  openedAtMs: event.startedAtMs,
  updatedAtMs: event.raisedAtMs,
  location: null,
  cameraIds: [event.cameraId],
  events: [event],
  records: [],
  tasks: [],
  triage: null,
  penaltyCase: null,
  rejection:
    state === 'rejected'
      ? { reason: duplicateOf === null ? 'false_alarm' : 'duplicate', note: '', duplicateOf }
      : null,
  timeline: [],
});

const tell = async (...incidents: Incident[]): Promise<void> => {
  await place.store.insert(incidentTable, incidents, { deduplicationToken: freshId() });
};

/** One sweep, so many days from now. */
const sweepIn = async (days: number, store: Store = place.store): Promise<number> =>
  await sweepFootage({
    store,
    media,
    settings,
    onDeleted: (deletion) => {
      told.push(deletion);
      return Promise.resolve();
    },
    clock: { ...systemClock, nowMs: () => systemClock.nowMs() + days * dayMs },
    log,
    signal: new AbortController().signal,
  });

const isThere = async ({ media: refs }: SceneEvent): Promise<boolean[]> =>
  await Promise.all(
    refs.map(async ({ mediaId }) => {
      const found = await media.get(mediaId).catch(() => null);
      return found !== null && existsSync(found.filePath);
    }),
  );

test('after thirty days the pictures of rejected alerts go, with proof, and those of cases stay', async () => {
  const [rejected, open, closed, duplicateOfCase, duplicateOfRejected] = [
    await seen('rejected', 0),
    await seen('open', 100),
    await seen('closed', 200),
    await seen('duplicate of a case', 300),
    await seen('duplicate of a rejected one', 400),
  ];
  const caseOf = incidentOf(open, 'handling');
  const rejectedOne = incidentOf(rejected, 'rejected');
  await tell(
    rejectedOne,
    caseOf,
    incidentOf(closed, 'closed'),
    incidentOf(duplicateOfCase, 'rejected', caseOf.incidentId),
    incidentOf(duplicateOfRejected, 'rejected', rejectedOne.incidentId),
  );

  // All of it was seen months ago, and came onto this disk today.
  expect(await sweepIn(29)).toBe(0);
  expect(await isThere(rejected)).toEqual([true, true]);

  expect(await sweepIn(31)).toBe(2);
  expect(await isThere(rejected)).toEqual([false, false]);
  expect(await isThere(duplicateOfRejected)).toEqual([false, false]);
  for (const event of [open, closed, duplicateOfCase]) expect(await isThere(event)).toEqual([true, true]);

  const [proof] = await place.store.find(footageDeletionTable, {
    where: 'subjectId = {subjectId:String}',
    params: { subjectId: rejectedOne.incidentId },
  });
  expect(proof).toMatchObject({ version: 2, rule: 'rejectedIncident', keptDays: 30 });
  expect(proof?.media.map(({ mediaId, sha256 }) => [mediaId, sha256])).toEqual(
    rejected.media.map(({ mediaId, sha256 }) => [mediaId, sha256]),
  );
  expect(told.map(({ subjectId }) => subjectId)).toContain(rejectedOne.incidentId);

  // What is done is not done again.
  told = [];
  expect(await sweepIn(32)).toBe(0);
  expect(told).toEqual([]);

  // The case turns out to be none: what was its duplicate goes with it.
  await tell({ ...incidentOf(open, 'rejected'), version: 2 });
  expect(await sweepIn(31)).toBe(2);
  expect(await isThere(duplicateOfCase)).toEqual([false, false]);
  expect(await isThere(closed)).toEqual([true, true]);
});

test('what a zone suppressed goes too, unless somebody has made an alert of it', async () => {
  const [left, raised, merged] = [
    await seen('suppressed', 1_000),
    await seen('suppressed and raised', 1_100),
    await seen('suppressed, raised and merged', 1_200),
  ];
  const suppression = { zoneId: 'bins', because: 'dropSpot' } as const;
  await place.store.insert(
    suppressedEventTable,
    [left, raised, merged].map((event) => ({ ...event, suppression })),
    { deduplicationToken: freshId() },
  );
  const caseOf = incidentOf(raised, 'triage');
  await tell({ ...caseOf, events: [raised, merged] });
  expect(await sweepIn(31)).toBe(1);
  expect(await isThere(left)).toEqual([false, false]);
  expect(await isThere(raised)).toEqual([true, true]);
  expect(await isThere(merged)).toEqual([true, true]);
});

test('a deletion that was cut off is done again, with what its proof first said', async () => {
  const event = await seen('cut off', 2_000);
  const incident = incidentOf(event, 'rejected');
  await tell(incident);
  let inserts = 0;
  const failing: Store = {
    insert: async (table, records, options) => {
      inserts++;
      if (inserts === 2) throw new Error('the process ends here');
      await place.store.insert(table, records, options);
    },
    find: async (table, filter) => await place.store.find(table, filter),
    query: async (sql, params, row) => await place.store.query(sql, params, row),
    remove: async (table, filter) => await place.store.remove(table, filter),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  await expect(sweepIn(31, failing)).rejects.toThrow('ends here');
  expect(await isThere(event)).toEqual([false, false]);

  expect(await sweepIn(31)).toBe(1);
  const [proof] = await place.store.find(footageDeletionTable, {
    where: 'subjectId = {subjectId:String}',
    params: { subjectId: incident.incidentId },
  });
  expect(proof?.version).toBe(2);
  expect(proof?.deletedAtMs).not.toBeNull();
  expect(proof?.media).toHaveLength(2);
});

test('where the pictures are in another folder nothing is claimed of them', async () => {
  const event = await seen('elsewhere', 3_000);
  const incident = incidentOf(event, 'rejected');
  await tell(incident);
  const here = media;
  media = await openMediaStore({ dir: join(dir.path, 'another media folder') });
  expect(await sweepIn(31)).toBe(0);
  media = here;
  expect(await isThere(event)).toEqual([true, true]);
  expect(await sweepIn(31)).toBe(1);
  expect(await isThere(event)).toEqual([false, false]);
});

test('more than a page is swept at once, and the sweep ends when it is told to', async () => {
  const events = Array.from({ length: 450 }, (_, index) => madeEvent({ startedS: 10_000 + index }));
  await tell(...events.map((event) => incidentOf(event, 'rejected')));
  expect(await sweepIn(31)).toBe(450);

  const stop = new AbortController();
  const running = runRetention({
    store: place.store,
    media,
    settings,
    clock: systemClock,
    log,
    onDeleted: () => Promise.resolve(),
    signal: stop.signal,
  });
  stop.abort();
  await running;
});

test('longer than thirty days only for a reason and until a day', () => {
  const longer = { footageDays: 90, longerBecause: '专项整治', longerUntil: '2027-06-30' };
  const of = checkConfig({ retention: longer }).retention;
  expect(keptDaysAt(of, Date.parse('2027-06-30T23:59:59+08:00'))).toBe(90);
  expect(keptDaysAt(of, Date.parse('2027-07-01T00:00:00+08:00'))).toBe(30);
  expect(() => checkConfig({ retention: { footageDays: 90 } })).toThrow(/longerBecause/);
  expect(() => checkConfig({ retention: { footageDays: 7 } })).toThrow(/footageDays/);
});
