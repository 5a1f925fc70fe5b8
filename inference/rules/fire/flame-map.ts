import { openPixels, type PixelLoops } from '../../../kernel/index.ts';
import type { Canvas } from '../scene/canvas.ts';
import type { Region } from '../scene/regions.ts';

/** Colour and flicker of every cell follow with this time constant. */
const followMs = 1_500;
/** Gaps in a flame are closed; smaller regions are lamps far away. */
const gapCells = 2;
const minAreaCells = 14;
/** Changes of luma below this are noise. */
const noiseSteps = 5;

const makeCells = (cells: number) => ({
  luma: new Uint8Array(cells),
  before: new Uint8Array(cells),
  u: new Uint8Array(cells),
  v: new Uint8Array(cells),
  hot: new Float32Array(cells),
  flicker: new Float32Array(cells),
  /** Not 0 where `hot` says anything. */
  isWarm: new Uint8Array(cells),
  mask: new Uint8Array(cells),
});

/** What flickers in the colour of fire, cell by cell; which colour that is stands with `stepFlames`. */
export class FlameMap {
  readonly #canvas: Canvas;
  readonly #loops: PixelLoops;
  readonly #cells: ReturnType<typeof makeCells>;
  /** Luma now, and in the picture before. */
  #luma: Uint8Array;
  #before: Uint8Array;
  #hotCount = 0;

  constructor(canvas: Canvas) {
    this.#canvas = canvas;
    const { loops, moved } = openPixels(makeCells(canvas.grid.luma.length));
    this.#loops = loops;
    this.#cells = moved;
    [this.#luma, this.#before] = [moved.luma, moved.before];
  }

  isOf(canvas: Canvas): boolean {
    return this.#canvas === canvas;
  }

  /** One picture further. */
  see(dtMs: number): void {
    const { grid } = this.#canvas;
    const { u, v, isWarm, hot, flicker } = this.#cells;
    [this.#before, this.#luma] = [this.#luma, this.#before];
    this.#luma.set(grid.luma);
    u.set(grid.u);
    v.set(grid.v);
    this.#hotCount = this.#loops.stepFlames(
      isWarm.length,
      this.#luma.byteOffset,
      u.byteOffset,
      v.byteOffset,
      this.#before.byteOffset,
      isWarm.byteOffset,
      hot.byteOffset,
      flicker.byteOffset,
      1 - Math.exp(-dtMs / followMs),
    );
  }

  /** Regions that burn now; their cells hold until the next search. */
  regions(): Region[] {
    if (this.#hotCount < minAreaCells) return [];
    const { hot, flicker, mask } = this.#cells;
    this.#loops.markFlames(mask.length, hot.byteOffset, flicker.byteOffset, mask.byteOffset);
    return this.#canvas.finder.find(mask, { gapCells, minArea: minAreaCells });
  }

  /**
   * How much the cells of a region change together: 1 for a lamp that blinks as a whole, low for flames, whose parts
   * go their own ways. Null: hardly anything changed.
   */
  coherence({ cells }: Pick<Region, 'cells'>): number | null {
    let [up, down] = [0, 0];
    for (const cell of cells) {
      const change = (this.#luma[cell] ?? 0) - (this.#before[cell] ?? 0);
      if (change > noiseSteps) up++;
      else if (change < -noiseSteps) down++;
    }
    return up + down < cells.length / 5 ? null : Math.abs(up - down) / (up + down);
  }

  /**
   * Share of a region's changes that one small movement of all of it explains: near 1 where something sways, or the
   * camera shakes and an edge in the colour of fire lies there; low for flames, which have no shape that could move.
   * Null: hardly anything changed.
   */
  sway({ cells }: Pick<Region, 'cells'>): number | null {
    const { columns } = this.#canvas.grid;
    let [xx, xy, yy, xt, yt, tt] = [0, 0, 0, 0, 0, 0];
    for (const cell of cells) {
      const mean = (at: number): number => (this.#luma[at] ?? 0) + (this.#before[at] ?? 0);
      // Least squares of the change against the slopes of both pictures (Lucas and Kanade 1981).
      const slopeX = mean(cell + 1) - mean(cell - 1);
      const slopeY = mean(cell + columns) - mean(cell - columns);
      const change = (this.#luma[cell] ?? 0) - (this.#before[cell] ?? 0);
      xx += slopeX * slopeX;
      xy += slopeX * slopeY;
      yy += slopeY * slopeY;
      xt += slopeX * change;
      yt += slopeY * change;
      tt += change * change;
    }
    if (tt < cells.length * noiseSteps * noiseSteps) return null;
    const determinant = xx * yy - xy * xy;
    if (determinant <= 1e-6 * xx * yy) return Math.min(1, xt ** 2 / Math.max(xx * tt, 1));
    return (xt * xt * yy - 2 * xt * yt * xy + yt * yt * xx) / (determinant * tt);
  }

  /** Brightest luma in a region. */
  brightest({ cells }: Pick<Region, 'cells'>): number {
    let most = 0;
    for (const cell of cells) most = Math.max(most, this.#luma[cell] ?? 0);
    return most;
  }
}
