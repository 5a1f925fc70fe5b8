import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { diskFailure } from './cut.ts';
import { createSegmentRing, parseSegmentLine, type Segment } from './segment-ring.ts';

const dir = mkdtempSync(join(tmpdir(), 'sharp-eyes-ring-'));
afterEach(() => {
  for (const name of readdirSync(dir)) rmSync(join(dir, name));
});

const segment = (second: number, connection = 1): Segment => {
  const path = join(dir, `${connection}-${second}.ts`);
  writeFileSync(path, 'x');
  return { path, capturedFromMs: second * 1_000, capturedToMs: second * 1_000 + 1_000, connection };
};
const fail = (error: unknown): void => {
  throw error;
};

test('keeps the newest, removes the rest, but nothing that is held', async () => {
  const ring = createSegmentRing(5_000, fail);
  for (let second = 0; second < 10; second++) ring.add(segment(second));
  await expect.poll(() => readdirSync(dir).length).toBe(6);
  const held = ring.hold(4_500, 6_500);
  expect(held.segments.map(({ capturedFromMs }) => capturedFromMs)).toEqual([4_000, 5_000, 6_000]);
  for (let second = 10; second < 30; second++) ring.add(segment(second));
  expect(readdirSync(dir)).toContain('1-4.ts');
  held.letGo();
  held.letGo();
  await expect.poll(() => readdirSync(dir).length).toBe(6);
  expect(ring.newestMs).toBe(30_000);
});

test('a span over a lost connection gives the longer side: times of two connections do not join', () => {
  const ring = createSegmentRing(60_000, fail);
  for (const second of [1, 2, 3]) ring.add(segment(second, 1));
  for (const second of [9, 10, 11, 12]) ring.add(segment(second, 2));
  const held = ring.hold(2_500, 11_900);
  expect(held.segments.map(({ connection }) => connection)).toEqual([2, 2, 2]);
  held.letGo();
  const none = ring.hold(5_000, 6_000);
  expect(none.segments).toEqual([]);
  none.letGo();
});

test('a full disk is told from other failures', () => {
  const line = 'av_interleaved_write_frame(): No space left on device';
  expect(diskFailure({ lines: [line], errorCount: 1 }, '/data/x')).toMatchObject({ code: 'DISK_FULL' });
  expect(diskFailure({ lines: ['Broken pipe'], errorCount: 1 }, '/data/x')).toBeNull();
});

test("ffmpeg's list is read line by line", () => {
  expect(parseSegmentLine('000001-000003.ts,4.000000,6.040000')).toEqual({
    name: '000001-000003.ts',
    fromPtsMs: 4_000,
    toPtsMs: 6_040,
  });
  expect(parseSegmentLine('')).toBeNull();
});
