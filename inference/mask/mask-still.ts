import sharp from 'sharp';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { i420Bytes, type Picture } from '../detect/index.ts';
import { findRegions, type MaskModels } from './find-regions.ts';
import { mosaicRgb } from './mosaic.ts';

/** An 8K picture has 33 million; more is an attack or a mistake. */
const maxPixels = 50_000_000;
const knownFormats = new Set(['jpeg', 'png', 'webp']);
const jpegQuality = 88;

interface RgbPicture {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

async function decode(image: Uint8Array): Promise<RgbPicture> {
  try {
    const options = { limitInputPixels: maxPixels, failOn: 'error' as const };
    const { format } = await sharp(image, options).metadata();
    if (!knownFormats.has(format)) throw new Error(`${format} is not one of ${[...knownFormats].join(', ')}`);
    const { data, info } = await sharp(image, options)
      .autoOrient()
      .flatten()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, widthPx: info.width, heightPx: info.height };
  } catch (cause) {
    throw new PipelineError('MEDIA_DAMAGED', `A still cannot be read: ${messageOf(cause)}`, {
      hint: 'It is not kept. Check the recording that it was taken from.',
      cause,
    });
  }
}

/** RGB as the detectors take it: I420, BT.601, limited range. */
export function rgbToI420({ data, widthPx, heightPx }: RgbPicture): Picture {
  const i420 = new Uint8Array(new SharedArrayBuffer(i420Bytes(widthPx, heightPx)));
  const chromaWidth = Math.ceil(widthPx / 2);
  const uStart = widthPx * heightPx;
  const vStart = uStart + chromaWidth * Math.ceil(heightPx / 2);
  for (let y = 0; y < heightPx; y += 2) {
    for (let x = 0; x < widthPx; x += 2) {
      const rows = Math.min(2, heightPx - y);
      const columns = Math.min(2, widthPx - x);
      let [red, green, blue] = [0, 0, 0];
      for (let pixel = 0; pixel < rows * columns; pixel += 1) {
        const at = (y + Math.floor(pixel / columns)) * widthPx + x + (pixel % columns);
        const [r, g, b] = [data[3 * at]!, data[3 * at + 1]!, data[3 * at + 2]!];
        i420[at] = Math.round(16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255);
        red += r;
        green += g;
        blue += b;
      }
      const weight = 1 / (255 * rows * columns);
      const chroma = (y / 2) * chromaWidth + x / 2;
      i420[uStart + chroma] = Math.round(128 + (-37.797 * red - 74.203 * green + 112 * blue) * weight);
      i420[vStart + chroma] = Math.round(128 + (112 * red - 93.786 * green - 18.214 * blue) * weight);
    }
  }
  return { widthPx, heightPx, data: i420 };
}

/**
 * Hide faces and heads in a still.
 * @param image JPEG, PNG or WebP.
 * @returns JPEG of the same size, without any metadata.
 * @throws PipelineError MEDIA_DAMAGED for a picture that cannot be read, or what a detector throws. There is no output
 *   that was not looked at.
 */
export async function maskStill(image: Uint8Array, models: MaskModels): Promise<Uint8Array> {
  const picture = await decode(image);
  const { widthPx, heightPx, data } = picture;
  mosaicRgb(picture, await findRegions(rgbToI420(picture), models));
  return await sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .jpeg({ quality: jpegQuality, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
