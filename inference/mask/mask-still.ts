import sharp from 'sharp';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { findRegions, type MaskModels } from './find-regions.ts';
import { mosaicRgb } from './mosaic.ts';
import { type RgbPicture, rgbToI420 } from './rgb.ts';

/** An 8K picture has 33 million; more is an attack or a mistake. */
const maxPixels = 50_000_000;
const knownFormats = new Set(['jpeg', 'png', 'webp']);
const jpegQuality = 88;

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
