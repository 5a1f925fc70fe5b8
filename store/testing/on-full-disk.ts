import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { observationTable } from '../../contracts/index.ts';
import { openLog, PipelineError } from '../../kernel/index.ts';
import { openMediaStore, openStore } from '../index.ts';
import { batchOf, tokenOf } from './batches.ts';
import { draftOf } from './drafts.ts';

/**
 * Run with a small file system of its own as argument: fills it through the store and the media folder, frees
 * space, goes on, and prints as JSON what happened.
 */
const [, , disk = ''] = process.argv;
const ballast = join(disk, 'ballast');
await writeFile(ballast, Buffer.alloc(4 << 20, 1));

const codeOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
    return 'ok';
  } catch (error) {
    return error instanceof PipelineError ? error.code : String(error);
  }
};

const media = await openMediaStore({ dir: join(disk, 'media') });
const small = draftOf(1);
await media.put(small, Buffer.alloc(1_000, 2));
const big = draftOf(2);
const tooBig = Buffer.alloc(32 << 20, 3);
const mediaCode = await codeOf(async () => await media.put(big, tooBig));
// On the disk outside, so that it must be copied in.
const source = join(tmpdir(), `sharp-eyes-${process.pid}`);
await writeFile(source, tooBig);
const movedCode = await codeOf(async () => await media.put(big, { filePath: source }));
const isSourceKept = (await stat(source)).size === tooBig.length;
await rm(source);
const visible = (await readdir(join(disk, 'media'), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map(({ name }) => name);

await using store = await openStore(
  { kind: 'embedded' },
  { dataDir: disk, log: openLog({ level: 'silent' }) },
);
let written = 0;
let storeCode = 'ok';
while (storeCode === 'ok' && written < 5_000) {
  // Names of their own, so that the rows do not compress away.
  const batch = batchOf(written, Date.now() - 86_400_000).map((observation) => ({
    ...observation,
    detections: Array.from({ length: 20 }, () => ({
      ...observation.detections[0]!,
      trackId: `${Math.random()}${Math.random()}`,
    })),
  }));
  storeCode = await codeOf(async () => {
    await store.insert(observationTable, batch, { deduplicationToken: tokenOf(written) });
  });
  if (storeCode === 'ok') written++;
}
await rm(ballast);
const afterwards = await codeOf(async () => {
  await store.insert(observationTable, batchOf(written, Date.now() - 86_400_000), {
    deduplicationToken: 'after',
  });
});
const [rows] = await store.query(
  'SELECT count() AS count FROM observation',
  {},
  z.object({ count: z.number() }),
);
process.stdout.write(
  JSON.stringify({
    mediaCode,
    movedCode,
    isSourceKept,
    visible,
    smallIsThere: await codeOf(async () => {
      await media.verify(small.mediaId);
    }),
    bigIsThere: await codeOf(async () => await media.get(big.mediaId)),
    storeCode,
    afterwards,
    missingRows: written * 1_000 + 50 - (rows?.count ?? 0),
  }),
);
