import type { Canvas } from '../scene/canvas.ts';
import type { Region } from '../scene/regions.ts';

/** Smoke is judged by blocks of so many cells a side: it has no edges of its own, but dims those of the ground. */
const blockCells = 8;
/** A block of ground with less than this variance of luma is plain: there is nothing to shine through. */
const leastVariance = 16;
/** What is left of the ground's contrast, from thick smoke to hardly any. */
const [leastLeft, mostLeft] = [0.12, 0.82];
/** Contrast that is not the ground's: edges of something solid. As a share of the ground's variance, and in steps². */
const [foreignShare, foreignSteps] = [0.3, 20];
/** Smoke is grey and lit: darker than this the veil is a shadow, lighter a light. |ΔU| + |ΔV| of coloured things. */
const [darkest, lightest, mostColour] = [70, 240, 24];
/** On plain ground: lighter by so many steps. */
const plainSteps = 8;
const followMs = 2_500;
const veiledShare = 0.5;
const minBlocks = 6;

/** What of a region is veiled. */
export interface Veil {
  /** Blocks whose ground shines through, of all. */
  readonly seenThroughShare: number;
  /** Mean change of the veil's thickness from look to look: smoke rolls, a dirty pane does not. */
  readonly rolling: number;
}

/** Where the ground shows through something grey that has no edges, block by block. */
export class SmokeMap {
  readonly #canvas: Canvas;
  readonly #columns: number;
  readonly #rows: number;
  /** Share of the time in which a block was veiled, of late. */
  readonly #veiled: Float32Array;
  readonly #seenThrough: Float32Array;
  readonly #thickness: Float32Array;
  readonly #rolling: Float32Array;

  constructor(canvas: Canvas) {
    this.#canvas = canvas;
    this.#columns = Math.floor(canvas.grid.columns / blockCells);
    this.#rows = Math.floor(canvas.grid.rows / blockCells);
    const blocks = this.#columns * this.#rows;
    this.#veiled = new Float32Array(blocks);
    this.#seenThrough = new Float32Array(blocks);
    this.#thickness = new Float32Array(blocks);
    this.#rolling = new Float32Array(blocks);
  }

  isOf(canvas: Canvas): boolean {
    return this.#canvas === canvas;
  }

  /** One look further. @param passedMs since the last one. */
  see(passedMs: number): void {
    const rate = 1 - Math.exp(-passedMs / followMs);
    const follow = (values: Float32Array, at: number, target: number): void => {
      values[at] = (values[at] ?? 0) + rate * (target - (values[at] ?? 0));
    };
    for (let block = 0; block < this.#veiled.length; block++) {
      const { isVeiled, left } = this.#judge(block);
      follow(this.#veiled, block, isVeiled ? 1 : 0);
      follow(this.#seenThrough, block, isVeiled && left !== null ? 1 : 0);
      if (left === null) continue;
      const before = this.#thickness[block] ?? 0;
      follow(this.#rolling, block, before === 0 ? 0 : Math.abs(1 - left - before));
      this.#thickness[block] = 1 - left;
    }
  }

  /** @returns `left`: what is left of the ground's contrast; null on plain ground. */
  #judge(block: number): { readonly isVeiled: boolean; readonly left: number | null } {
    const { grid, layers } = this.#canvas;
    const top = Math.floor(block / this.#columns) * blockCells;
    const from = top * grid.columns + (block % this.#columns) * blockCells;
    const count = blockCells * blockCells;
    let [ground, now, groundSquares, nowSquares, products, colour] = [0, 0, 0, 0, 0, 0];
    for (let row = 0; row < blockCells; row++) {
      for (let cell = from + row * grid.columns, end = cell + blockCells; cell < end; cell++) {
        const was = layers.background.luma[cell] ?? 0;
        const is = grid.luma[cell] ?? 0;
        ground += was;
        now += is;
        groundSquares += was * was;
        nowSquares += is * is;
        products += was * is;
        colour += Math.abs((grid.u[cell] ?? 128) - 128) + Math.abs((grid.v[cell] ?? 128) - 128);
      }
    }
    ground /= count;
    now /= count;
    const groundVariance = groundSquares / count - ground * ground;
    const nowVariance = nowSquares / count - now * now;
    const isGrey = colour / count <= mostColour;
    if (groundVariance < leastVariance) {
      const isVeiled = isGrey && now - ground >= plainSteps && now <= lightest && nowVariance <= foreignSteps;
      return { isVeiled, left: null };
    }
    const left = (products / count - ground * now) / groundVariance;
    // What is seen is the ground, weaker, and the light of the smoke: now = left · ground + (1 − left) · smoke.
    const smoke = (now - left * ground) / (1 - left);
    const foreign = nowVariance - left * left * groundVariance;
    const isVeiled =
      left >= leastLeft &&
      left <= mostLeft &&
      isGrey &&
      smoke >= darkest &&
      smoke <= lightest &&
      foreign <= foreignSteps + foreignShare * groundVariance;
    return { isVeiled, left };
  }

  /** Veiled regions; their cells hold until the next search. */
  regions(): Region[] {
    const { mask, finder, grid } = this.#canvas;
    mask.fill(0);
    for (const [block, veiled] of this.#veiled.entries()) {
      if (veiled < veiledShare) continue;
      const from = Math.floor(block / this.#columns) * blockCells * grid.columns;
      const left = from + (block % this.#columns) * blockCells;
      for (let row = 0; row < blockCells; row++) {
        mask.fill(1, left + row * grid.columns, left + row * grid.columns + blockCells);
      }
    }
    return finder.find(mask, { gapCells: blockCells, minArea: minBlocks * blockCells * blockCells });
  }

  veilOf({ cells }: Pick<Region, 'cells'>): Veil {
    let [seenThrough, rolling] = [0, 0];
    for (const cell of cells) {
      const row = Math.floor(cell / this.#canvas.grid.columns / blockCells);
      const column = Math.floor((cell % this.#canvas.grid.columns) / blockCells);
      const block = row * this.#columns + column;
      seenThrough += (this.#seenThrough[block] ?? 0) > veiledShare ? 1 : 0;
      rolling += this.#rolling[block] ?? 0;
    }
    return { seenThroughShare: seenThrough / cells.length, rolling: rolling / cells.length };
  }
}
