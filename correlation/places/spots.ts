import type { PointM } from '../measures/plane.ts';

/** A place something may be at: a round hill of probability. */
export interface Hill {
  readonly at: PointM;
  /** Standard deviation in each direction, metres. */
  readonly errorM: number;
  readonly weight: number;
}

/** What one source (a column, a phrase) says of a place; the weights add up to 1. */
export interface PlaceHint {
  readonly hills: readonly Hill[];
  /** How likely the source speaks of another place. */
  readonly isWrongShare: number;
}

/** Hills kept while hints are brought together, and after. */
const mostHills = 240;

/** A hint that speaks of another place may lie anywhere in about a district. */
const anywherePerM2 = 1 / 4e6;

export const apartM = (one: PointM, other: PointM): number =>
  Math.hypot(one.xM - other.xM, one.yM - other.yM);

/** Probability per m² of a hill at a distance. */
export const densityPerM2 = (distanceM: number, errorM: number): number =>
  Math.exp(-(distanceM * distanceM) / (2 * errorM * errorM)) / (2 * Math.PI * errorM * errorM);

const normalised = (hills: readonly Hill[]): Hill[] => {
  const kept = hills.toSorted((one, other) => other.weight - one.weight).slice(0, mostHills);
  const sum = kept.reduce((total, { weight }) => total + weight, 0);
  return sum === 0
    ? []
    : kept.map((hill) => ({ ...hill, weight: hill.weight / sum })).filter(({ weight }) => weight > 1e-4);
};

/** The hill where both say it is; its weight is how well they agree. */
function meet(one: Hill, other: Hill): Hill {
  const a = 1 / one.errorM ** 2;
  const b = 1 / other.errorM ** 2;
  return {
    at: {
      xM: (one.at.xM * a + other.at.xM * b) / (a + b),
      yM: (one.at.yM * a + other.at.yM * b) / (a + b),
    },
    errorM: 1 / Math.sqrt(a + b),
    weight:
      one.weight *
      other.weight *
      densityPerM2(apartM(one.at, other.at), Math.hypot(one.errorM, other.errorM)),
  };
}

/**
 * Bring together what several sources say: where they agree is much likelier than where only one of them is, but one
 * of them may be wrong.
 */
export function combineHints(hints: readonly PlaceHint[]): Hill[] {
  const [first, ...others] = hints;
  if (first === undefined) return [];
  let hills: Hill[] = [...first.hills];
  let firstWrongShare = first.isWrongShare;
  for (const { hills: more, isWrongShare } of others) {
    const both = hills.flatMap((one) => more.map((other) => meet(one, other)));
    const bothShare = (1 - firstWrongShare) * (1 - isWrongShare);
    const onlyFirst = (1 - firstWrongShare) * isWrongShare * anywherePerM2;
    const onlyOther = firstWrongShare * (1 - isWrongShare) * anywherePerM2;
    hills = normalised([
      ...both.map((hill) => ({ ...hill, weight: hill.weight * bothShare })),
      ...hills.map((hill) => ({ ...hill, weight: hill.weight * onlyFirst })),
      ...more.map((hill) => ({ ...hill, weight: hill.weight * onlyOther })),
    ]);
    firstWrongShare = firstWrongShare * isWrongShare;
  }
  return normalised(hills);
}
