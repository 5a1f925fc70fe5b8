import type { Figure, FigureRow } from '../../contracts/index.ts';

/** Below this share of really measured time or cameras nothing is judged (rule R8). */
const minSampleCoverage = 0.95;

/**
 * Put a figure together from its rows.
 * @param unmeasured how much of the denominator nobody measured, in the unit of the figure.
 * @param target the value to reach; compared with the unrounded value.
 */
export function figureOf(given: {
  readonly metric: string;
  readonly unit: Figure['unit'];
  readonly rows: readonly FigureRow[];
  readonly unmeasured: number | null;
  readonly target: number | null;
  readonly isEstimated?: boolean;
}): Figure {
  const numerator = given.rows.reduce((sum, row) => sum + row.numerator, 0);
  const denominator = given.rows.reduce((sum, row) => sum + row.denominator, 0);
  const value = denominator === 0 ? null : numerator / denominator;
  const sampleCoverage =
    given.unmeasured === null || denominator === 0 ? null : 1 - given.unmeasured / denominator;
  const status = statusOf(value, sampleCoverage, given.isEstimated === true);
  const isJudged = value !== null && given.target !== null && status !== 'insufficient-data';
  return {
    metric: given.metric,
    unit: given.unit,
    value,
    numerator,
    denominator,
    raw: value,
    unknownSeconds: given.unit === 'seconds' ? (given.unmeasured ?? 0) : 0,
    sampleCoverage,
    status,
    target: given.target,
    pass: isJudged ? value >= (given.target ?? 0) : null,
    rows: [...given.rows],
  };
}

function statusOf(
  value: number | null,
  sampleCoverage: number | null,
  isEstimated: boolean,
): Figure['status'] {
  if (value === null) return 'no-data';
  if (sampleCoverage !== null && sampleCoverage < minSampleCoverage) return 'insufficient-data';
  return isEstimated ? 'estimated' : 'ok';
}
