import { openPixels } from './pixels/pixels.ts';
import { roomsBySize } from './pixels/rooms.ts';

/** Luma of a planar picture, row after row; more planes may follow in `data`. */
interface LumaPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly data: Uint8Array;
}

const roomFor = roomsBySize((widthPx, heightPx) =>
  openPixels({
    luma: new Uint8Array(widthPx * heightPx),
    small: new Uint8Array((widthPx >> 1) * (heightPx >> 1)),
  }),
);

/**
 * Make the luma of a picture half as wide and high: means of 2×2 px, halves rounded up.
 * @param half receives `(widthPx >> 1) × (heightPx >> 1)` bytes.
 */
export function halveLuma({ widthPx, heightPx, data }: LumaPicture, half: Uint8Array): void {
  const { loops, moved } = roomFor(widthPx, heightPx);
  const { luma, small } = moved;
  luma.set(data.subarray(0, luma.length));
  loops.halveRows(luma.byteOffset, widthPx, heightPx >> 1, small.byteOffset);
  half.set(small);
}
