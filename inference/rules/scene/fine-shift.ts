import type { AnalysisGrid } from './analysis-grid.ts';
import type { Layers } from './layers.ts';

/** Most slopes that are looked at, and how many there must be. */
const [mostSlopes, leastSlopes] = [2_048, 120];
/** Less slope than this (luma steps per cell, both directions together) is noise. */
const leastSlope = 8;
/** The picture is cut into this many parts each way, and each may give as many slopes as the others. */
const parts = 8;
/**
 * What differs by more steps of luma than this is something else that moved: at first nearly nothing, then what is
 * unusual among all differences, but for small ones.
 */
const [widest, leastSpread] = [32, 3];
/** An edge is sharper than its slope over two cells says: a movement explains it to so many cells. */
const blur = 0.5;
const [rounds, sampleEvery] = [4, 8];
/** So much more or less strange, 0..1, is each slope of a part that says something. */
const leastGain = 0.01;
/** So many standard deviations more parts must look better than worse: each goes either way by chance. */
const beyondChance = 2;
/** A first look that finds less than this, in cells, is not followed up. */
const still = 0.04;
/** Fewer slopes of a part of the picture say nothing of it. */
const leastInPart = 8;
/** Directions that this share of the slopes' strength does not show are unknown: bars of one direction. */
const leastAcross = 0.02;

/** Where the learnt background is steep: there a picture that has moved by less than a cell shows it. */
export interface Slopes {
  count: number;
  /** Where those of each part of the picture end. */
  readonly ends: Int32Array;
  readonly cells: Int32Array;
  /** Luma steps per cell. */
  readonly across: Float32Array;
  readonly down: Float32Array;
  readonly difference: Float32Array;
  /** Every so many differences, sorted: where their middle is. */
  readonly sample: Float32Array;
}

export const makeSlopes = (): Slopes => ({
  count: 0,
  ends: new Int32Array(parts * parts),
  cells: new Int32Array(mostSlopes),
  across: new Float32Array(mostSlopes),
  down: new Float32Array(mostSlopes),
  difference: new Float32Array(mostSlopes),
  sample: new Float32Array(mostSlopes / sampleEvery),
});

/** Find the steep places of the background anew. What is covered by something at rest is none. */
export function takeSlopes(slopes: Slopes, { columns, rows, expected, restSinceMs }: Layers): void {
  const { luma } = expected;
  const each = mostSlopes / (parts * parts);
  slopes.count = 0;
  for (let part = 0; part < parts * parts; part++) {
    const [partX, partY] = [part % parts, Math.floor(part / parts)];
    const [left, right] = [
      Math.floor((partX * columns) / parts),
      Math.floor(((partX + 1) * columns) / parts),
    ];
    const [top, bottom] = [Math.floor((partY * rows) / parts), Math.floor(((partY + 1) * rows) / parts)];
    let steep = 0;
    // Too many: every second one, and so on.
    let [every, taken] = [1, 0];
    for (let round = 0; round < 2; round++) {
      for (let row = Math.max(1, top); row < Math.min(rows - 1, bottom); row++) {
        for (let column = Math.max(1, left); column < Math.min(columns - 1, right); column++) {
          const cell = row * columns + column;
          const gx = ((luma[cell + 1] ?? 0) - (luma[cell - 1] ?? 0)) / 2;
          const gy = ((luma[cell + columns] ?? 0) - (luma[cell - columns] ?? 0)) / 2;
          if (Math.abs(gx) + Math.abs(gy) < leastSlope || (restSinceMs[cell] ?? -1) >= 0) continue;
          steep++;
          if (round === 0 || steep % every !== 0 || taken >= each) continue;
          taken++;
          slopes.cells[slopes.count] = cell;
          slopes.across[slopes.count] = gx;
          slopes.down[slopes.count] = gy;
          slopes.count++;
        }
      }
      every = Math.ceil(steep / each);
      steep = 0;
    }
    slopes.ends[part] = slopes.count;
  }
}

/**
 * How far the picture has moved against the background, in cells, where that is less than about one: the movement that
 * best explains how it differs where the background is steep. What moves through the picture differs by more than any
 * such movement explains and does not count.
 * @param gain brightness of the picture against the background.
 * @returns null where there is too little to tell by.
 */
export function findFineShift(
  { luma }: Pick<AnalysisGrid, 'luma'>,
  expected: Uint8Array,
  slopes: Slopes,
  gain: number,
): FineShift | null {
  const { count, cells, across, down, difference, sample } = slopes;
  if (count < leastSlopes) return null;
  for (let i = 0; i < count; i++) {
    const cell = cells[i] ?? 0;
    difference[i] = (expected[cell] ?? 0) - (luma[cell] ?? 0) / gain;
  }
  let [dx, dy] = [0, 0];
  let spread = widest;
  for (let round = 0; round < rounds; round++) {
    const looked = Math.floor(count / sampleEvery);
    for (let at = 0, i = 0; at < looked; at++, i += sampleEvery)
      sample[at] = Math.abs((difference[i] ?? 0) - dx * (across[i] ?? 0) - dy * (down[i] ?? 0));
    const middle = sample.subarray(0, looked).toSorted()[looked >> 1] ?? 0;
    spread = Math.max(leastSpread, 2 * middle, round === 0 ? widest : spread / 2);
    let [xx, xy, yy, xd, yd] = [0, 0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const [gx, gy, d] = [across[i] ?? 0, down[i] ?? 0, difference[i] ?? 0];
      const off = (d - dx * gx - dy * gy) / (spread + blur * (Math.abs(gx) + Math.abs(gy)));
      const weight = 1 / (1 + off * off) ** 2;
      xx += weight * gx * gx;
      xy += weight * gx * gy;
      yy += weight * gy * gy;
      xd += weight * gx * d;
      yd += weight * gy * d;
    }
    const determinant = xx * yy - xy * xy;
    if (determinant < leastAcross * (xx + yy) ** 2) return null;
    dx = (yy * xd - xy * yd) / determinant;
    dy = (xx * yd - xy * xd) / determinant;
    // The camera stands still, as nearly always.
    if (round === 0 && Math.hypot(dx, dy) < still) return null;
  }
  let [better, worse] = [0, 0];
  for (let part = 0, i = 0; part < slopes.ends.length; part++) {
    const end = slopes.ends[part] ?? 0;
    if (end - i < leastInPart) {
      i = end;
      continue;
    }
    const least = leastGain * (end - i);
    let gained = 0;
    for (; i < end; i++) {
      const [gx, gy, d] = [across[i] ?? 0, down[i] ?? 0, difference[i] ?? 0];
      const width = spread + blur * (Math.abs(gx) + Math.abs(gy));
      gained += strangeness(d / width) - strangeness((d - dx * gx - dy * gy) / width);
    }
    if (gained > least) better++;
    else if (gained < -least) worse++;
  }
  // Of few parts some agree by chance, as where smoke rolls over a plain street: that is no movement of the camera.
  const isChance = better - worse < beyondChance * Math.sqrt(better + worse);
  return { dx, dy, agreed: isChance ? 0 : better / Math.max(1, better + worse) };
}

const strangeness = (off: number): number => (off * off) / (1 + off * off);

interface FineShift {
  readonly dx: number;
  readonly dy: number;
  /** Share of the parts of the picture that look more like the background for it. */
  readonly agreed: number;
}
