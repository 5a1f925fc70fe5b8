import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bench } from 'tinybench';
import { officialRecordTable, sceneEventTable } from '../contracts/index.ts';
import { byCell, byEveryPair, sumOfPairs } from '../correlation/index.ts';
import { madeEvent, madeRecord } from '../correlation/testing/made.ts';
import { deterministicId, openLog } from '../kernel/index.ts';
import { openStore } from '../store/index.ts';

const eventCount = 5_000;
const recordCount = 100_000;
const monthMs = 30 * 86_400_000;
const fromMs = Date.parse('2026-06-01T00:00:00+08:00');
/** A district of about 10 by 10 km. */
const side = { lonDeg: 0.1, latDeg: 0.09 } as const;

/** Numbers between 0 and 1 that are the same in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

/**
 * Budget: the join by cell at 5,000 × 100,000 takes at most a hundredth of the cross join, and finds the same pairs.
 * The checksums are compared before anything is timed.
 */
export async function open(): Promise<Bench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sharp-eyes-pairs-'));
  process.on('exit', () => void rm(dataDir, { recursive: true, force: true }));
  const store = await openStore({ kind: 'embedded' }, { dataDir, log: openLog({ level: 'silent' }) });
  const roll = dice(7);
  const place = (): { lonDeg: number; latDeg: number } => ({
    lonDeg: 121.5 + roll() * side.lonDeg,
    latDeg: 29.83 + roll() * side.latDeg,
  });
  const events = Array.from({ length: eventCount }, (_, index) => ({
    ...madeEvent({ startedAtMs: Math.floor(fromMs + roll() * monthMs), location: place() }),
    eventId: deterministicId('bench-event', index),
  }));
  await store.insert(sceneEventTable, events, { deduplicationToken: 'events' });
  for (let start = 0; start < recordCount; start += 10_000) {
    const records = Array.from({ length: 10_000 }, (_, index) => ({
      ...madeRecord({ number: start + index, ...place() }),
      reportedAtMs: Math.floor(fromMs + roll() * monthMs),
    }));
    await store.insert(officialRecordTable, records, { deduplicationToken: `records ${start}` });
  }
  const window = { fromMs, toMs: fromMs + monthMs };
  const timed = async (sql: string): Promise<{ ms: number; checksum: string; pairs: number }> => {
    const startedMs = performance.now();
    const sum = await sumOfPairs(store, sql, window);
    return { ms: performance.now() - startedMs, ...sum };
  };
  const runs = [await timed(byCell), await timed(byCell), await timed(byCell)];
  const joined = runs.reduce((best, run) => (run.ms < best.ms ? run : best));
  console.log(`by cell ${runs.map(({ ms }) => ms.toFixed(0)).join(', ')} ms`);
  const crossed = await timed(byEveryPair);
  if (joined.checksum !== crossed.checksum || joined.pairs !== crossed.pairs || joined.pairs === 0) {
    throw new Error(`the joins find other pairs: ${JSON.stringify({ joined, crossed })}`);
  }
  console.log(
    `${joined.pairs} pairs, checksum ${joined.checksum} by both; cross join ${(crossed.ms / 1_000).toFixed(1)} s, by cell ${joined.ms.toFixed(0)} ms: ${(crossed.ms / joined.ms).toFixed(0)} times`,
  );
  const bench = new Bench({
    name: 'candidate pairs of 5,000 events and 100,000 records',
    time: 1_000,
    iterations: 3,
  });
  bench.add('H3 equi-join', async () => {
    await sumOfPairs(store, byCell, window);
  });
  return bench;
}
