import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { messageOf, PipelineError } from '../../kernel/index.ts';

/** Opens the folder once more, only so that the engine's complaint can be read from this process's standard error. */
const probe = 'new (require(process.argv[1]).Session)(process.argv[2]).close()';

/**
 * Why the in-process engine refused a folder. It throws without a reason and prints the reason on standard error,
 * which cannot be read from inside the same process: a child tries the same and is listened to.
 * @returns DATA_DIR_IN_USE, DISK_FULL or DATA_DIR_UNUSABLE, with the engine's own words.
 */
export async function whyRefused(folder: string, cause: unknown): Promise<PipelineError> {
  const said = await complaintOf(folder);
  if (/Another server instance|only one active data directory/i.test(`${said} ${messageOf(cause)}`)) {
    const owner = await ownerOf(folder);
    return new PipelineError(
      'DATA_DIR_IN_USE',
      `The store in ${folder} is open in another process${owner}.`,
      {
        hint: 'Stop the running sharp-eyes first, or give this one its own dataDir.',
        cause,
      },
    );
  }
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

/** The engine notes its process id in the folder. */
async function ownerOf(folder: string): Promise<string> {
  const status = await readFile(join(folder, 'status'), 'utf8').catch(() => '');
  const processId = /^PID: (\d+)$/m.exec(status)?.[1];
  if (processId === undefined) return '';
  return Number(processId) === process.pid ? ' (this one)' : ` (process ${processId})`;
}
