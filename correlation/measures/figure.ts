import type { Camera, Figure, FigureExclusion, FigureRow, Share } from '../../contracts/index.ts';

/** Below this share of really measured time or cameras nothing is judged (rule R8). */
const minSampleCoverage = 0.95;

interface Given {
  readonly metric: string;
  readonly unit: Figure['unit'];
  readonly rows: readonly FigureRow[];
  /** How much of the denominator nobody measured, in the unit of the figure; null: the question does not arise. */
  readonly unmeasured?: number | null;
  /** Where measuring is counted otherwise: the share itself. */
  readonly sampleCoverage?: number | null;
  /** The value to reach; compared with the unrounded value. */
  readonly target?: number | null;
  readonly isEstimated?: boolean;
  /** Only some were looked at, by intent. */
  readonly isSample?: boolean;
  readonly rawShare?: Share;
  readonly excluded?: FigureExclusion;
  readonly variants?: Readonly<Record<string, number | null>>;
  readonly parts?: Readonly<Record<string, Share>>;
}

export const ratio = (numerator: number, denominator: number): number | null =>
  denominator === 0 ? null : numerator / denominator;

/** Put a figure together from its rows. */
export function figureOf(given: Given): Figure {
  const numerator = given.rows.reduce((sum, row) => sum + row.numerator, 0);
  const denominator = given.rows.reduce((sum, row) => sum + row.denominator, 0);
  const value = ratio(numerator, denominator);
  const unmeasured = given.unmeasured ?? null;
  const measuredShare = unmeasured === null || denominator === 0 ? null : 1 - unmeasured / denominator;
  const sampleCoverage = given.sampleCoverage === undefined ? measuredShare : given.sampleCoverage;
  const status = statusOf(value, sampleCoverage, given);
  const target = given.target ?? null;
  const isJudged = value !== null && target !== null && status !== 'insufficient-data';
  const { rawShare, excluded, variants, parts } = given;
  return {
    metric: given.metric,
    unit: given.unit,
    value,
    numerator,
    denominator,
    raw: rawShare === undefined ? value : ratio(rawShare.numerator, rawShare.denominator),
    ...(rawShare === undefined ? {} : { rawShare }),
    ...(excluded === undefined ? {} : { excluded }),
    unknownSeconds: given.unit === 'seconds' ? (unmeasured ?? 0) : 0,
    sampleCoverage,
    status,
    target,
    pass: isJudged ? value >= target : null,
    ...(variants === undefined ? {} : { variants: { ...variants } }),
    ...(parts === undefined ? {} : { parts: { ...parts } }),
    rowCount: given.rows.length,
    rows: [...given.rows],
  };
}

function statusOf(value: number | null, sampleCoverage: number | null, given: Given): Figure['status'] {
  if (value === null) return 'no-data';
  if (sampleCoverage !== null && sampleCoverage < minSampleCoverage) return 'insufficient-data';
  if (given.isSample === true) return 'sample';
  return given.isEstimated === true ? 'estimated' : 'ok';
}

export const rowOf = (
  { cameraId }: Pick<Camera, 'cameraId'>,
  numerator: number,
  denominator: number,
  because: string,
): FigureRow => ({ cameraId, keyPlaceId: null, numerator, denominator, because });

/** What a row takes off its figure: in a mean time what it adds to the sum. */
const costOf = (unit: Figure['unit'], row: FigureRow): number =>
  unit === 'secondsEach' ? row.numerator : row.denominator - row.numerator;

/** Rows of a figure, those that cost most first. */
export const costliestFirst = ({ unit, rows }: Figure): FigureRow[] =>
  rows.toSorted((a, b) => costOf(unit, b) - costOf(unit, a));
