import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * Everything that can be known without running the product: types, lint, form, unused code. All at once, ≤ 60 s.
 */
const root = join(import.meta.dirname, '..');
const checks: readonly (readonly [string, ...string[]])[] = [
  ['tsc', '-p', 'tsconfig.json'],
  ['tsc', '-p', 'api/console/tsconfig.json'],
  ['oxlint'],
  ['biome', 'format'],
  ['knip'],
];

async function run([command, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  const startedAtMs = performance.now();
  const child = spawn(join(root, 'node_modules', '.bin', command), args, { cwd: root });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  console.log(
    `${code === 0 ? 'ok    ' : 'FAILED'} ${seconds.padStart(5)} s  ${[command, ...args].join(' ')}`,
  );
  if (code !== 0) console.log(output);
  return code === 0;
}

const results: boolean[] = [];
// One after the other: each of them uses both cores by itself.
for (const check of checks) results.push(await run(check));
process.exitCode = results.every(Boolean) ? 0 : 1;
