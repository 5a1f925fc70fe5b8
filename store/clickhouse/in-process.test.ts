import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeSuite } from '../store.suite.ts';

storeSuite('chDB, in process', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sharp-eyes-store-'));
  return {
    fresh: async () => ({ config: { kind: 'embedded' }, dataDir: await mkdtemp(join(root, 'data-')) }),
    restartServer: null,
    [Symbol.asyncDispose]: async () => {
      await rm(root, { recursive: true });
    },
  };
});
