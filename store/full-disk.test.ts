import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

/** A file system of 24 MB in a mount namespace of its own: gone with the process that sees it. */
const onSmallDisk = (disk: string, command: string): readonly [string, string[]] => [
  'unshare',
  ['--map-root-user', '--mount', 'sh', '-c', `mount -t tmpfs -o size=24m none '${disk}' && ${command}`],
];

const disk = mkdtempSync(join(tmpdir(), 'sharp-eyes-disk-'));
const canMount = spawnSync(...onSmallDisk(disk, 'true')).status === 0;

afterAll(() => {
  rmSync(disk, { recursive: true });
});

test.skipIf(!canMount)(
  'a full disk is told as such, harms nothing that was kept, and is over when there is room again (needs the right to mount in a user namespace)',
  () => {
    const script = fileURLToPath(import.meta.resolve('./testing/on-full-disk.ts'));
    const said = execFileSync(...onSmallDisk(disk, `'${process.execPath}' '${script}' '${disk}'`), {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { missingRows, ...rest } = JSON.parse(said) as { missingRows: number };
    // The batch that was refused may be there all the same: whole, and its token keeps a second try from doubling it.
    expect([0, -1_000]).toContain(missingRows);
    expect(rest).toEqual({
      mediaCode: 'DISK_FULL',
      movedCode: 'DISK_FULL',
      isSourceKept: true,
      visible: [expect.stringMatching(/\.jpg$/), expect.stringMatching(/\.json$/)],
      smallIsThere: 'ok',
      bigIsThere: 'MEDIA_NOT_FOUND',
      storeCode: 'DISK_FULL',
      afterwards: 'ok',
    });
  },
  60_000,
);
