import { type FootageDeletion, footageDeletionTable } from '../../contracts/index.ts';
import { type Clock, type Config, errorFields, type Log } from '../../kernel/index.ts';
import type { MediaStore, Store } from '../../store/index.ts';
import { withRetry } from '../retry.ts';
import { dayMs, deletionOf, keptDaysAt, type Unneeded } from './due.ts';
import { rejectedIncidents, unraisedEvents } from './unneeded.ts';

const sweepEveryMs = 3_600_000;

export interface RetentionParts {
  readonly store: Store;
  readonly media: MediaStore;
  readonly settings: Config['retention'];
  /** Told of each deletion of pictures once they are gone; after a process was killed perhaps twice. */
  readonly onDeleted: (deletion: FootageDeletion) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Every hour delete the stills and clips that no case needs and whose days are over, until `signal` aborts. */
export async function runRetention(parts: RetentionParts): Promise<void> {
  const { clock, log, signal } = parts;
  while (!signal.aborted) {
    try {
      await withRetry(async () => await sweepFootage(parts), {
        clock,
        log,
        signal,
        doing: 'deleting footage that no case needs',
      });
    } catch (error) {
      if (signal.aborted) return;
      // A disk that does not let go of a file must not end the process; the next sweep tries again.
      log.error(errorFields(error), 'footage that no case needs could not be deleted');
    }
    await clock.sleep(sweepEveryMs, signal).catch(() => undefined);
  }
}

/** One sweep. @returns how many incidents and suppressed events it was done for. */
export async function sweepFootage(parts: RetentionParts): Promise<number> {
  const { store, settings, clock, log, signal } = parts;
  const nowMs = clock.nowMs();
  const keptDays = keptDaysAt(settings, nowMs);
  const untilMs = nowMs - keptDays * dayMs;
  let [count, mediaCount, missingCount] = [0, 0, 0];
  for (const pages of [rejectedIncidents(store, untilMs), unraisedEvents(store, untilMs)]) {
    for await (const page of pages) {
      if (signal.aborted) return count;
      const { deleted, missing } = await deleteDue(parts, page, { keptDays, nowMs });
      missingCount += missing;
      count += deleted.length;
      mediaCount += deleted.reduce((sum, { media }) => sum + media.length, 0);
    }
  }
  if (missingCount > 0) {
    const hint = 'mediaDir must be the folder into which the cameras’ process writes.';
    log.warn({ missingCount, hint }, 'pictures that are to be deleted are not in the media folder');
  }
  if (mediaCount > 0)
    log.info({ count, mediaCount, keptDays }, 'stills and clips that no case needs were deleted');
  return count;
}

/**
 * What is about to be deleted is stored first, that it is deleted afterwards: killed in between, it is done again.
 * @returns `missing`: for so many there is not one of their pictures. Nothing is claimed of those: where the media folder
 *   is not the one that the cameras write to, a proof would be false.
 */
async function deleteDue(
  { store, media, clock, onDeleted }: RetentionParts,
  page: readonly Unneeded[],
  { keptDays, nowMs }: { readonly keptDays: number; readonly nowMs: number },
): Promise<{ readonly deleted: readonly FootageDeletion[]; readonly missing: number }> {
  const begun = await begunOf(store, page);
  const due: FootageDeletion[] = [];
  let missing = 0;
  for (const one of page) {
    let deletion = begun.get(one.subjectId) ?? null;
    if (deletion === null) {
      const keptSinceMs = await keptSinceOf(media, one);
      if (one.media.length > 0 && keptSinceMs.size === 0) missing++;
      else deletion = deletionOf(one, keptSinceMs, keptDays, nowMs);
    }
    if (deletion !== null) due.push(deletion);
  }
  if (due.length === 0) return { deleted: [], missing };
  await save(
    store,
    due.filter(({ subjectId }) => !begun.has(subjectId)),
  );
  const done: FootageDeletion[] = [];
  for (const deletion of due) {
    for (const ref of deletion.media) await media.remove(ref);
    done.push({ ...deletion, version: 2, deletedAtMs: clock.nowMs() });
  }
  // Registered before it counts as done: killed in between, it is registered twice rather than never.
  for (const deletion of done) if (deletion.media.length > 0) await onDeleted(deletion);
  await save(store, done);
  return { deleted: done, missing };
}

/** Deletions that an earlier process began and did not end. */
async function begunOf(store: Store, page: readonly Unneeded[]): Promise<Map<string, FootageDeletion>> {
  if (page.length === 0) return new Map();
  const begun = await store.find(footageDeletionTable, {
    where: 'subjectId IN {subjectIds:Array(String)}',
    params: { subjectIds: page.map(({ subjectId }) => subjectId) },
  });
  return new Map(begun.map((deletion) => [deletion.subjectId, deletion]));
}

async function keptSinceOf(store: MediaStore, { media }: Unneeded): Promise<Map<string, number>> {
  const since = new Map<string, number>();
  for (const { mediaId } of media) {
    const keptAtMs = await store.keptAtMs(mediaId);
    if (keptAtMs !== null) since.set(mediaId, keptAtMs);
  }
  return since;
}

async function save(store: Store, deletions: readonly FootageDeletion[]): Promise<void> {
  const [first] = deletions;
  if (first === undefined) return;
  const { subjectId, version } = first;
  await store.insert(footageDeletionTable, deletions, {
    deduplicationToken: `footage-deletion:${subjectId}:${version}:${deletions.length}`,
  });
}
