import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { busSuite } from '../bus.suite.ts';

const dir = mkdtempSync(join(tmpdir(), 'sharp-eyes-bus-'));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

busSuite({ name: 'embedded', place: () => ({ kind: 'embedded', dir }), runs: 30, kills: 5 });
