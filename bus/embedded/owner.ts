import { readFileSync, realpathSync } from 'node:fs';
import type { RootDatabase } from 'lmdb';
import { PipelineError } from '../../kernel/index.ts';

interface Owner {
  readonly pid: number;
  /** When that process started, so that a later process with the same number is not mistaken for it. */
  readonly startedAt: string;
}

const openHere = new Set<string>();

/** Refuse a folder that this very process has open: lmdb would quietly share one environment between both. */
export function assertNotOpenHere(dir: string): void {
  if (openHere.has(realpathSync(dir))) throw inUse(dir, process.pid);
}

/**
 * Make this process the owner of the folder. LMDB itself would let a second process in, and both would hand out the
 * same offsets. The claim of a process that is gone, however it ended, does not count.
 * @returns how to give the folder back.
 * @throws PipelineError DATA_DIR_IN_USE.
 */
export function claim(root: RootDatabase, dir: string): () => void {
  const path = realpathSync(dir);
  const owners = root.openDB<Owner, string>('owner', { encoding: 'json' });
  const self: Owner = { pid: process.pid, startedAt: startOf(process.pid) ?? '' };
  // LMDB's write lock makes look and claim one step among all processes.
  root.transactionSync(() => {
    const owner = owners.get('owner');
    if (owner !== undefined && owner.pid !== self.pid && startOf(owner.pid) === owner.startedAt) {
      throw inUse(dir, owner.pid);
    }
    owners.putSync('owner', self);
  });
  openHere.add(path);
  return () => {
    openHere.delete(path);
    owners.removeSync('owner');
  };
}

const inUse = (dir: string, pid: number): PipelineError =>
  new PipelineError('DATA_DIR_IN_USE', `The log in ${dir} is open in process ${pid}.`, {
    hint: 'Stop that process first, or give this one a data folder of its own (dataDir).',
  });

/** Start of a running process in ticks since boot; empty where the system does not say; null when it does not run. */
function startOf(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return null;
  }
  try {
    // Field 22; the second field, the name in parentheses, may hold spaces.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
