import type { AnalysisGrid } from './analysis-grid.ts';
import {
  areAsExpected,
  type ExpectedCells,
  expectedCells,
  inLight,
  wordsIn,
  wordsOf,
} from './settled-cells.ts';

/**
 * What the scene has learnt of every cell: three layers of the same place.
 * - background: what is there when nobody is (slow);
 * - rest: what covers the background and does not move (fast): static foreground;
 * - trial: what was seen last and may become either.
 * `previous` is the background before the current one, so that what parked and was learnt may leave without a trace.
 *
 * A cell that shows neither background nor rest (somebody walks through) changes nothing of what is known of it.
 */
export interface Layers {
  readonly columns: number;
  readonly rows: number;
  readonly background: Layer;
  readonly rest: Layer;
  readonly trial: Layer;
  readonly previous: Layer;
  /** Mean deviation of the background's luma. */
  readonly noise: Float32Array;
  /** Since when the rest layer has been there, in ms since the scene's first picture; −1: no rest layer. */
  readonly restSinceMs: Float64Array;
  readonly trialSinceMs: Float64Array;
  /** How long the background has shown through a rest layer without a break. */
  readonly throughMs: Float32Array;
  /** How long this background has been seen, capped; a new background is doubtful. */
  readonly supportMs: Float32Array;
  readonly hasPrevious: Uint8Array;
  /** 1 where a rest or a trial layer is, or the background has not settled yet: looked at closely every time. */
  readonly isPending: Uint8Array;
  /** The background in whole steps: tells quickly where it shows. */
  readonly expected: ExpectedCells;
  /** Learning time that each share of the blocks has not had yet, ms. */
  readonly owedMs: Float64Array;
  /** Whose turn it is. */
  turn: number;
  /** What the cell shows now: see `Shows`. */
  readonly shows: Uint8Array;
}

export interface Layer {
  readonly luma: Float32Array;
  readonly u: Float32Array;
  readonly v: Float32Array;
}

export const Shows = { background: 0, moving: 1, rest: 2 } as const;

export interface LayerRules {
  /** Seen unchanged this long: it rests. */
  readonly restAfterMs: number;
  /** The background shows this long: what rested there has gone. */
  readonly goneAfterMs: number;
  /** Time constant of the background where it is seen. */
  readonly backgroundMs: number;
  readonly noiseMs: number;
  /** A background seen for less than this, in the first seconds, yields to whatever stays longer. */
  readonly doubtfulMs: number;
  readonly youngMs: number;
}

export function makeLayers(columns: number, rows: number): Layers {
  const cells = columns * rows;
  const layer = (): Layer => ({
    luma: new Float32Array(cells),
    u: new Float32Array(cells).fill(128),
    v: new Float32Array(cells).fill(128),
  });
  return {
    columns,
    rows,
    background: layer(),
    rest: layer(),
    trial: layer(),
    previous: layer(),
    noise: new Float32Array(cells).fill(2),
    restSinceMs: new Float64Array(cells).fill(-1),
    trialSinceMs: new Float64Array(cells).fill(-1),
    throughMs: new Float32Array(cells),
    supportMs: new Float32Array(cells),
    hasPrevious: new Uint8Array(cells),
    isPending: new Uint8Array(cells).fill(1),
    expected: expectedCells(cells),
    owedMs: new Float64Array(learningShares),
    turn: 0,
    shows: new Uint8Array(cells),
  };
}

/** Begin again: what the grid shows is the background. */
export function resetLayers(layers: Layers, { luma, u, v }: AnalysisGrid): void {
  layers.background.luma.set(luma);
  layers.background.u.set(u);
  layers.background.v.set(v);
  layers.noise.fill(2);
  layers.restSinceMs.fill(-1);
  layers.trialSinceMs.fill(-1);
  layers.throughMs.fill(0);
  layers.supportMs.fill(0);
  layers.hasPrevious.fill(0);
  layers.isPending.fill(1);
  layers.expected.luma.set(luma);
  layers.expected.u.set(u);
  layers.expected.v.set(v);
  layers.shows.fill(Shows.background);
}

/** Luma differences below this are never a change; above the second one always are, however noisy the cell. */
const [quiet, loud] = [12, 45];
/** Where the ground is darker than this luma, differences are as much smaller, down to half. */
const darkBelow = 80;
const darkSlope = (0.5 * quiet) / darkBelow;
const noiseFactor = 2.8;
/** |ΔU| + |ΔV| of another colour. */
const colourDiffers = 18;
/** A layer that was learnt in another light may differ by this more. */
const layerSlack = 4;

const copyCell = (from: Layer, to: Layer, cell: number): void => {
  to.luma[cell] = from.luma[cell] ?? 0;
  to.u[cell] = from.u[cell] ?? 128;
  to.v[cell] = from.v[cell] ?? 128;
};

/** To be called wherever the background of a cell was changed. */
const expectBackground = ({ background, expected }: Layers, cell: number): void => {
  expected.luma[cell] = (background.luma[cell] ?? 0) + 0.5;
  expected.u[cell] = (background.u[cell] ?? 0) + 0.5;
  expected.v[cell] = (background.v[cell] ?? 0) + 0.5;
};

/** Blocks of so many cells, as a power of two, learn in turn: a settled background is followed by larger steps. */
const blockBits = 6;
const learningShares = 4;

/** A background seen for so long has settled: from then on it learns in turn. */
const settledMs = 3_000;

/** Whose turn it is to learn, for each share of the blocks: the time it stands for, 0: not now; and what follows. */
interface Turns {
  readonly dtMs: Float64Array;
  readonly rate: Float64Array;
  readonly noiseRate: Float64Array;
}

function takeTurns(layers: Layers, dtMs: number, rules: LayerRules): Turns {
  const turns = {
    dtMs: new Float64Array(learningShares),
    rate: new Float64Array(learningShares),
    noiseRate: new Float64Array(learningShares),
  };
  if (dtMs <= 0) return turns;
  layers.turn = (layers.turn + 1) % learningShares;
  for (let share = 0; share < learningShares; share++) {
    const owedMs = (layers.owedMs[share] ?? 0) + dtMs;
    const isNow = share === layers.turn;
    layers.owedMs[share] = isNow ? 0 : owedMs;
    if (!isNow) continue;
    turns.dtMs[share] = owedMs;
    turns.rate[share] = 1 - Math.exp(-owedMs / rules.backgroundMs);
    turns.noiseRate[share] = 1 - Math.exp(-owedMs / rules.noiseMs);
  }
  return turns;
}

/** What rests in this cell becomes its background; the old one is remembered. */
export function absorbCell(layers: Layers, cell: number): void {
  copyCell(layers.background, layers.previous, cell);
  layers.hasPrevious[cell] = 1;
  copyCell(layers.rest, layers.background, cell);
  expectBackground(layers, cell);
  layers.restSinceMs[cell] = -1;
  layers.throughMs[cell] = 0;
  layers.noise[cell] = 3;
}

const near = (layer: Layer, cell: number, seen: Seen, tolerance: number): boolean =>
  Math.abs(seen.luma - (layer.luma[cell] ?? 0)) <= tolerance &&
  Math.abs(seen.u - (layer.u[cell] ?? 0)) + Math.abs(seen.v - (layer.v[cell] ?? 0)) <= colourDiffers;

/** A cell now, its luma in the light of the background: an exposure that changes must not make a thing a stranger. */
interface Seen {
  luma: number;
  u: number;
  v: number;
}

/**
 * One picture further.
 * @param nowMs ms since the scene's first picture.
 * @param dtMs ms since the last step.
 * @param gain brightness of this picture against the background.
 * @param occupied 1 where a detected person or vehicle is: such a cell is no background, however young the scene; null:
 *   nobody knows.
 * @param isLearning false while the light changes: then nothing is learnt and nothing comes to rest.
 * @param isFrozen the picture is not of the scene: nothing at all is taken from it.
 * @returns share of cells that do not show the background.
 */
export function stepLayers(
  layers: Layers,
  grid: AnalysisGrid,
  step: {
    nowMs: number;
    dtMs: number;
    gain: number;
    isLearning: boolean;
    isFrozen: boolean;
    occupied: Uint8Array | null;
  },
  rules: LayerRules,
): number {
  const { background, rest, trial, previous, noise, restSinceMs, trialSinceMs, throughMs, supportMs, shows } =
    layers;
  const { isPending, expected } = layers;
  const [backLuma, backU, backV] = [background.luma, background.u, background.v];
  const [lumaNow, uNow, vNow] = [grid.luma, grid.u, grid.v];
  const { nowMs, dtMs, gain, isLearning, isFrozen, occupied } = step;
  const cells = grid.luma.length;
  const isYoung = nowMs < rules.youngMs;
  const learn = 1 - Math.exp(-dtMs / rules.backgroundMs);
  const learnNoise = 1 - Math.exp(-dtMs / rules.noiseMs);
  const learnRest = 1 - Math.exp(-dtMs / 3_000);
  const turns = takeTurns(layers, isLearning ? dtMs : 0, rules);
  const seen: Seen = { luma: 0, u: 128, v: 128 };
  const words = wordsOf(grid);
  const pendingWords = wordsIn(isPending);
  let covered = 0;
  const asExpected = gain === 1 ? expected.words : inLight(expected, gain);
  const lastWord = pendingWords.length - 1;
  // Cells from here on are looked at quickly, four at a time: what does not stand out needs no more.
  let quickFrom = 0;
  for (let cell = 0; cell < cells; cell++) {
    const share = (cell >> blockBits) % learningShares;
    const turnMs = turns.dtMs[share] ?? 0;
    if (cell >= quickFrom) {
      const word = cell >> 2;
      if (
        turnMs === 0 &&
        word <= lastWord &&
        pendingWords[word] === 0 &&
        areAsExpected(words, asExpected, word)
      ) {
        shows[cell] = shows[cell + 1] = shows[cell + 2] = shows[cell + 3] = Shows.background;
        cell += 3;
        continue;
      }
      quickFrom = cell + 4;
    }
    const luma = lumaNow[cell] ?? 0;
    const u = uNow[cell] ?? 128;
    const v = vNow[cell] ?? 128;
    const learnt = backLuma[cell] ?? 0;
    // Math.abs and Math.min: which of the two it is cannot be predicted, and a wrong guess costs more than the rest.
    // A clipped highlight shows no more than that it is one.
    const away = Math.abs(luma - Math.min(255, gain * learnt));
    const spread = noise[cell] ?? 0;
    const dark = Math.max(0, darkBelow - learnt) * darkSlope;
    const tolerance = Math.min(loud, quiet - dark + noiseFactor * spread);
    const du = u - (backU[cell] ?? 128);
    const dv = v - (backV[cell] ?? 128);
    if (away <= tolerance && Math.abs(du) + Math.abs(dv) <= colourDiffers) {
      shows[cell] = Shows.background;
      if (!isLearning) continue;
      const support = supportMs[cell] ?? 0;
      const isSettled = support >= settledMs;
      const sinceMs = isSettled ? turnMs : dtMs;
      if (sinceMs > 0) {
        const slowly = isSettled ? (turns.rate[share] ?? 0) : learn;
        const noiseRate = isSettled ? (turns.noiseRate[share] ?? 0) : learnNoise;
        // Seen for the first seconds: a plain mean. Later: a slow follower.
        const isFollower = support >= rules.backgroundMs;
        const rate = isFollower ? slowly : Math.max(slowly, sinceMs / (support + sinceMs));
        if (!isFollower) supportMs[cell] = support + sinceMs;
        backLuma[cell] = learnt + rate * (luma - learnt);
        backU[cell] = (backU[cell] ?? 0) + rate * du;
        backV[cell] = (backV[cell] ?? 0) + rate * dv;
        noise[cell] = spread + noiseRate * (away - spread);
        expectBackground(layers, cell);
      }
      if (isPending[cell] === 0) continue;
      trialSinceMs[cell] = -1;
      if ((restSinceMs[cell] ?? -1) >= 0) {
        const through = (throughMs[cell] ?? 0) + dtMs;
        throughMs[cell] = through;
        if (through >= rules.goneAfterMs) restSinceMs[cell] = -1;
      } else if (isSettled) isPending[cell] = 0;
      continue;
    }
    covered++;
    shows[cell] = Shows.moving;
    if (isFrozen) continue;
    const level = luma / gain;
    seen.luma = level;
    seen.u = u;
    seen.v = v;
    const slack = tolerance + layerSlack;
    if ((restSinceMs[cell] ?? -1) >= 0 && near(rest, cell, seen, slack)) {
      shows[cell] = Shows.rest;
      if (!isLearning) continue;
      throughMs[cell] = 0;
      trialSinceMs[cell] = -1;
      rest.luma[cell] = (rest.luma[cell] ?? 0) + learnRest * (level - (rest.luma[cell] ?? 0));
      rest.u[cell] = (rest.u[cell] ?? 0) + learnRest * (u - (rest.u[cell] ?? 0));
      rest.v[cell] = (rest.v[cell] ?? 0) + learnRest * (v - (rest.v[cell] ?? 0));
      continue;
    }
    const since = trialSinceMs[cell] ?? -1;
    if (since < 0 || !near(trial, cell, seen, quiet)) {
      trial.luma[cell] = level;
      trial.u[cell] = u;
      trial.v[cell] = v;
      trialSinceMs[cell] = nowMs;
      isPending[cell] = 1;
      continue;
    }
    trial.luma[cell] = (trial.luma[cell] ?? 0) + 0.3 * (level - (trial.luma[cell] ?? 0));
    // While the light changes nothing is believed, but since when something has been there is not forgotten.
    if (!isLearning || nowMs - since < rules.restAfterMs) continue;
    trialSinceMs[cell] = -1;
    if (layers.hasPrevious[cell] === 1 && near(previous, cell, seen, slack)) {
      // What was learnt has left again: the background before it is back.
      copyCell(previous, background, cell);
      expectBackground(layers, cell);
      layers.hasPrevious[cell] = 0;
      restSinceMs[cell] = -1;
      shows[cell] = Shows.background;
      continue;
    }
    copyCell(trial, rest, cell);
    restSinceMs[cell] = since;
    throughMs[cell] = 0;
    // In the first seconds a passer-by may have been taken for background.
    if (isYoung && (supportMs[cell] ?? 0) < rules.doubtfulMs && occupied?.[cell] !== 1) {
      absorbCell(layers, cell);
      layers.hasPrevious[cell] = 0;
      supportMs[cell] = nowMs - since;
      shows[cell] = Shows.background;
    } else shows[cell] = Shows.rest;
  }
  return covered / Math.max(cells, 1);
}
