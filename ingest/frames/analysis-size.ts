/** What of a stream decides the size at which it is analysed. */
export interface PictureShape {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Width of one pixel over its height. */
  readonly pixelAspect: number;
}

// Chroma has half the size in both directions.
const even = (px: number): number => Math.max(2, 2 * Math.round(px / 2));

/**
 * The size of the analysed picture: square pixels, the camera's field of view kept, long side at most `longSidePx`,
 * neither side larger than the camera sent it, both even.
 */
export function analysisSize(
  { widthPx, heightPx, pixelAspect }: PictureShape,
  longSidePx: number,
): { widthPx: number; heightPx: number } {
  const shownWidth = widthPx * pixelAspect;
  const scale = Math.min(1, longSidePx / Math.max(shownWidth, heightPx), widthPx / shownWidth);
  return { widthPx: even(shownWidth * scale), heightPx: even(heightPx * scale) };
}
