import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { incidentTable } from '../../contracts/index.ts';
import { openLog } from '../../kernel/index.ts';
import { openStore } from '../index.ts';
import { whyRefused } from './refused-folder.ts';
import type { Task } from '../testing/insert-until-killed.ts';

const log = openLog({ level: 'silent' });
const open = async (dataDir: string) => await openStore({ kind: 'embedded' }, { dataDir, log });

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sharp-eyes-folder-'));
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

test('a folder that another process has open is refused with that process, and free when it was killed', async () => {
  const dataDir = join(root, 'shared');
  const task: Task = {
    config: { kind: 'embedded' },
    dataDir,
    offsetFile: join(root, 'offset'),
    originMs: Date.now() - 86_400_000,
    until: 0,
    holdOpen: true,
  };
  const script = join(import.meta.dirname, '..', 'testing', 'insert-until-killed.ts');
  const owner = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(owner.stdout, 'data');
  const refused = await open(dataDir).catch((error: unknown) => error);
  const refusedByEngine = await whyRefused(join(dataDir, 'store'), new Error('Failed to create connection'));
  owner.kill('SIGKILL');
  await once(owner, 'close');
  // Before the engine is asked (where the kernel lists locks), and by what the engine says.
  for (const error of [refused, refusedByEngine]) {
    expect(error).toMatchObject({
      code: 'DATA_DIR_IN_USE',
      retryable: false,
      message: expect.stringContaining(`process ${owner.pid}`),
    });
  }
  await using store = await open(dataDir);
  expect(await store.find(incidentTable)).toEqual([]);
});

test('a folder that cannot be one is refused with the reason', async () => {
  const file = join(root, 'a-file');
  await writeFile(file, 'not a folder');
  await expect(open(file)).rejects.toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
    message: expect.stringMatching(/ENOTDIR|EEXIST/),
  });
});

test('a folder whose content is not the store is refused with the words of the engine', async () => {
  const dataDir = join(root, 'foreign');
  // The engine notes its process id in a file of this name.
  await mkdir(join(dataDir, 'store', 'status'), { recursive: true });
  await expect(open(dataDir)).rejects.toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
    message: expect.stringMatching(/status/),
  });
});

test('a second folder in one process is refused with the reason', async () => {
  await using first = await open(join(root, 'first'));
  await expect(open(join(root, 'second'))).rejects.toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
    message: expect.stringMatching(/only one active data directory per process/),
  });
  expect(await first.find(incidentTable)).toEqual([]);
});
