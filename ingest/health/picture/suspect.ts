import type { PictureFault } from '../../../contracts/index.ts';
import { type Baseline, detailOf, reliefFor } from './baseline.ts';
import type { Cells } from './cells.ts';
import { average, type Features } from './features.ts';
import { likeness, likenessWithCreep } from './likeness.ts';

/**
 * What one picture says about one fault. `between`: too good to raise it, too bad to clear it. `blind`: it cannot be
 * told, because there is no baseline yet or a graver fault hides it.
 */
export type Sign = 'yes' | 'no' | 'between' | 'blind';

/** Faults that a single picture shows; the others show only over time. */
export type PictureSign = Exclude<PictureFault, 'freeze' | 'jitter' | 'sceneChange'>;

/** Everything that single pictures tell. */
export interface Suspicion {
  readonly signs: Readonly<Record<PictureSign, Sign>>;
  /** Correlation of edges with the baseline; null when it cannot be told. */
  readonly likeness: number | null;
  /** Share of the picture where edges are gone and the brightness is another one; null as above. */
  readonly coveredShare: number | null;
}

/** Higher is worse. */
const above = (value: number, enter: number, leave: number): Sign =>
  value > enter ? 'yes' : value > leave ? 'between' : 'no';
/** Lower is worse. */
const below = (value: number, enter: number, leave: number): Sign =>
  value < enter ? 'yes' : value < leave ? 'between' : 'no';
/** As bad as the worse of the two. */
const worseOf = (a: Sign, b: Sign): Sign => {
  if (a === 'yes' || b === 'yes') return 'yes';
  return a === 'no' && b === 'no' ? 'no' : 'between';
};
/** As bad as the better of the two. */
const both = (a: Sign, b: Sign): Sign => {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'between';
};

/**
 * Hold one picture against fixed limits and against the camera's own baseline, which is null until it is known.
 * Where both exist both must agree, so that a plain wall, a night street or a warm lamp is no fault for ever.
 */
export function suspect(
  cells: Cells,
  relief: Float32Array,
  features: Features,
  baseline: Baseline | null,
): Suspicion {
  const isComparable =
    baseline !== null && baseline.columns === cells.columns && baseline.rows === cells.rows;
  const base = isComparable ? baseline : null;
  const black = both(below(features.mean, 8, 14), below(features.layoutSpread, 6, 9));
  const signalLost = black === 'yes' ? 'no' : lostSign(features, base);
  if (black === 'yes' || signalLost === 'yes') return nothingToSee({ black, signalLost });
  const seen = base === null ? null : compare(cells, relief, base);
  const dark = darkSign(features, base, seen);
  const bright = both(
    above(features.mean, 215, 205),
    base === null ? 'yes' : above(features.mean, base.mean + 25, base.mean + 15),
  );
  const isExposed = dark !== 'yes' && bright !== 'yes';
  const noise = isExposed ? noiseSign(cells, features, base) : 'blind';
  const isClean = isExposed && noise !== 'yes';
  const lowContrast = isClean ? contrastSign(features, base, seen) : 'blind';
  const occlusion = isClean && lowContrast !== 'yes' ? occlusionSign(seen) : 'blind';
  const isOpen = isClean && lowContrast !== 'yes' && occlusion !== 'yes';
  return {
    signs: {
      black,
      signalLost,
      dark,
      bright,
      noise,
      lowContrast,
      occlusion,
      colorCast: isExposed && occlusion !== 'yes' ? castSign(features, base) : 'blind',
      blur: isOpen ? blurSign(features, base, seen) : 'blind',
    },
    likeness: isOpen ? (seen?.likeness ?? null) : null,
    coveredShare: isClean && lowContrast !== 'yes' ? (seen?.coveredShare ?? null) : null,
  };
}

const nothingToSee = (lost: Pick<Suspicion['signs'], 'black' | 'signalLost'>): Suspicion => ({
  signs: {
    ...lost,
    noise: 'blind',
    dark: 'blind',
    bright: 'blind',
    lowContrast: 'blind',
    occlusion: 'blind',
    colorCast: 'blind',
    blur: 'blind',
  },
  likeness: null,
  coveredShare: null,
});

/** One even tone all over, as recorders show where no camera is; text in it may take a little. */
function lostSign({ uniformShare, mean, chroma }: Features, base: Baseline | null): Sign {
  // Without colour and nearly black or white it is a badly lit picture, as far as anybody can tell.
  if ((mean < 40 || mean > 205) && Math.hypot(chroma.meanU, chroma.meanV) < 8) return 'no';
  if (base !== null && base.uniformShare > 0.7) return above(uniformShare, 0.995, 0.97);
  return above(uniformShare, 0.92, 0.85);
}

function darkSign({ mean }: Features, base: Baseline | null, seen: Comparison | null): Sign {
  if (base === null || seen === null) return below(mean, 40, 45);
  // Dark in parts is covered, not dark.
  const isAllOver = above(seen.darkenedShare, 0.9, 0.8);
  // However slowly it got there, nothing can be told in it any more.
  const hopeless = below(mean, 16, 20);
  const darker = both(below(mean, 40, 45), below(mean, 0.5 * base.mean, 0.65 * base.mean));
  return worseOf(both(darker, isAllOver), base.mean < 40 ? hopeless : both(hopeless, isAllOver));
}

/**
 * Strong by itself, or more structure than usual all over where the scene is plain, and other structure in every
 * picture: encoders turn snow into blotches that no noise estimate finds.
 */
function noiseSign(cells: Cells, { noise, medianChange }: Features, base: Baseline | null): Sign {
  const usual = base?.noise ?? 0;
  const plainly = above(noise, Math.max(4, 2 * usual), Math.max(2.5, 1.5 * usual));
  if (plainly !== 'no' || base === null || medianChange === null) return plainly;
  const changing = above(medianChange, 1, 0.6);
  // A still picture, as most are, need not be searched.
  return changing === 'no' ? 'no' : both(above(roughShareOf(cells, base), 0.3, 0.15), changing);
}

const blocksAcross = 4;
const blocksDown = 3;
const enoughCells = 20;

/**
 * Share of the usually plain cells that show far more than usual, in the second calmest of twelve parts of the
 * picture: a lorry that passes leaves some parts as they were, snow does not.
 */
function roughShareOf({ columns, rows, detail }: Cells, base: Baseline): number {
  const plain = base.medianRelief;
  const counts = Array.from({ length: blocksAcross * blocksDown }, () => ({ plain: 0, rough: 0 }));
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cell++) {
      const relief = base.relief[cell] ?? 0;
      if (relief > plain) continue;
      const block =
        counts[
          Math.floor((row * blocksDown) / rows) * blocksAcross + Math.floor((column * blocksAcross) / columns)
        ];
      if (block === undefined) continue;
      block.plain++;
      const shown = detail[cell] ?? 0;
      // Nothing usual is less than none, which spares most cells the exponential.
      if (shown <= 1.5) continue;
      const usual = detailOf(relief);
      if (shown > Math.max(2.5 * usual, usual + 1.5)) block.rough++;
    }
  }
  const shares = counts
    .filter((block) => block.plain >= enoughCells)
    .map((block) => block.rough / block.plain)
    .toSorted((a, b) => a - b);
  return shares[Math.min(1, shares.length - 1)] ?? 0;
}

/** The same scene, but all of it in a few tones: fog, a dirty dome, a failing sensor. */
function contrastSign({ contrast }: Features, base: Baseline | null, seen: Comparison | null): Sign {
  if (base === null || seen === null) return below(contrast, 20, 26);
  const ratio = contrast / Math.max(1, base.contrast);
  const flatter = worseOf(
    both(below(contrast, 60, 70), below(ratio, 0.5, 0.65)),
    both(below(contrast, 90, 100), below(ratio, 0.4, 0.5)),
  );
  return flatter === 'no' ? 'no' : both(flatter, above(seen.layoutLikeness(), sameLayout, 0.6));
}

/**
 * A tint over everything: colour that hardly varies about its mean. Grey night pictures have a mean of nothing, and
 * a green park or a sodium lamp is what its camera usually sees. A dark picture shows the same tint more weakly.
 */
function castSign({ chroma, mean }: Features, base: Baseline | null): Sign {
  const { meanU, meanV, deviation } = chroma;
  const strength = 110 / Math.max(50, Math.min(mean, 110));
  const tint = strength * Math.hypot(meanU, meanV);
  const evenness = (2 * Math.hypot(meanU, meanV)) / Math.max(deviation, 0.1);
  if (base === null) return both(above(tint, 25, 20), above(evenness, 4, 3));
  const moved = strength * Math.hypot(meanU - base.meanU, meanV - base.meanV);
  return both(both(above(tint, 9, 7), above(evenness, 1.5, 1.2)), above(moved, 7.5, 5.5));
}

/** A picture against the baseline, cell by cell. */
interface Comparison {
  readonly likeness: number;
  /** Correlation of brightness: high as long as the same scene is shown, however badly. Found when it is asked for. */
  readonly layoutLikeness: () => number;
  /** How much of the light of the baseline there is, at most 1. */
  readonly exposure: number;
  /** Share of what is usually lit that is far darker now. */
  readonly darkenedShare: number;
  /** Share of the cells that usually show edges or texture and now do not. */
  readonly lostShare: number;
  readonly coveredShare: number;
}

/** A cell that shows less than this usually has nothing to lose. */
const leastRelief = reliefFor(1);
const lostBelow = 0.3;
/** Relief that is lower by no more than this is three fifths of the usual one, less 0.2: of one above 1, over 0.3. */
const plainlyThere = 0.5;
const otherLuma = 12;
/** What is usually darker than this cannot go out. */
const litLuma = 36;

function compare(cells: Cells, relief: Float32Array, base: Baseline): Comparison {
  const meanNow = average(cells.mean);
  const meanThen = average(base.luma);
  // Exposure makes edges weaker and stronger with everything else.
  const exposure = Math.max(0.3, Math.min(1, (meanNow - 16) / Math.max(1, meanThen - 16)));
  let [drawn, lost, covered, lit, darkened] = [0, 0, 0, 0, 0];
  for (let cell = 0; cell < base.relief.length; cell++) {
    const usualRelief = base.relief[cell] ?? 0;
    const luma = cells.mean[cell] ?? 0;
    const usualLuma = base.luma[cell] ?? 0;
    if (usualLuma > litLuma) {
      lit++;
      if (luma - 16 < 0.6 * (usualLuma - 16)) darkened++;
    }
    if (usualRelief < leastRelief) continue;
    drawn++;
    // Nearly all cells show about what they usually do: more than `lostBelow` of it, which spares the exponential.
    if ((relief[cell] ?? 0) >= usualRelief - plainlyThere) continue;
    const usual = detailOf(usualRelief);
    if ((cells.detail[cell] ?? 0) >= lostBelow * usual * exposure) continue;
    lost++;
    if (Math.abs(luma - usualLuma) > otherLuma) covered++;
  }
  return {
    exposure,
    darkenedShare: lit === 0 ? 1 : darkened / lit,
    likeness: likenessWithCreep(relief, base.relief, cells),
    layoutLikeness: () => likeness(cells.mean, base.luma, cells),
    lostShare: lost / Math.max(1, drawn),
    coveredShare: covered / Math.max(1, base.relief.length),
  };
}

const sameLayout = 0.7;

function occlusionSign(seen: Comparison | null): Sign {
  if (seen === null) return 'blind';
  const bare = above(seen.lostShare, 0.5, 0.3);
  return bare === 'no' ? 'no' : both(bare, below(seen.layoutLikeness(), sameLayout, 0.8));
}

function blurSign({ sharpness, contrast }: Features, base: Baseline | null, seen: Comparison | null): Sign {
  if (base === null || seen === null) return 'blind';
  // What has less light or less contrast has weaker edges, however sharp it is.
  const range = Math.min(1, contrast / Math.max(1, base.contrast));
  const usual = base.sharpness * Math.min(seen.exposure, Math.max(range, 0.2));
  const soft = below(sharpness / Math.max(usual, 1e-6), 0.5, 0.75);
  // Another scene is not a blurred one.
  return soft === 'yes' && seen.layoutLikeness() < sameLayout ? 'between' : soft;
}
