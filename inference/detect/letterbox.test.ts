import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { ffmpegBytes, frameOf, sampleVideo } from '../testing/sample.ts';
import { openLetterbox, planInput } from './letterbox.ts';
import type { InputSize, ModelInput } from './manifest.ts';

const size: InputSize = { rule: 'longSide', longSidePx: 416, multiplePx: 32, enlarges: true };
const raw: ModelInput = {
  name: 'images',
  layout: 'NCHW',
  channelOrder: 'rgb',
  mean: [0, 0, 0],
  std: [1, 1, 1],
  padValue: 114,
  size,
};

describe('where a picture lies in the input', () => {
  test.each([
    [640, 360, 416, 256, 416, 234],
    [640, 480, 416, 320, 416, 312],
    [1080, 1920, 256, 416, 234, 416],
    [100, 50, 416, 224, 416, 208],
    [3, 2, 416, 288, 416, 277],
  ])(
    '%i × %i into %i × %i',
    (widthPx, heightPx, inputWidth, inputHeight, pictureWidthPx, pictureHeightPx) => {
      const expected = { widthPx: inputWidth, heightPx: inputHeight, pictureWidthPx, pictureHeightPx };
      expect(planInput(size, widthPx, heightPx)).toEqual(expected);
    },
  );

  test('a small picture is only padded where the model does not want it enlarged', () => {
    const plan = planInput({ ...size, enlarges: false }, 100, 50);
    expect(plan).toEqual({ widthPx: 128, heightPx: 64, pictureWidthPx: 100, pictureHeightPx: 50 });
  });

  test('fixed inputs are filled by stretching or kept in shape', () => {
    const fixed = { rule: 'fixed', widthPx: 416, heightPx: 416 } as const;
    expect(planInput({ ...fixed, fit: 'stretch' }, 640, 360)).toMatchObject({ pictureHeightPx: 416 });
    expect(planInput({ ...fixed, fit: 'letterbox' }, 640, 360)).toMatchObject({ pictureHeightPx: 234 });
  });
});

test('scaling and colours agree with ffmpeg and libvips on a real frame', async () => {
  const picture = await frameOf(sampleVideo, 30);
  const { plan, tensor, fill } = openLetterbox(raw, picture.widthPx, picture.heightPx);
  fill(picture);
  const toRgb =
    '-frames:v 1 -sws_flags bilinear+accurate_rnd+full_chroma_int -pix_fmt rgb24 -f rawvideo pipe:1';
  const rgb = await ffmpegBytes('-ss', '30', '-i', sampleVideo, ...toRgb.split(' '));
  const reference = await sharp(rgb, {
    raw: { width: picture.widthPx, height: picture.heightPx, channels: 3 },
  })
    .resize(plan.pictureWidthPx, plan.pictureHeightPx, { kernel: 'linear', fit: 'fill' })
    .raw()
    .toBuffer();
  const plane = plan.widthPx * plan.heightPx;
  const errors: number[] = [];
  for (let y = 0; y < plan.pictureHeightPx; y += 1) {
    for (let x = 0; x < plan.pictureWidthPx; x += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        const ours = tensor[channel * plane + y * plan.widthPx + x] ?? NaN;
        errors.push(Math.abs(ours - (reference[3 * (y * plan.pictureWidthPx + x) + channel] ?? NaN)));
      }
    }
  }
  errors.sort((a, b) => a - b);
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  // libvips shrinks by a box first and filters then, so edges differ a little; a shift by one px gives a mean of 6.
  expect(mean).toBeLessThan(2);
  expect(errors[Math.floor(errors.length * 0.99)]).toBeLessThan(16);
});

test('channel order, mean, std and border are those of the model', async () => {
  const picture = await frameOf(sampleVideo, 30);
  const bgr: ModelInput = {
    ...raw,
    channelOrder: 'bgr',
    mean: [103.53, 116.28, 123.675],
    std: [57.375, 57.12, 58.395],
    padValue: 0,
  };
  const [plain, model] = [raw, bgr].map((input) => {
    const letterbox = openLetterbox(input, picture.widthPx, picture.heightPx);
    letterbox.fill(picture);
    return letterbox;
  });
  const { plan } = plain!;
  const plane = plan.widthPx * plan.heightPx;
  const at = 100 * plan.widthPx + 200;
  for (const channel of [0, 1, 2] as const) {
    const value = plain!.tensor[(2 - channel) * plane + at]!;
    expect(model!.tensor[channel * plane + at]).toBeCloseTo(
      (value - bgr.mean[channel]) / bgr.std[channel],
      4,
    );
    const border = (channel + 1) * plane - 1;
    expect(plain!.tensor[border]).toBe(114);
    expect(model!.tensor[border]).toBeCloseTo(-bgr.mean[channel] / bgr.std[channel], 4);
  }
});

test('odd sizes use every colour sample and none beyond', () => {
  const [widthPx, heightPx] = [7, 5];
  const luma = widthPx * heightPx;
  const data = new Uint8Array(luma + 2 * 4 * 3).fill(126, 0, luma).fill(128, luma);
  const { plan, tensor, fill } = openLetterbox(raw, widthPx, heightPx);
  fill({ widthPx, heightPx, data });
  const grey = ((126 - 16) * 255) / 219;
  for (let y = 0; y < plan.pictureHeightPx; y += 1) {
    expect(tensor[y * plan.widthPx + plan.pictureWidthPx - 1]).toBeCloseTo(grey, 2);
  }
});
