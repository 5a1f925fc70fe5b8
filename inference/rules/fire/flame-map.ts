import type { Canvas } from '../scene/canvas.ts';
import type { Region } from '../scene/regions.ts';
import { wordsIn } from '../scene/settled-cells.ts';

/** Colour and flicker of every cell follow with this time constant. */
const followMs = 1_500;
/** The colour of flames in YUV: bright, reddish, not bluish. */
const [leastLuma, leastV, mostU, leastRedness] = [100, 146, 120, 30];
/** A cell burns when it had this colour in so much of the time, and its luma changed by so much per picture. */
const [hotShare, flickerSteps] = [0.25, 7];
/** Gaps in a flame are closed; smaller regions are lamps far away. */
const gapCells = 2;
const minAreaCells = 14;
/** Changes of luma below this are noise. */
const noiseSteps = 5;

/** Below this a cell has forgotten that it ever had the colour of fire. */
const warmShare = 0.01;
const everySecond = 0x00ff_00ff;
/** Added to two values side by side it sets their bits 15 where they are red enough. */
const toRed = (0x8000 - leastV) * 0x1_0001;
const isRed = 0x8000_8000 | 0;

/** What flickers in the colour of fire, cell by cell. */
export class FlameMap {
  readonly #canvas: Canvas;
  /** Luma now, and in the picture before. */
  #luma: Uint8Array;
  #before: Uint8Array;
  readonly #hot: Float32Array;
  readonly #flicker: Float32Array;
  /** 1 where `hot` says anything. */
  readonly #isWarm: Uint8Array;
  #hotCount = 0;

  constructor(canvas: Canvas) {
    const cells = canvas.grid.luma.length;
    this.#canvas = canvas;
    this.#luma = new Uint8Array(cells);
    this.#before = new Uint8Array(cells);
    this.#hot = new Float32Array(cells);
    this.#flicker = new Float32Array(cells);
    this.#isWarm = new Uint8Array(cells);
  }

  isOf(canvas: Canvas): boolean {
    return this.#canvas === canvas;
  }

  /** One picture further. */
  see(dtMs: number): void {
    const { u, v } = this.#canvas.grid;
    [this.#before, this.#luma] = [this.#luma, this.#before];
    this.#luma.set(this.#canvas.grid.luma);
    const [luma, before, hot, flicker, isWarm] = [
      this.#luma,
      this.#before,
      this.#hot,
      this.#flicker,
      this.#isWarm,
    ];
    const rate = 1 - Math.exp(-dtMs / followMs);
    const [redWords, warmWords] = [wordsIn(v), wordsIn(isWarm)];
    let hotCount = 0;
    for (let cell = 0; cell < luma.length; cell++) {
      // Most of a street never has the colour of fire: four cells at a time are passed over.
      const reds = redWords[cell >> 2];
      if ((cell & 3) === 0 && reds !== undefined && warmWords[cell >> 2] === 0) {
        const found = ((reds & everySecond) + toRed) | (((reds >>> 8) & everySecond) + toRed);
        if ((found & isRed) === 0) {
          cell += 3;
          continue;
        }
      }
      const red = v[cell] ?? 128;
      const wasHot = hot[cell] ?? 0;
      if (red < leastV && wasHot < warmShare) continue;
      const value = luma[cell] ?? 0;
      const blue = u[cell] ?? 128;
      const isFlame = value >= leastLuma && red >= leastV && blue <= mostU && red - blue >= leastRedness;
      if (!isFlame && wasHot < warmShare) continue;
      const isHot = wasHot + rate * ((isFlame ? 1 : 0) - wasHot);
      hot[cell] = isHot;
      isWarm[cell] = (hot[cell] ?? 0) < warmShare ? 0 : 1;
      if (isHot > hotShare) hotCount++;
      const flickered = flicker[cell] ?? 0;
      flicker[cell] = flickered + rate * (Math.abs(value - (before[cell] ?? 0)) - flickered);
    }
    this.#hotCount = hotCount;
  }

  /** Regions that burn now; their cells hold until the next search. */
  regions(): Region[] {
    if (this.#hotCount < minAreaCells) return [];
    const { mask, finder } = this.#canvas;
    for (let cell = 0; cell < mask.length; cell++) {
      mask[cell] = (this.#hot[cell] ?? 0) > hotShare && (this.#flicker[cell] ?? 0) > flickerSteps ? 1 : 0;
    }
    return finder.find(mask, { gapCells, minArea: minAreaCells });
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

  /** Brightest luma in a region. */
  brightest({ cells }: Pick<Region, 'cells'>): number {
    let most = 0;
    for (const cell of cells) most = Math.max(most, this.#luma[cell] ?? 0);
    return most;
  }
}
