import { appendFile, readFile } from 'node:fs/promises';
import type { Case } from './case.ts';
import type { CaseResult } from './run-case.ts';

/** Results of cases in a file, one a line: a long sweep is made in parts, and what was interrupted goes on. */
export interface KeptResults {
  readonly results: readonly CaseResult[];
  has(one: Pick<Case, 'id' | 'seed'>): boolean;
  add(result: CaseResult): Promise<void>;
}

const keyOf = ({ id, seed }: Pick<Case, 'id' | 'seed'>): string => `${id} ${seed}`;

/**
 * @param file null: nothing is kept. Absent: made with the first result. Delete it when the rule or the footage changes.
 */
export async function openKept(file: string | null): Promise<KeptResults> {
  const text = file === null ? '' : await readFile(file, 'utf8').catch(() => '');
  // The last line may have been cut off while it was written.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const results = whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CaseResult);
  const known = new Set(results.map((result) => keyOf(result.case)));
  return {
    results,
    has: (one) => known.has(keyOf(one)),
    async add(result) {
      if (file !== null) await appendFile(file, `${JSON.stringify(result)}\n`);
    },
  };
}
