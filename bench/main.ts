import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from 'tinybench';

/**
 * `npm run bench [-- NAME]`: every `*.bench.ts`, or those whose name holds NAME. A benchmark file exports
 * `open(): Promise<Bench>`. What counts are ratios within one run: machines differ, and one machine differs by the hour.
 */
const [wanted = ''] = process.argv.slice(2);
const files = globSync('**/*.bench.ts', { cwd: import.meta.dirname }).filter((file) => file.includes(wanted));
if (files.length === 0) {
  console.error(`No benchmark is called ${wanted}.`);
  process.exitCode = 2;
}
for (const file of files.toSorted()) {
  const { open } = (await import(join(import.meta.dirname, file))) as { open: () => Promise<Bench> };
  const bench = await open();
  await bench.run();
  console.log(`\n${bench.name ?? file}`);
  console.table(bench.table());
}
process.exit();
