import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../kernel/index.ts';
import { caseChapters, openCasePlay } from './index.ts';

const nowhere = {
  api: { url: 'http://127.0.0.1:1', localToken: '' },
  film: async () => await Promise.reject(new Error('nothing is filmed')),
  publish: async () => await Promise.reject(new Error('nothing is published')),
};

test('the clock stands in the case until it has been played, and what was played is not played again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-case-'));
  try {
    const fresh = await openCasePlay(dir, systemClock);
    expect(new Date(fresh.clock.nowMs()).toISOString()).toBe('2026-05-10T23:15:00.000Z');
    const said: string[] = [];
    const stage = {
      ...nowhere,
      signal: new AbortController().signal,
      onStep: (text: string) => said.push(text),
    };
    // Nobody is at the door: the first step fails, and the next start begins with it.
    await expect(fresh.run(stage)).rejects.toThrow('fetch failed');
    expect(said).toEqual([]);

    const file = join(dir, 'case-played.json');
    await writeFile(file, JSON.stringify({ stepsDone: 2, isFinished: false }));
    const stopped = await openCasePlay(dir, systemClock);
    expect(new Date(stopped.clock.nowMs()).toISOString()).toBe('2026-05-11T00:00:00.000Z');
    await expect(stopped.run(stage)).rejects.toThrow('nothing is filmed');

    // What comes after the case is of today.
    const caseLength = caseChapters.flatMap(({ steps }) => steps).length;
    await writeFile(file, JSON.stringify({ stepsDone: caseLength, isFinished: false }));
    const after = await openCasePlay(dir, systemClock);
    expect(Math.abs(after.clock.nowMs() - Date.now())).toBeLessThan(60_000);
    await expect(after.run(stage)).rejects.toThrow('nothing is published');

    await writeFile(file, JSON.stringify({ stepsDone: 2, isFinished: true }));
    const played = await openCasePlay(dir, systemClock);
    expect(Math.abs(played.clock.nowMs() - Date.now())).toBeLessThan(60_000);
    await played.run(stage);
    expect(said).toEqual(['was played at an earlier start']);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
