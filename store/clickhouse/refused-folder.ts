import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { messageOf, PipelineError } from '../../kernel/index.ts';

/** Opens the folder once more, only so that the engine's complaint can be read from this process's standard error. */
const probe = 'new (require(process.argv[1]).Session)(process.argv[2]).close()';

/**
 * Refuse a folder that another process has open, before the engine does: it would print its own complaint on the
 * terminal first. Works where the kernel lists its locks (Linux); elsewhere `whyRefused` tells afterwards.
 * @throws PipelineError DATA_DIR_IN_USE.
 */
export async function refuseFolderInUse(folder: string): Promise<void> {
  const owner = await ownerOf(folder);
  if (owner === null || owner === process.pid) return;
  const [locks, status] = await Promise.all([
    readFile('/proc/locks', 'utf8').catch(() => ''),
    stat(join(folder, 'status')).catch(() => null),
  ]);
  // `1: FLOCK  ADVISORY  WRITE 14995 fe:00:9978546 0 EOF`: process, then device and inode.
  const isLocked = locks
    .split('\n')
    .some(
      (lock) =>
        / FLOCK .* WRITE /.test(lock) && lock.includes(` ${owner} `) && lock.includes(`:${status?.ino} `),
    );
  if (isLocked) throw inUse(folder, owner);
}

/**
 * Why the in-process engine refused a folder. It throws without a reason and prints the reason on standard error,
 * which cannot be read from inside the same process: a child tries the same and is listened to.
 * @returns DATA_DIR_IN_USE, DISK_FULL or DATA_DIR_UNUSABLE, with the engine's own words.
 */
export async function whyRefused(folder: string, cause: unknown): Promise<PipelineError> {
  const boundElsewhere = /only one active data directory per process/.test(messageOf(cause));
  const said = boundElsewhere ? '' : await complaintOf(folder);
  if (said.includes('Another server instance')) return inUse(folder, await ownerOf(folder), cause);
  const found = said === '' ? messageOf(cause) : said;
  if (/No space left on device|not enough space/i.test(found)) {
    return new PipelineError('DISK_FULL', `The store in ${folder} cannot be opened: ${found}`, {
      hint: 'Free space on that disk, or move dataDir to a larger one.',
      cause,
    });
  }
  return new PipelineError('DATA_DIR_UNUSABLE', `The store in ${folder} cannot be opened: ${found}`, {
    hint: 'Check that this user may read and write the folder, and that nothing but the store lies in it.',
    cause,
  });
}

async function complaintOf(folder: string): Promise<string> {
  const chdb = createRequire(import.meta.url).resolve('chdb');
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      ['-e', probe, chdb, folder],
      { timeout: 20_000 },
      (_error, _stdout, stderr) => {
        const line = stderr.split('\n').find((text) => /^Code: \d+/.test(text));
        resolve(line?.trim() ?? '');
      },
    );
  });
}

/** The engine notes its process id in the folder; the note outlives a killed process. */
async function ownerOf(folder: string): Promise<number | null> {
  const status = await readFile(join(folder, 'status'), 'utf8').catch(() => '');
  const processId = /^PID: (\d+)$/m.exec(status)?.[1];
  return processId === undefined ? null : Number(processId);
}

function inUse(folder: string, owner: number | null, cause?: unknown): PipelineError {
  const who = owner === null ? 'another process' : `process ${owner}`;
  return new PipelineError('DATA_DIR_IN_USE', `The store in ${folder} is open in ${who}.`, {
    hint: 'Stop the running sharp-eyes first, or give this one its own dataDir.',
    cause,
  });
}
