import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { partitionsOf, topic } from '../../contracts/index.ts';
import { type Clock, systemClock } from '../../kernel/index.ts';
import { startChild } from '../testing/children.ts';
import { Mark, type MarkTopic, markTopic } from '../testing/place.ts';
import { marks, take } from '../testing/subject.ts';
import { type EmbeddedBus, openEmbeddedBus } from './embedded-bus.ts';
import { partitionOf } from './partition-log.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sharp-eyes-log-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const hourMs = 3_600_000;

/** A clock whose wall time a test sets. */
function clockAt(startMs: number): Clock & { advance(ms: number): void } {
  let passedMs = 0;
  return {
    nowMs: () => startMs + passedMs,
    monotonicMs: () => passedMs,
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    advance(ms) {
      passedMs += ms;
    },
  };
}

const open = async (clock: Clock = systemClock, retentionMs = hourMs): Promise<EmbeddedBus> =>
  await openEmbeddedBus({ dir, retentionMs, clock });

async function numbers(bus: EmbeddedBus, of: MarkTopic): Promise<number[]> {
  const stop = new AbortController();
  const left = await bus.lag(of, 'nobody');
  const seen: number[] = [];
  if (left === 0) return seen;
  for await (const { record } of bus.tail([of], { from: 'earliest', signal: stop.signal })) {
    seen.push(record.n);
    if (seen.length === left) break;
  }
  return seen;
}

test('the log forgets what is older than its retention, and its offsets go on', async () => {
  const clock = clockAt(1_700_000_000_000);
  const log = markTopic('log');
  {
    await using bus = await open(clock);
    await bus.publish(log, marks('k', 1, 1_500));
    clock.advance(hourMs / 2);
    await bus.publish(log, marks('k', 1_501, 1_510));
    clock.advance(hourMs / 2 + 1);
    expect(await bus.trim()).toBe(1_500);
    expect(await numbers(bus, log)).toEqual(marks('k', 1_501, 1_510).map(({ n }) => n));
    expect(await bus.lag(log, 'late')).toBe(10);
    clock.advance(hourMs);
  }
  await using bus = await open(clock); // trims when it opens
  expect(await bus.lag(log, 'late')).toBe(0);
  await bus.publish(log, marks('k', 2_000, 2_000));
  const [first] = await take(bus, [log], { group: 'late', count: 1 });
  expect(first).toMatchObject({ offset: 1_510, record: { n: 2_000 } });
});

test('publishing trims by itself when it is due', async () => {
  const clock = clockAt(1_700_000_000_000);
  await using bus = await open(clock);
  const log = markTopic('log');
  await bus.publish(log, marks('k', 1, 5));
  clock.advance(hourMs + 1);
  await bus.publish(log, marks('k', 6, 6));
  await expect.poll(() => bus.lag(log, 'nobody')).toBe(1);
});

test('of a compacted topic the newest record of each key outlives the retention', async () => {
  const clock = clockAt(1_700_000_000_000);
  const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 40 });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(keys, keys, async (old, young) => {
      const compacted = topic({
        name: `compacted-${++run}`,
        schema: Mark,
        keySpace: 'area',
        key: (mark) => mark.key,
        isCompacted: true,
      });
      await using bus = await open(clock);
      let n = 0;
      const published = (list: readonly string[]): Mark[] => list.map((key) => ({ key, n: ++n }));
      const [before, after] = [published(old), published(young)];
      await bus.publish(compacted, before);
      clock.advance(hourMs + 1);
      await bus.publish(compacted, after);
      await bus.trim();
      const renewed = new Set(after.map(({ key }) => key));
      const newest = new Map(before.map((mark) => [mark.key, mark.n]));
      const kept = [...newest].filter(([key]) => !renewed.has(key)).map(([, number]) => number);
      const expected = [...kept, ...after.map((mark) => mark.n)];
      expect(new Set(await numbers(bus, compacted))).toEqual(new Set(expected));
      expect(await bus.lag(compacted, 'nobody')).toBe(expected.length);
    }),
    { numRuns: 20 },
  );
});

test('a key has its partition for ever', () => {
  // These values must never change: they say where the records of existing logs lie.
  const area = markTopic('any', 'area');
  const camera = markTopic('any', 'camera');
  expect(['330203000000', '北仑', '', 'k'].map((key) => partitionOf(area, key))).toMatchInlineSnapshot(`
    [
      2,
      6,
      6,
      4,
    ]
  `);
  const used = new Set(
    Array.from({ length: 500 }, (_, index) => partitionOf(camera, `3302030000132000${index}`)),
  );
  expect(used.size).toBe(partitionsOf.camera);
});

test('the folder has one owner; a killed one leaves it free', async () => {
  const child = startChild({
    place: { kind: 'embedded', dir },
    role: 'publish',
    topicName: 'owned',
    fromN: 1,
  });
  await child.until(5);
  await expect(open()).rejects.toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: expect.stringContaining(dir),
  });
  await child.kill();
  await using bus = await open();
  expect(await bus.lag(markTopic('owned'), 'nobody')).toBeGreaterThan(0);
  await expect(open()).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
});

test('a folder that cannot be one, and a log that is none, say so', async () => {
  const file = join(dir, 'file');
  writeFileSync(file, 'not a folder');
  const inFile = openEmbeddedBus({ dir: file, retentionMs: hourMs, clock: systemClock });
  await expect(inFile).rejects.toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
    hint: expect.stringContaining('writable'),
  });
  const damaged = join(dir, 'damaged');
  mkdirSync(damaged);
  writeFileSync(join(damaged, 'data.mdb'), Buffer.alloc(20_000, 'no database'));
  const open_ = openEmbeddedBus({ dir: damaged, retentionMs: hourMs, clock: systemClock });
  await expect(open_).rejects.toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
    hint: expect.stringContaining('move'),
  });
});

/** Mounts need rights that not every machine gives. */
const canMount = existsSync('/proc/self/ns/mnt') && spawnSync('unshare', ['-rm', 'true']).status === 0;

test.skipIf(!canMount)(
  `a full disk is named, loses nothing that was acknowledged, and is left behind when there is room again${
    canMount ? '' : ' (skipped: this machine lets no test mount a small disk)'
  }`,
  () => {
    const script = fileURLToPath(import.meta.resolve('../testing/full-disk.ts'));
    const mount = `mount -t tmpfs -o size=4m tmpfs "${dir}" && exec "${process.execPath}" "${script}" "${dir}"`;
    const result = spawnSync('unshare', ['-rm', 'sh', '-c', mount], { encoding: 'utf8', timeout: 20_000 });
    const said = JSON.parse(result.stdout || result.stderr) as Record<string, unknown>;
    expect(said).toMatchObject({ code: 'DISK_FULL', retryable: true, afterwards: 'published' });
    expect(said['readable']).toBe(said['acknowledged']);
    expect(said['acknowledged']).toBeGreaterThan(0);
  },
);
