import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimDataDir, findInstance } from './instance.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-instance-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

test('a data folder has one owner, who says who it is', async () => {
  {
    await using claim = await claimDataDir(dir, 'up');
    claim.announce('http://127.0.0.1:1');
    await expect(claimDataDir(dir, 'demo')).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: expect.stringContaining(`${process.pid} (sharp-eyes up)`),
    });
    expect(await findInstance(dir)).toEqual({ pid: process.pid, command: 'up', url: 'http://127.0.0.1:1' });
  }
  expect(await findInstance(dir)).toBeNull();
});

test('kill −9 of the owner leaves nothing behind', async () => {
  const module = new URL('./instance.ts', import.meta.url).href;
  const script = `import { claimDataDir } from ${JSON.stringify(module)};
    await claimDataDir(${JSON.stringify(dir)}, 'up'); console.log('mine'); setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script]);
  await once(owner.stdout, 'data');
  await expect(claimDataDir(dir, 'demo')).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  await using claim = await claimDataDir(dir, 'demo');
  expect(claim).toBeDefined();
});

test('a folder that cannot be made says so', async () => {
  const file = join(dir, 'file');
  await writeFile(file, '');
  await expect(claimDataDir(join(file, 'inside'), 'up')).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
});
