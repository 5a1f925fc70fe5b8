import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from 'tinybench';

/**
 * `npm run bench [-- NAME]`: every `*.bench.ts`, or those whose path holds NAME. A benchmark file exports
 * `open(): Promise<Bench>`, or `report(): Promise<void>` where it prints a table of its own and throws when a budget is
 * not kept. What counts are ratios within one run: machines differ, and one machine differs by the hour.
 */
interface BenchFile {
  readonly open?: () => Promise<Bench>;
  readonly report?: () => Promise<void>;
}

const [wanted = ''] = process.argv.slice(2);
const files = globSync('**/*.bench.ts', { cwd: import.meta.dirname }).filter((file) => file.includes(wanted));
if (files.length === 0) {
  console.error(`No benchmark is called ${wanted}.`);
  process.exitCode = 2;
}
for (const file of files.toSorted()) {
  const { open, report } = (await import(join(import.meta.dirname, file))) as BenchFile;
  try {
    if (open !== undefined) {
      const bench = await open();
      await bench.run();
      console.log(`\n${bench.name ?? file}`);
      console.table(bench.table());
    }
    await report?.();
  } catch (error) {
    console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
process.exit();
