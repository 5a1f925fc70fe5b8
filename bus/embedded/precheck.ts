import { accessSync, closeSync, constants, existsSync, openSync, readSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** First page of a log of lmdb 3: page header of 24 bytes, then magic and format version, little-endian. */
const magicAt = 24;
const magic = 0xbeefc0de;
const formatVersion = 2;
const leastFreeBytes = 1_024 * 1_024;

export const freeBytes = (dir: string): number => {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
};

/**
 * Look at a folder before lmdb does: what fails inside its `open` ends the process (SIGSEGV on a file that is no log,
 * SIGBUS on a full disk) instead of throwing.
 * @throws Error with the system's code, or one that says what was found.
 */
export function precheck(dir: string): void {
  accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  if (freeBytes(dir) < leastFreeBytes) {
    throw Object.assign(new Error('there is less than 1 MiB left'), { code: 'ENOSPC' });
  }
  const file = join(dir, 'data.mdb');
  if (!existsSync(file)) return;
  accessSync(file, constants.R_OK | constants.W_OK);
  const head = Buffer.alloc(magicAt + 8);
  const handle = openSync(file, 'r');
  try {
    const length = readSync(handle, head, 0, head.length, 0);
    if (length === 0) return; // a start that was interrupted before the first write
    if (head.readUInt32LE(magicAt) !== magic || head.readUInt32LE(magicAt + 4) !== formatVersion) {
      throw new Error('data.mdb is no log of this program, or its beginning is damaged');
    }
  } finally {
    closeSync(handle);
  }
}
