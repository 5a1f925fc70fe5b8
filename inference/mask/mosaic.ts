import type { BoxNorm } from '../../contracts/index.ts';
import { type RectPx, type SizePx, toRectPx } from './region.ts';

/** So few blocks along the longer side of a region that neither people nor detectors see a face in them. */
const blocksAcross = 3;
const minBlockPx = 8;

/** One channel of a picture: where its first sample is, and how far to the next sample and row. */
interface Channel extends SizePx {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly step: number;
  readonly rowStride: number;
}

/** Replace every block of a region by its mean. */
function mosaicChannel(channel: Channel, rect: RectPx, blockPx: number): void {
  const { data, offset, step, rowStride } = channel;
  const right = Math.min(channel.widthPx, rect.leftPx + rect.widthPx);
  const bottom = Math.min(channel.heightPx, rect.topPx + rect.heightPx);
  for (let top = rect.topPx; top < bottom; top += blockPx) {
    for (let left = rect.leftPx; left < right; left += blockPx) {
      const toX = Math.min(right, left + blockPx);
      const toY = Math.min(bottom, top + blockPx);
      let sum = 0;
      for (let y = top; y < toY; y += 1) {
        for (let x = left; x < toX; x += 1) sum += data[offset + y * rowStride + x * step]!;
      }
      const mean = Math.round(sum / ((toX - left) * (toY - top)));
      for (let y = top; y < toY; y += 1) {
        for (let x = left; x < toX; x += 1) data[offset + y * rowStride + x * step] = mean;
      }
    }
  }
}

const blockOf = ({ widthPx, heightPx }: RectPx): number =>
  2 * Math.ceil(Math.max(minBlockPx, Math.max(widthPx, heightPx) / blocksAcross) / 2);

/** Hide regions of an I420 picture of even size, in place. */
export function mosaicI420(
  picture: SizePx & { readonly data: Uint8Array },
  regions: readonly BoxNorm[],
): void {
  const { data, widthPx, heightPx } = picture;
  const chroma = { widthPx: Math.ceil(widthPx / 2), heightPx: Math.ceil(heightPx / 2) };
  const lumaBytes = widthPx * heightPx;
  for (const region of regions) {
    const rect = toRectPx(region, picture);
    const blockPx = blockOf(rect);
    mosaicChannel({ data, offset: 0, step: 1, rowStride: widthPx, widthPx, heightPx }, rect, blockPx);
    const halved = {
      leftPx: rect.leftPx / 2,
      topPx: rect.topPx / 2,
      widthPx: Math.ceil(rect.widthPx / 2),
      heightPx: Math.ceil(rect.heightPx / 2),
    };
    for (const offset of [lumaBytes, lumaBytes + chroma.widthPx * chroma.heightPx]) {
      mosaicChannel({ data, offset, step: 1, rowStride: chroma.widthPx, ...chroma }, halved, blockPx / 2);
    }
  }
}

/** Hide regions of an interleaved RGB picture, in place. */
export function mosaicRgb(
  picture: SizePx & { readonly data: Uint8Array },
  regions: readonly BoxNorm[],
): void {
  const { data, widthPx, heightPx } = picture;
  for (const region of regions) {
    const rect = toRectPx(region, picture);
    for (const offset of [0, 1, 2]) {
      mosaicChannel(
        { data, offset, step: 3, rowStride: 3 * widthPx, widthPx, heightPx },
        rect,
        blockOf(rect),
      );
    }
  }
}
