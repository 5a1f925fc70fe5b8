import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, sampleVideo, scratchDir } from './cli.ts';

interface Line {
  readonly video: string;
  readonly kind: string;
  readonly phase: string;
  readonly raisedAtS: number;
  readonly arrivedAtS: number | null;
  readonly putDownAtS: number;
  readonly departedAtS: number | null;
  readonly clearedAtS: number | null;
  readonly box: readonly [number, number, number, number];
  readonly actor: { readonly class: string; readonly box: readonly [number, number, number, number] } | null;
  readonly score: number;
}

const truth = JSON.parse(readFileSync(join(sampleVideo, '..', 'events.json'), 'utf8')) as {
  events: {
    bbox: [number, number, number, number];
    owner_bbox: [number, number, number, number];
    arrived_s: number;
    settled_s: number;
    owner_leaves_object_s: number;
  }[];
};

function overlap(
  a: readonly [number, number, number, number],
  b: readonly [number, number, number, number],
): number {
  const w = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const h = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  const common = Math.max(0, w) * Math.max(0, h);
  return common / (a[2] * a[3] + b[2] * b[3] - common);
}

test('the sample holds one dumping: found once, at its place and time, with who brought it, as one line of JSON', async () => {
  await using scratch = await scratchDir();
  const { code, stdout, stderr } = await runCli(['replay', sampleVideo, '--json', '--data', scratch.dir]);
  expect(code, stderr).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const started = lines.filter(({ phase }) => phase === 'started');
  expect(started).toHaveLength(1);
  expect(lines.filter(({ phase }) => phase === 'ended')).toEqual([]);
  const [event] = started;
  const [expected] = truth.events;
  if (event === undefined || expected === undefined) throw new Error('no event to compare');
  expect(event.kind).toBe('illegal_dumping');
  expect(event.video).toBe(sampleVideo);
  expect(overlap(event.box, expected.bbox)).toBeGreaterThanOrEqual(0.3);
  expect(event.putDownAtS).toBeGreaterThan(expected.settled_s - 2);
  expect(event.putDownAtS).toBeLessThan(expected.settled_s + 2);
  // Ten seconds of rest, three of absence, and at most three until it is said.
  expect(event.raisedAtS).toBeLessThan(expected.settled_s + 13 + 3);
  expect(event.actor?.class).toBe('person');
  expect(overlap(event.actor?.box ?? [0, 0, 0, 0], expected.owner_bbox)).toBeGreaterThan(0.2);
  expect(event.arrivedAtS).not.toBeNull();
}, 120_000);
