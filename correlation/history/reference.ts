import { z } from 'zod';
import type { Figure } from '../../contracts/index.ts';
import { cameraSums, type District, exclusionOutcome } from '../measures/index.ts';

const ShareText = z.object({ value: z.number().nullish(), numerator: z.number(), denominator: z.number() });

/** One figure as somebody else computed it. */
const ExpectedFigure = z
  .object({
    value: z.number().nullable(),
    numerator: z.number(),
    denominator: z.number(),
    tolerance: z.object({ abs: z.number(), rel: z.number().optional() }),
    sampleCoverage: z.number().nullish(),
    status: z.string(),
    target: z.number().nullish(),
    pass: z.boolean().nullish(),
    unknownSeconds: z.number().optional(),
    raw: ShareText.nullish(),
    excluded: z.record(z.string(), z.number()).nullish(),
    byRule: z.record(z.string(), z.tuple([z.number(), z.number()])).optional(),
    byField: z.record(z.string(), z.tuple([z.number(), z.number()])).optional(),
  })
  .catchall(z.unknown());
type ExpectedFigure = z.infer<typeof ExpectedFigure>;

/** Figures of a district that were computed elsewhere, by scope and metric. */
export const Reference = z.object({
  notes: z.object({ stateRowsIgnored: z.int().optional() }).loose().default({}),
  scopes: z.record(z.string(), z.record(z.string(), ExpectedFigure)),
  exclusionVerdicts: z
    .array(z.object({ id: z.string(), cameraCode: z.string(), verdict: z.string() }))
    .default([]),
  capCuts: z
    .array(
      z.object({
        cameraCode: z.string(),
        month: z.string(),
        from: z.string(),
        refusedSeconds: z.number(),
      }),
    )
    .default([]),
  perCameraColumns: z.array(z.string()).default([]),
  perCamera: z.record(z.string(), z.array(z.union([z.number(), z.string()]))).default({}),
});
export type Reference = z.infer<typeof Reference>;

/** Where a figure is not the reference's. */
export interface Mismatch {
  readonly scope: string;
  readonly metric: string;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** How many values were compared, and which differ. */
export interface Comparison {
  readonly comparedCount: number;
  readonly mismatches: readonly Mismatch[];
}

class Ledger {
  comparedCount = 0;
  readonly mismatches: Mismatch[] = [];

  check(
    scope: string,
    metric: string,
    field: string,
    expected: unknown,
    found: unknown,
    isEqual: boolean,
  ): void {
    this.comparedCount++;
    if (!isEqual) {
      this.mismatches.push({ scope, metric, field, expected: String(expected), found: String(found) });
    }
  }
}

const isNear = (a: number | null | undefined, b: number | null | undefined, tolerance: number): boolean =>
  a === null || a === undefined || b === null || b === undefined
    ? (a ?? null) === (b ?? null)
    : Math.abs(a - b) <= tolerance;

const exactTolerance = 1e-9;

/** Rule R35: exact figures to 10⁻⁹ with equal numerators and denominators, ground within the tolerance it states. */
function compareFigure(
  ledger: Ledger,
  scope: string,
  expected: ExpectedFigure,
  metric: string,
  found: Figure,
): void {
  const { abs, rel } = expected.tolerance;
  const isGround = rel !== undefined;
  const toleranceOf = (value: number | null | undefined): number =>
    Math.max(abs, (rel ?? 0) * Math.abs(value ?? 0));
  const check = (field: string, theirs: unknown, ours: unknown, isEqual: boolean): void =>
    ledger.check(scope, metric, field, theirs, ours, isEqual);
  const exact = (field: string, theirs: number | null | undefined, ours: number | null | undefined): void =>
    check(field, theirs, ours, isNear(theirs, ours, exactTolerance));

  check(
    'value',
    expected.value,
    found.value,
    isNear(expected.value, found.value, toleranceOf(expected.value)),
  );
  if (!isGround) {
    exact('numerator', expected.numerator, found.numerator);
    exact('denominator', expected.denominator, found.denominator);
  }
  exact('sampleCoverage', expected.sampleCoverage, found.sampleCoverage);
  check('status', expected.status, found.status, expected.status === found.status);
  exact('target', expected.target, found.target);
  check('pass', expected.pass ?? null, found.pass, (expected.pass ?? null) === found.pass);
  if (expected.unknownSeconds !== undefined)
    exact('unknownSeconds', expected.unknownSeconds, found.unknownSeconds);
  if (expected.raw !== undefined && expected.raw !== null) {
    exact('raw', expected.raw.value, found.raw);
    exact('raw.numerator', expected.raw.numerator, found.rawShare?.numerator);
    exact('raw.denominator', expected.raw.denominator, found.rawShare?.denominator);
  }
  for (const [name, theirs] of Object.entries(expected.excluded ?? {})) {
    exact(`excluded.${name}`, theirs, (found.excluded as Record<string, number> | undefined)?.[name]);
  }
  for (const [rule, [numerator, denominator]] of Object.entries({
    ...expected.byRule,
    ...expected.byField,
  })) {
    exact(`${rule}.numerator`, numerator, found.parts?.[rule]?.numerator);
    exact(`${rule}.denominator`, denominator, found.parts?.[rule]?.denominator);
  }
  for (const [name, theirs] of Object.entries(expected)) {
    if (name in ExpectedFigure.shape || (typeof theirs !== 'number' && theirs !== null)) continue;
    const ours = found.variants?.[name];
    check(name, theirs, ours, isNear(theirs, ours, toleranceOf(theirs)));
  }
}

function compareExclusions(ledger: Ledger, district: District, reference: Reference): void {
  const outcome = exclusionOutcome(district);
  // An id that was used twice has a verdict for each use, in the order of the file.
  const found = Map.groupBy(outcome.verdicts, ({ exclusionId }) => exclusionId);
  const uses = new Map<string, number>();
  for (const { id, cameraCode, verdict } of reference.exclusionVerdicts) {
    const use = uses.get(id) ?? 0;
    uses.set(id, use + 1);
    const ours = found.get(id)?.[use];
    const isSame = ours?.cameraId === cameraCode && ours.verdict === verdict;
    ledger.check('exclusions', id, 'verdict', verdict, ours?.verdict, isSame);
  }
  const cuts = outcome.capCuts.map(
    ({ cameraId, month, fromMs, refusedSeconds }) => `${cameraId} ${month} ${fromMs} ${refusedSeconds}`,
  );
  const theirs = reference.capCuts.map(
    ({ cameraCode, month, from, refusedSeconds }) =>
      `${cameraCode} ${month} ${Date.parse(from)} ${refusedSeconds}`,
  );
  for (const cut of theirs) ledger.check('exclusions', 'cap', 'cut', cut, 'none such', cuts.includes(cut));
  for (const cut of cuts) ledger.check('exclusions', 'cap', 'cut', 'none such', cut, theirs.includes(cut));
}

function compareCameras(ledger: Ledger, district: District, reference: Reference): void {
  for (const camera of district.cameras) {
    const row = reference.perCamera[camera.cameraId];
    if (row === undefined) continue;
    const sums = cameraSums(district, camera) as Record<string, number | string> | null;
    for (const [index, column] of reference.perCameraColumns.entries()) {
      const found = sums?.[column];
      ledger.check(`camera:${camera.cameraId}`, 'seconds', column, row[index], found, row[index] === found);
    }
  }
}

/**
 * Hold figures against those that somebody else computed.
 * @param figuresIn figures of one scope by its name; null when it is no scope.
 */
export function compareWithReference(
  district: District,
  reference: Reference,
  figuresIn: (scope: string) => readonly Figure[] | null,
): Comparison {
  const ledger = new Ledger();
  for (const [scope, expected] of Object.entries(reference.scopes)) {
    const figures = new Map((figuresIn(scope) ?? []).map((figure) => [figure.metric, figure]));
    for (const [metric, theirs] of Object.entries(expected)) {
      const found = figures.get(metric);
      if (found === undefined) ledger.check(scope, metric, 'figure', 'there', 'missing', false);
      else compareFigure(ledger, scope, theirs, metric, found);
    }
  }
  compareExclusions(ledger, district, reference);
  compareCameras(ledger, district, reference);
  return ledger;
}
