import type { BoxPx, Mask, Picture } from './picture.ts';

/** 8-bit sRGB value → linear light, 0…1. */
export function decodeSrgb(value: number): number {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

/** Linear light → sRGB value in 0…255, not rounded; light above 1 stays above 255. */
export function encodeSrgb(light: number): number {
  return 255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);
}

/**
 * How bright and of what tint a perfectly white sheet would be in this scene, per channel in linear light: the
 * median colour of a patch of known ground (asphalt, concrete) divided by what such ground reflects. Takes
 * exposure and white balance of the footage over to the object.
 * @throws RangeError when the patch lies outside the picture.
 */
export function whiteOf(
  background: Picture,
  patch: { boxPx: BoxPx; reflectance: number },
): readonly [number, number, number] {
  const channel = (c: number): number => {
    const values = pixelsOf(patch.boxPx, background).map((at) => background.rgb[at * 3 + c] ?? 0);
    if (values.length === 0)
      throw new RangeError(`The reference patch ${patch.boxPx.join(',')} is outside the picture.`);
    return decodeSrgb(median(values)) / patch.reflectance;
  };
  return [channel(0), channel(1), channel(2)];
}

/** The footage's own flicker: light of this picture over light of the empty scene, where nobody is; 1 when unsure. */
export function exposureGain(picture: Picture, background: Picture, people: Mask, window: BoxPx): number {
  const ratios: number[] = [];
  for (const at of pixelsOf(window, picture)) {
    const under = background.rgb[at * 3 + 1] ?? 0;
    if ((people.coverage[at] ?? 0) > 0.05 || under < 30 || under > 230) continue;
    ratios.push(decodeSrgb(picture.rgb[at * 3 + 1] ?? 0) / decodeSrgb(under));
  }
  return ratios.length < 50 ? 1 : median(ratios);
}

/**
 * Standard deviation of the footage's temporal noise, in 8-bit steps: the median absolute difference of two
 * neighbouring pictures where both show the empty scene.
 */
export function noiseSigma(first: Picture, second: Picture): number {
  const differences: number[] = [];
  for (let i = 1; i < first.rgb.length; i += 9) {
    const difference = Math.abs((first.rgb[i] ?? 0) - (second.rgb[i] ?? 0));
    if (difference < 25) differences.push(difference);
  }
  const mean = differences.reduce((sum, value) => sum + value, 0) / Math.max(1, differences.length);
  return (mean * Math.sqrt(Math.PI)) / 2; // mean |a − b| of two normal values is 2σ/√π
}

function pixelsOf(box: BoxPx, size: { widthPx: number; heightPx: number }): number[] {
  const pixels: number[] = [];
  for (let y = Math.max(0, box[1]); y < Math.min(size.heightPx, box[1] + box[3]); y++) {
    for (let x = Math.max(0, box[0]); x < Math.min(size.widthPx, box[0] + box[2]); x++)
      pixels.push(y * size.widthPx + x);
  }
  return pixels;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
