import { mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { assertNotOpenHere, claim } from './owner.ts';
import { freeBytes, precheck } from './precheck.ts';

/** A write for the next commit; it runs while the transaction is put together and must not wait for anything. */
type Write = () => void;

export interface Environment {
  /** `[topic, partition, offset]` → entry. */
  readonly entries: Database<Buffer, [string, number, number]>;
  /** `[topic, partition]` → the next offset; kept although every entry may have been trimmed. */
  readonly heads: Database<number, [string, number]>;
  /** `[group, topic, partition]` → the first offset that the group has not acknowledged. */
  readonly groups: Database<number, [string, string, number]>;
  /** `[topic, partition, key]` → offset of the newest entry, for compacted topics only. */
  readonly newest: Database<number, [string, number, string]>;
  /** `trimmedToMs` → everything published before was trimmed. */
  readonly marks: Database<number, string>;
  /**
   * Put `write` into the next transaction, together with whatever else waits. Writes run in the order given.
   * Resolves once the transaction is on the disk (fdatasync).
   * @param onFailed undoes what `write` noted in memory, before the next transaction is put together.
   * @throws PipelineError DISK_FULL, DATA_DIR_UNUSABLE; nothing of the transaction is kept then.
   */
  commit(this: void, write: Write, onFailed?: () => void): Promise<void>;
  /** Commits what still waits, then lets go of the folder. */
  close(): Promise<void>;
}

const maxWritesPerCommit = 512;
const mapFull = -30_792;
const noSpace = 28;
/** LMDB reports a short write, which is what a full disk looks like to it, as EIO. */
const inputOutput = 5;
const nearlyFullBytes = 16 * 1_024 * 1_024;

/**
 * Open the folder of the log.
 * @throws PipelineError DATA_DIR_IN_USE when another process owns it, DATA_DIR_UNUSABLE, DISK_FULL.
 */
export function openEnvironment(dir: string): Environment {
  let root: RootDatabase | null = null;
  try {
    mkdirSync(dir, { recursive: true });
    assertNotOpenHere(dir);
    precheck(dir);
    // `overlappingSync: false`: the promise of a write then means "synced", not merely "visible".
    // `eventTurnBatching: false`: with it lmdb opens batches whose failure nobody can catch.
    root = open({
      path: dir,
      overlappingSync: false,
      eventTurnBatching: false,
      encoding: 'binary',
      maxDbs: 8,
    });
    return wrap(dir, root, claim(root, dir));
  } catch (error) {
    void root?.close();
    throw error instanceof PipelineError ? error : readable(error, dir);
  }
}

function wrap(dir: string, root: RootDatabase, release: () => void): Environment {
  const waiting: { write: Write; onFailed: (() => void) | undefined; done: PromiseWithResolvers<void> }[] =
    [];
  let draining: Promise<void> | null = null;

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const turn = waiting.splice(0, maxWritesPerCommit);
      try {
        await root.batch(() => {
          for (const { write } of turn) write();
        });
        for (const { done } of turn) done.resolve();
      } catch (error) {
        const cause = await causeOf(error);
        for (const { onFailed } of turn) onFailed?.();
        for (const { done } of turn) done.reject(readable(cause, dir));
      }
    }
    draining = null;
  };

  return {
    entries: root.openDB('entries', { encoding: 'binary' }),
    heads: root.openDB('heads', { encoding: 'ordered-binary' }),
    groups: root.openDB('groups', { encoding: 'ordered-binary' }),
    newest: root.openDB('newest', { encoding: 'ordered-binary' }),
    marks: root.openDB('marks', { encoding: 'ordered-binary' }),
    commit(write, onFailed) {
      const done = Promise.withResolvers<void>();
      waiting.push({ write, onFailed, done });
      draining ??= drain();
      return done.promise;
    },
    async close() {
      await draining;
      release();
      await root.close();
    },
  };
}

/** lmdb rejects with a bare "Commit failed"; the reason is another promise on that error. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}

function readable(cause: unknown, dir: string): PipelineError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  const isFull =
    code === noSpace ||
    code === mapFull ||
    code === 'ENOSPC' ||
    (code === inputOutput && freeBytes(dir) < nearlyFullBytes);
  return isFull
    ? new PipelineError('DISK_FULL', `The log in ${dir} cannot grow: the disk is full.`, {
        hint: 'Free some space or shorten bus.retentionHours; nothing that was acknowledged is lost.',
        retryable: true,
        cause,
      })
    : new PipelineError('DATA_DIR_UNUSABLE', `The log in ${dir} cannot be used: ${messageOf(cause)}`, {
        hint: 'Check that the folder is writable and its disk healthy; move a damaged folder away to start with an empty log.',
        cause,
      });
}
