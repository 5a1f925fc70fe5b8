/** One frame of footage: 8-bit sRGB, three bytes per pixel, rows from the top. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array;
}

/** [x, y] in px of the footage, y downwards. */
export type PointPx = readonly [xPx: number, yPx: number];
/** [x, y, width, height] in px of the footage; x and y are the upper left corner. */
export type BoxPx = readonly [xPx: number, yPx: number, wPx: number, hPx: number];

/** One value per pixel from 0 (none) to 1 (full), rows from the top. */
export interface Mask {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly coverage: Float32Array;
}

export function blankMask(widthPx: number, heightPx: number): Mask {
  return { widthPx, heightPx, coverage: new Float32Array(widthPx * heightPx) };
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
