/** The three planes of a grid, four cells to the word. */
export interface CellWords {
  readonly luma: Int32Array;
  readonly u: Int32Array;
  readonly v: Int32Array;
}

interface BytePlanes {
  readonly luma: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

export interface ExpectedWords extends CellWords {
  /** Luma of the ground in its own light: dark ground may differ by less. */
  readonly ground: Int32Array;
}

/** What cells are expected to show: the background in whole steps. */
export interface ExpectedCells extends BytePlanes {
  readonly words: ExpectedWords;
  /** Memory for the same in another light. */
  readonly lit: Uint8Array;
}

export const expectedCells = (cells: number): ExpectedCells => {
  const planes = { luma: new Uint8Array(cells), u: new Uint8Array(cells), v: new Uint8Array(cells) };
  return {
    ...planes,
    words: { ...wordsOf(planes), ground: wordsIn(planes.luma) },
    lit: new Uint8Array(cells),
  };
};

/** What is expected in a picture that is `gain` times as bright. */
export function inLight({ luma, words, lit }: ExpectedCells, gain: number): ExpectedWords {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => gain * value);
  for (let cell = 0; cell < lit.length; cell++) lit[cell] = table[luma[cell] ?? 0] ?? 0;
  return { ...words, luma: wordsIn(lit) };
}

/** Bytes on memory of their own by fours, so that whole stretches are passed over at once; up to three are left out. */
export const wordsIn = ({ buffer, byteOffset, length }: Uint8Array): Int32Array =>
  new Int32Array(buffer, byteOffset, length >> 2);

/** @param planes each on memory of its own; up to three cells at the end belong to no word. */
export const wordsOf = ({ luma, u, v }: BytePlanes): CellWords => ({
  luma: wordsIn(luma),
  u: wordsIn(u),
  v: wordsIn(v),
});

/**
 * Differences up to these, in whole steps, are none by any measure: two steps of luma are left for rounding, also in
 * another light; black ground may differ by 6, dim ground by 9, bright ground by 12, and two colours of 8 are within what
 * one or the other may differ by.
 */
const [darkStep, dimStep, lumaStep, colourStep] = [4, 7, 10, 8];
const [dimFrom, brightFrom] = [40, 80];
const everySecond = 0x00ff_00ff;
/** Every second byte has 16 bits to itself; bit 14 is set in advance and goes when a difference is too low. */
const high = 0x4000_4000;
const tooHigh = -0x7fff_8000;
const twice = (value: number): number => value * 0x1_0001;
const upOf = (step: number): number => high + twice(step);
const overOf = (step: number): number => twice(0x4000 - 2 * step - 1);
const [darkUp, darkOver] = [upOf(darkStep), overOf(darkStep)];
const [dimUp, dimOver] = [upOf(dimStep), overOf(dimStep)];
const [lumaUp, lumaOver] = [upOf(lumaStep), overOf(lumaStep)];
const [colourUp, colourOver] = [upOf(colourStep), overOf(colourStep)];
const [toDim, toBright] = [high - twice(dimFrom), high - twice(brightFrom)];

/**
 * Whether all four cells of a word show what is expected of them. It errs on the safe side: what it lets pass is
 * background, what it does not may be. Comparing four at once takes a tenth of the time.
 */
export function areAsExpected(now: CellWords, expected: ExpectedWords, word: number): boolean {
  const y = now.luma[word] ?? 0;
  const u = now.u[word] ?? 0;
  const v = now.v[word] ?? 0;
  const toY = expected.luma[word] ?? 0;
  const toU = expected.u[word] ?? 0;
  const toV = expected.v[word] ?? 0;
  const ground = expected.ground[word] ?? 0;
  const [even, odd] = [ground & everySecond, (ground >>> 8) & everySecond];
  const isBright = ((even + toBright) & (odd + toBright) & high) === high;
  const isDim = ((even + toDim) & (odd + toDim) & high) === high;
  const up = isBright ? lumaUp : isDim ? dimUp : darkUp;
  const lumaLimit = isBright ? lumaOver : isDim ? dimOver : darkOver;
  const y0 = ((y & everySecond) + up - (toY & everySecond)) | 0;
  const y1 = (((y >>> 8) & everySecond) + up - ((toY >>> 8) & everySecond)) | 0;
  const u0 = ((u & everySecond) + colourUp - (toU & everySecond)) | 0;
  const u1 = (((u >>> 8) & everySecond) + colourUp - ((toU >>> 8) & everySecond)) | 0;
  const v0 = ((v & everySecond) + colourUp - (toV & everySecond)) | 0;
  const v1 = (((v >>> 8) & everySecond) + colourUp - ((toV >>> 8) & everySecond)) | 0;
  const over =
    (y0 + lumaLimit) |
    (y1 + lumaLimit) |
    (u0 + colourOver) |
    (u1 + colourOver) |
    (v0 + colourOver) |
    (v1 + colourOver);
  return (y0 & y1 & u0 & u1 & v0 & v1 & high) === high && (over & tooHigh) === 0;
}
