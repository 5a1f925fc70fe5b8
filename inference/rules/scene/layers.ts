import type { PixelLoops } from '../../../kernel/index.ts';
import type { AnalysisGrid } from './analysis-grid.ts';

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
  readonly expected: Readonly<Record<'luma' | 'u' | 'v', Uint8Array>>;
  /** Learning time that each share of the blocks has not had yet, ms. */
  readonly owedMs: Float64Array;
  /** Whose turn it is. */
  turn: number;
  /** What the cell shows now: see `Shows`. */
  readonly shows: Uint8Array;
  /** Cells of the picture that are looked at closely. */
  readonly close: Int32Array;
  /** What `stepBackground` is told. */
  readonly told: { readonly arrays: Int32Array; readonly rates: Float32Array; readonly turns: Float32Array };
}

export interface Layer {
  readonly luma: Float32Array;
  readonly u: Float32Array;
  readonly v: Float32Array;
}

/** `coarseMask` counts those of 1. */
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
    expected: { luma: new Uint8Array(cells), u: new Uint8Array(cells), v: new Uint8Array(cells) },
    owedMs: new Float64Array(learningShares),
    turn: 0,
    shows: new Uint8Array(cells),
    close: new Int32Array(cells),
    told: {
      arrays: new Int32Array(14),
      rates: new Float32Array(6),
      turns: new Float32Array(3 * learningShares),
    },
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

// As in `kernel/pixels/assembly/background.ts`.
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

/** Blocks of cells learn in so many turns: a settled background is followed by larger steps. */
const learningShares = 4;

/** A background seen for so long has settled: from then on it learns in turn. */
const settledMs = 3_000;

/** Whose turn it is to learn: for each share of the blocks the time it stands for, 0: not now; and what follows. */
function takeTurns(layers: Layers, dtMs: number, rules: LayerRules): void {
  const { turns } = layers.told;
  turns.fill(0);
  if (dtMs <= 0) return;
  layers.turn = (layers.turn + 1) % learningShares;
  for (let share = 0; share < learningShares; share++) {
    const owedMs = (layers.owedMs[share] ?? 0) + dtMs;
    const isNow = share === layers.turn;
    layers.owedMs[share] = isNow ? 0 : owedMs;
    if (!isNow) continue;
    const rates = [owedMs, shareOfWay(owedMs, rules.backgroundMs), shareOfWay(owedMs, rules.noiseMs)];
    turns.set(rates, 3 * share);
  }
}

const shareOfWay = (dtMs: number, timeConstantMs: number): number => 1 - Math.exp(-dtMs / timeConstantMs);

/** Where `stepBackground` finds everything. */
function placesOf(layers: Layers, grid: AnalysisGrid): readonly number[] {
  const { expected, isPending, shows, background, noise, supportMs, close } = layers;
  const planes = ({ luma, u, v }: BytePlanes | Layer) => [luma, u, v];
  return [
    ...planes(grid),
    ...planes(expected),
    isPending,
    shows,
    ...planes(background),
    noise,
    supportMs,
    close,
  ].map(({ byteOffset }) => byteOffset);
}

type BytePlanes = Readonly<Record<'luma' | 'u' | 'v', Uint8Array>>;

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

/**
 * What had been learnt in this cell has left it: its ground is the one before. What rests over it goes on resting, and
 * what shows the learnt look still was learnt with what left, and has rested there since.
 */
export function ungroundCell(layers: Layers, cell: number, learntSinceMs: number): void {
  const { background, rest, previous, restSinceMs } = layers;
  if ((restSinceMs[cell] ?? -1) < 0) {
    copyCell(background, rest, cell);
    restSinceMs[cell] = learntSinceMs;
    layers.throughMs[cell] = 0;
    layers.isPending[cell] = 1;
  }
  copyCell(previous, background, cell);
  expectBackground(layers, cell);
  layers.hasPrevious[cell] = 0;
}

/** @param level luma in the light of the background: an exposure that changes must not make a thing a stranger. */
const near = (layer: Layer, cell: number, level: number, u: number, v: number, tolerance: number): boolean =>
  Math.abs(level - (layer.luma[cell] ?? 0)) <= tolerance &&
  Math.abs(u - (layer.u[cell] ?? 0)) + Math.abs(v - (layer.v[cell] ?? 0)) <= colourDiffers;

/**
 * One picture further.
 * @param layers and `grid` lie where `loops` reach them.
 * @param step.nowMs ms since the scene's first picture.
 * @param step.dtMs ms since the last step.
 * @param step.gain brightness of this picture against the background.
 * @param step.occupied 1 where a detected person or vehicle is: such a cell is no background, however young the scene;
 *   null: nobody knows.
 * @param step.isLearning false while the light changes: then nothing is learnt and nothing comes to rest.
 * @param step.isFrozen the picture is not of the scene: nothing at all is taken from it.
 * @returns share of cells that do not show the background.
 */
export function stepLayers(
  loops: PixelLoops,
  layers: Layers,
  grid: AnalysisGrid,
  step: LayerStep,
  rules: LayerRules,
): number {
  const { close, shows, told } = layers;
  const { dtMs, gain, isLearning } = step;
  const cells = grid.luma.length;
  takeTurns(layers, isLearning ? dtMs : 0, rules);
  const rates = [shareOfWay(dtMs, rules.backgroundMs), shareOfWay(dtMs, rules.noiseMs)];
  told.rates.set([gain, dtMs, ...rates, rules.backgroundMs, isLearning ? 1 : 0]);
  told.arrays.set(placesOf(layers, grid));
  const { arrays, rates: pace, turns } = told;
  const count = loops.stepBackground(cells, arrays.byteOffset, pace.byteOffset, turns.byteOffset);
  const learnRest = shareOfWay(dtMs, 3_000);
  let covered = 0;
  for (let index = 0; index < count; index++) {
    const cell = close[index] ?? 0;
    if (shows[cell] === Shows.background) {
      if (isLearning) showsThrough(layers, cell, dtMs, rules);
    } else {
      covered++;
      if (!step.isFrozen) shows[cell] = whatCovers(layers, grid, cell, step, rules, learnRest);
    }
  }
  return covered / Math.max(cells, 1);
}

interface LayerStep {
  readonly nowMs: number;
  readonly dtMs: number;
  readonly gain: number;
  readonly isLearning: boolean;
  readonly isFrozen: boolean;
  readonly occupied: Uint8Array | null;
}

/** The background shows in a cell that is pending. */
function showsThrough(
  { trialSinceMs, restSinceMs, throughMs, supportMs, isPending }: Layers,
  cell: number,
  dtMs: number,
  rules: LayerRules,
): void {
  trialSinceMs[cell] = -1;
  if ((restSinceMs[cell] ?? -1) >= 0) {
    const through = (throughMs[cell] ?? 0) + dtMs;
    throughMs[cell] = through;
    if (through >= rules.goneAfterMs) restSinceMs[cell] = -1;
  } else if ((supportMs[cell] ?? 0) >= settledMs) isPending[cell] = 0;
}

/** Something else than the background shows. @returns what, after it was taken into account. */
function whatCovers(
  layers: Layers,
  grid: AnalysisGrid,
  cell: number,
  { nowMs, gain, isLearning, occupied }: LayerStep,
  rules: LayerRules,
  learnRest: number,
): number {
  const { background, rest, trial, previous, noise, restSinceMs, trialSinceMs, throughMs, supportMs } =
    layers;
  const learnt = background.luma[cell] ?? 0;
  const dark = Math.max(0, darkBelow - learnt) * darkSlope;
  const slack = Math.min(loud, quiet - dark + noiseFactor * (noise[cell] ?? 0)) + layerSlack;
  const level = (grid.luma[cell] ?? 0) / gain;
  const u = grid.u[cell] ?? 128;
  const v = grid.v[cell] ?? 128;
  if ((restSinceMs[cell] ?? -1) >= 0 && near(rest, cell, level, u, v, slack)) {
    if (!isLearning) return Shows.rest;
    throughMs[cell] = 0;
    trialSinceMs[cell] = -1;
    rest.luma[cell] = (rest.luma[cell] ?? 0) + learnRest * (level - (rest.luma[cell] ?? 0));
    rest.u[cell] = (rest.u[cell] ?? 0) + learnRest * (u - (rest.u[cell] ?? 0));
    rest.v[cell] = (rest.v[cell] ?? 0) + learnRest * (v - (rest.v[cell] ?? 0));
    return Shows.rest;
  }
  const since = trialSinceMs[cell] ?? -1;
  if (since < 0 || !near(trial, cell, level, u, v, quiet)) {
    trial.luma[cell] = level;
    trial.u[cell] = u;
    trial.v[cell] = v;
    trialSinceMs[cell] = nowMs;
    layers.isPending[cell] = 1;
    return Shows.moving;
  }
  trial.luma[cell] = (trial.luma[cell] ?? 0) + 0.3 * (level - (trial.luma[cell] ?? 0));
  // While the light changes nothing is believed, but since when something has been there is not forgotten.
  if (!isLearning || nowMs - since < rules.restAfterMs) return Shows.moving;
  trialSinceMs[cell] = -1;
  if (layers.hasPrevious[cell] === 1 && near(previous, cell, level, u, v, slack)) {
    // What was learnt has left again: the background before it is back.
    copyCell(previous, background, cell);
    expectBackground(layers, cell);
    layers.hasPrevious[cell] = 0;
    restSinceMs[cell] = -1;
    return Shows.background;
  }
  copyCell(trial, rest, cell);
  restSinceMs[cell] = since;
  throughMs[cell] = 0;
  // In the first seconds a passer-by may have been taken for background.
  const isYoung = nowMs < rules.youngMs;
  if (!isYoung || (supportMs[cell] ?? 0) >= rules.doubtfulMs || occupied?.[cell] === 1) return Shows.rest;
  absorbCell(layers, cell);
  layers.hasPrevious[cell] = 0;
  supportMs[cell] = nowMs - since;
  return Shows.background;
}
