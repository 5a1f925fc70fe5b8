import type { Figure, MeasureScorecard, PeriodExclusion } from '../../contracts/index.ts';

/** A month's figures with all that is needed to check them from outside. */
export interface PeriodReport {
  readonly scorecard: MeasureScorecard;
  readonly exclusions: readonly PeriodExclusion[];
}

const chinaOffsetMs = 8 * 3_600_000;

/** A moment in Chinese time, ISO 8601 with its offset. */
export const chinaIso = (atMs: number): string =>
  `${new Date(atMs + chinaOffsetMs).toISOString().slice(0, 19)}+08:00`;

/** What a pooled figure is made of, under the name that says whether rules or fields were counted. */
const partsName = (metric: string): string => (metric === 'M14.consistent' ? 'byField' : 'byRule');

function figureJson({ parts, variants, raw, rawShare, excluded, metric, rows: _, ...figure }: Figure) {
  const shares = Object.entries(parts ?? {}).map(([name, { numerator, denominator }]) => [
    name,
    [numerator, denominator],
  ]);
  return {
    ...figure,
    raw: rawShare === undefined ? null : { value: raw, ...rawShare },
    excluded: excluded ?? null,
    ...variants,
    ...(parts === undefined ? {} : { [partsName(metric)]: Object.fromEntries(shares) }),
  };
}

/**
 * The report as one JSON document: `scopes[scope][metric]` with value (adjusted), numerator, denominator, raw, excluded,
 * unknown seconds, sample coverage, status, target and pass; unrounded.
 */
export function reportJson({ scorecard, exclusions }: PeriodReport): object {
  const { fromMs, toMs, asOfMs, instantMs, scopes } = scorecard;
  return {
    from: chinaIso(fromMs),
    to: chinaIso(toMs),
    asOf: chinaIso(asOfMs),
    instant: chinaIso(instantMs),
    names: Object.fromEntries(scopes.map(({ scope, name }) => [scope, name])),
    scopes: Object.fromEntries(
      scopes.map(({ scope, figures }) => [
        scope,
        Object.fromEntries(figures.map((figure) => [figure.metric, figureJson(figure)])),
      ]),
    ),
    exclusions: exclusions.map(({ fromMs: from, toMs: to, ...exclusion }) => ({
      ...exclusion,
      from: chinaIso(from),
      to: chinaIso(to),
    })),
  };
}
