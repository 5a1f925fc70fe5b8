import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { PipelineError } from '../../kernel/index.ts';

const run = promisify(execFile);

/** Where Debian's opencv-doc keeps it, with and without the package's own root. */
const IN_PACKAGE = 'usr/share/doc/opencv-doc/examples/data/vtest.avi';

/**
 * Find `vtest.avi`: the file that was named, the installed package, an earlier download; else download Debian's
 * opencv-doc (95 MB) with apt-get and unpack it into `cacheDir`. Each step is told through `say`.
 * @throws PipelineError INGEST_FILE_NOT_FOUND for a named file that is not there, SETUP_MISSING when it cannot be
 *   downloaded, USAGE when it is not the file whose sha256 the scene was made for.
 */
export async function findFootage(options: {
  named: string | undefined;
  sha256: string;
  cacheDir: string;
  say: (line: string) => void;
}): Promise<string> {
  const { named, sha256, cacheDir, say } = options;
  const unpacked = path.join(cacheDir, 'opencv-doc', IN_PACKAGE);
  const known = [named, path.join('/', IN_PACKAGE), unpacked].find(
    (file) => file !== undefined && existsSync(file),
  );
  if (named !== undefined && known !== named) {
    throw new PipelineError('INGEST_FILE_NOT_FOUND', `There is no footage at ${named}.`, {
      hint: 'Check --footage.',
    });
  }
  if (known === undefined) await download(cacheDir, say);
  const file = known ?? unpacked;
  const found = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (found !== sha256) {
    throw new PipelineError(
      'USAGE',
      `${file} is other footage: its sha256 is ${found}, the scene was made for ${sha256}.`,
      {
        hint: 'The times and places of a scene fit one file only. Leave --footage out to have it downloaded.',
      },
    );
  }
  say(`footage: ${file}`);
  return file;
}

async function download(cacheDir: string, say: (line: string) => void): Promise<void> {
  await mkdir(path.join(cacheDir, 'opencv-doc'), { recursive: true });
  say('footage: not here; downloading the Debian package opencv-doc (95 MB) with apt-get …');
  try {
    await run('apt-get', ['download', 'opencv-doc'], { cwd: cacheDir });
  } catch (cause) {
    throw new PipelineError('SETUP_MISSING', 'apt-get could not download opencv-doc.', {
      hint: 'Pass vtest.avi with --footage FILE.',
      cause,
    });
  }
  const archive = (await readdir(cacheDir)).find((name) => /^opencv-doc_.*\.deb$/.test(name));
  if (archive === undefined) {
    throw new PipelineError('SETUP_MISSING', `apt-get left no opencv-doc package in ${cacheDir}.`, {
      hint: 'Pass vtest.avi with --footage FILE.',
    });
  }
  await run('dpkg-deb', ['-x', archive, 'opencv-doc'], { cwd: cacheDir });
}
