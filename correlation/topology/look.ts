/** Likelihoods of each class or colour given what was seen, as a detector gives them under a flat prior. */
export type Scores = Readonly<Record<string, number>>;

/** How a vehicle looks to one camera. */
export interface Look {
  readonly classScores: Scores;
  readonly colorScores: Scores;
}

/** Below this a detector's score says nothing: no class is ever excluded by one look. */
const floorScore = 0.005;
const sampleCount = 3_000;

/** Of so many looks a detector is sure of something that is not so: they say nothing. */
const misreadShare = 0.1;

/** One attribute (class or colour): its values, and how common each is in the traffic. */
export interface AttributeModel {
  readonly names: readonly string[];
  readonly shares: Float64Array;
}

/** How common each value is, given the likelihoods of many passages: a mixture's weights by expectation-maximisation. */
export function attributeModel(all: readonly Scores[]): AttributeModel {
  const names = [...new Set(all.flatMap((scores) => Object.keys(scores)))].toSorted();
  // Shares of a few values are known well enough from some thousands.
  const stride = Math.max(1, Math.floor(all.length / sampleCount));
  const sample = all.filter((_, index) => index % stride === 0);
  const rows = sample.map((scores) => names.map((name) => Math.max(floorScore, scores[name] ?? 0)));
  let shares = names.map(() => 1 / names.length);
  for (let round = 0; round < 30; round += 1) {
    const sums = names.map(() => 1 / names.length);
    for (const row of rows) {
      const total = row.reduce((sum, likelihood, k) => sum + likelihood * (shares[k] ?? 0), 0);
      for (const [k, likelihood] of row.entries()) {
        sums[k] = (sums[k] ?? 0) + (likelihood * (shares[k] ?? 0)) / total;
      }
    }
    shares = sums.map((sum) => sum / (rows.length + 1));
  }
  return { names, shares: Float64Array.from(shares) };
}

/**
 * Likelihood of each value over that of the traffic at large, so that `evidence` of two looks is a likelihood ratio.
 * @returns one entry per name; their mean weighted by `shares` is 1.
 */
export function liftOf(scores: Scores, { names, shares }: AttributeModel): Float64Array {
  const raw = Float64Array.from(names, (name) => Math.max(floorScore, scores[name] ?? 0));
  const total = raw.reduce((sum, likelihood, k) => sum + likelihood * (shares[k] ?? 0), 0);
  if (total <= 0) return raw.fill(1);
  return raw.map((likelihood) => (1 - misreadShare) * (likelihood / total) + misreadShare);
}

/** How much likelier two looks are of one vehicle than of two drawn from the traffic. */
export function likelihoodRatio(a: Float64Array, b: Float64Array, shares: Float64Array): number {
  // Nothing is known of anybody's looks: they tell nothing apart.
  if (shares.length === 0) return 1;
  let sum = 0;
  for (let k = 0; k < shares.length; k += 1) sum += (shares[k] ?? 0) * (a[k] ?? 1) * (b[k] ?? 1);
  return sum;
}
