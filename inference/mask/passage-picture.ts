import sharp from 'sharp';

/** Where something is in a picture, as shares of its sides. */
interface BoxNorm {
  readonly xNorm: number;
  readonly yNorm: number;
  readonly wNorm: number;
  readonly hNorm: number;
}

const jpeg = { quality: 90, chromaSubsampling: '4:4:4' } as const;
/** About the box, as a share of its sides: detectors cut bumpers off. */
const cropMargin = 0.06;
const lineShare = 1 / 240;

/** A masked picture with a box about the vehicle that is meant. @returns JPEG of the same size. */
export async function drawBox(image: Uint8Array, box: BoxNorm): Promise<Uint8Array> {
  const { width, height } = await sharp(image).metadata();
  const linePx = Math.max(2, Math.round(Math.max(width, height) * lineShare));
  const frame = (stroke: string, px: number): string =>
    `<rect x="${box.xNorm * width}" y="${box.yNorm * height}" width="${box.wNorm * width}" height="${box.hNorm * height}" fill="none" stroke="${stroke}" stroke-width="${px}"/>`;
  // Yellow on black: seen on light ground and on dark.
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${frame('#000', linePx * 2)}${frame('#fd0', linePx)}</svg>`;
  return await sharp(image)
    .composite([{ input: Buffer.from(svg) }])
    .jpeg(jpeg)
    .toBuffer();
}

/** What a box of a masked picture holds, and a little about it. @returns JPEG, not scaled. */
export async function cutCrop(image: Uint8Array, box: BoxNorm): Promise<Uint8Array> {
  const { width, height } = await sharp(image).metadata();
  const left = Math.max(0, Math.floor((box.xNorm - cropMargin * box.wNorm) * width));
  const top = Math.max(0, Math.floor((box.yNorm - cropMargin * box.hNorm) * height));
  const right = Math.min(width, Math.ceil((box.xNorm + (1 + cropMargin) * box.wNorm) * width));
  const bottom = Math.min(height, Math.ceil((box.yNorm + (1 + cropMargin) * box.hNorm) * height));
  return await sharp(image)
    .extract({ left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) })
    .jpeg({ ...jpeg, quality: 97 })
    .toBuffer();
}
