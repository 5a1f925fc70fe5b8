import {
  type AuditAction,
  type AuditEntry,
  auditTable,
  type FootageDeletion,
  type Person,
} from '../../contracts/index.ts';
import { type Clock, errorFields, freshId, type Log, PipelineError } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { genesisHash, hashEntry } from './chain.ts';

/** What is to be registered; the trail adds chain, sequence, time and hashes. */
export interface AuditNote {
  readonly by: Person;
  readonly action: AuditAction;
  readonly subjectId: string;
  readonly incidentId?: string | null;
  readonly reason?: string;
}

/** Who acts when nobody does. */
export const theClock: Person = { userId: 'clock', name: '', unit: '' };

/** That the days of footage were over: nobody did it, the clock did. */
export const footageDeleted = ({ subjectId, rule, media, keptDays }: FootageDeletion): AuditNote => ({
  by: theClock,
  action: 'footageDeleted',
  subjectId,
  incidentId: rule === 'rejectedIncident' ? subjectId : null,
  reason: `${rule}: ${media.length} stills and clips, kept for ${keptDays} days`,
});

/** The register of who did or saw what: one chain per process, written in order. */
export interface AuditTrail extends AsyncDisposable {
  readonly chainId: string;
  /** Resolves once the entry is stored. @throws PipelineError STORE_UNREACHABLE when it could not be in time. */
  write(note: AuditNote): Promise<void>;
  /** Stored with the next batch. @throws PipelineError STORE_UNREACHABLE at once when too many already wait. */
  note(note: AuditNote): void;
  /** The entry that the store must end with, once nothing waits. */
  head(): { readonly sequence: number; readonly hash: string };
  /** Entries not stored yet. */
  waitingCount(): number;
  /** Resolves once everything noted so far is stored. */
  flush(): Promise<void>;
}

const batchMax = 500;
const waitingMax = 5_000;
const writeTimeoutMs = 5_000;
const retryMs = 500;
/** At the end of the process the store gets this long to come back before the rest is given to the log. */
const closeTimeoutMs = 10_000;

/**
 * Entries are numbered and hashed when they are noted and stored by one loop, so their order never depends on which
 * insert was faster. A batch that fails is tried again as it is: the same rows under the same token are written once.
 */
export function openAuditTrail(options: { store: Store; clock: Clock; log: Log }): AuditTrail {
  const { store, clock, log } = options;
  const chainId = freshId();
  const stop = new AbortController();
  let waiting: AuditEntry[] = [];
  let head = { sequence: -1, hash: genesisHash };
  let storedSequence = -1;
  let running: Promise<void> | null = null;
  const watchers = new Set<() => void>();

  const append = (note: AuditNote): number => {
    if (waiting.length >= waitingMax) throw notWritable();
    const entry = {
      chainId,
      sequence: head.sequence + 1,
      atMs: clock.nowMs(),
      by: note.by,
      action: note.action,
      subjectId: note.subjectId,
      incidentId: note.incidentId ?? null,
      reason: note.reason ?? '',
      previousHash: head.hash,
    };
    const hash = hashEntry(entry);
    head = { sequence: entry.sequence, hash };
    waiting.push({ ...entry, hash });
    running ??= drain().finally(() => {
      running = null;
    });
    return entry.sequence;
  };

  const drain = async (): Promise<void> => {
    // Everything noted in the same turn travels in one batch.
    await Promise.resolve();
    while (waiting.length > 0 && !stop.signal.aborted) {
      const batch = waiting.slice(0, batchMax);
      const last = batch.at(-1)?.sequence ?? 0;
      const isStored = await insert(batch, `audit:${chainId}:${batch[0]?.sequence}-${last}`);
      if (!isStored) return;
      waiting = waiting.slice(batch.length);
      storedSequence = last;
      for (const look of watchers) look();
    }
  };

  const insert = async (batch: AuditEntry[], deduplicationToken: string): Promise<boolean> => {
    while (!stop.signal.aborted) {
      try {
        await store.insert(auditTable, batch, { deduplicationToken });
        return true;
      } catch (error) {
        log.error(
          { ...errorFields(error), waiting: waiting.length },
          'audit entries cannot be stored; trying again',
        );
        await clock.sleep(retryMs, stop.signal).catch(() => {});
      }
    }
    return false;
  };

  const stored = (sequence: number, timeoutMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      if (storedSequence >= sequence) {
        resolve();
        return;
      }
      const end = (): void => {
        clearTimeout(timer);
        watchers.delete(look);
      };
      const look = (): void => {
        if (storedSequence < sequence) return;
        end();
        resolve();
      };
      const timer = setTimeout(() => {
        end();
        reject(notWritable());
      }, timeoutMs);
      watchers.add(look);
    });

  return {
    chainId,
    write: (note) => stored(append(note), writeTimeoutMs),
    note: (note) => void append(note),
    head: () => head,
    waitingCount: () => waiting.length,
    flush: () => stored(head.sequence, closeTimeoutMs),
    async [Symbol.asyncDispose]() {
      try {
        await stored(head.sequence, closeTimeoutMs);
      } catch {
        // Better in the log than nowhere: whoever repairs the store can read them in from there.
        log.error({ entries: waiting }, 'these audit entries could not be stored before the end');
      }
      stop.abort();
      await running;
    },
  };
}

const notWritable = (): PipelineError =>
  new PipelineError(
    'STORE_UNREACHABLE',
    'The audit register cannot be written, so nothing may be looked at.',
    {
      hint: 'Check the store (free disk space, connection) and ask again.',
      retryable: true,
    },
  );
