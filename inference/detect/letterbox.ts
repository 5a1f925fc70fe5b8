import { i420Bytes, type Picture } from './detection.ts';
import type { InputSize, ModelInput } from './manifest.ts';
import { openResampler } from './resample.ts';

/** Where a picture of one size lies in the model's input. */
export interface InputPlan {
  /** Size of the model's input. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** The part of it that holds the picture, from the top left corner on; the rest is border. */
  readonly pictureWidthPx: number;
  readonly pictureHeightPx: number;
}

const upTo = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Fit a picture of `widthPx` × `heightPx` into the input that a model asks for. */
export function planInput(size: InputSize, widthPx: number, heightPx: number): InputPlan {
  const scaled = (factor: number): { pictureWidthPx: number; pictureHeightPx: number } => ({
    pictureWidthPx: Math.max(1, Math.round(widthPx * factor)),
    pictureHeightPx: Math.max(1, Math.round(heightPx * factor)),
  });
  if (size.rule === 'longSide') {
    const factor = size.longSidePx / Math.max(widthPx, heightPx);
    const inside = scaled(size.enlarges ? factor : Math.min(1, factor));
    return {
      widthPx: upTo(inside.pictureWidthPx, size.multiplePx),
      heightPx: upTo(inside.pictureHeightPx, size.multiplePx),
      ...inside,
    };
  }
  const input = { widthPx: size.widthPx, heightPx: size.heightPx };
  if (size.fit === 'stretch') {
    return { ...input, pictureWidthPx: input.widthPx, pictureHeightPx: input.heightPx };
  }
  return { ...input, ...scaled(Math.min(input.widthPx / widthPx, input.heightPx / heightPx)) };
}

/** Scaling, colour conversion and normalising for pictures of one size, into buffers that are allocated once. */
export interface Letterbox {
  readonly plan: InputPlan;
  /** float32 [1, 3, height, width]: what `fill` writes into. */
  readonly tensor: Float32Array;
  readonly fill: (picture: Picture) => void;
}

// BT.601, limited range: what ffmpeg takes unmarked video for.
const lumaGain = 255 / 219;
const redOfV = (255 / 224) * 1.402;
const greenOfU = (255 / 224) * 0.344_136;
const greenOfV = (255 / 224) * 0.714_136;
const blueOfU = (255 / 224) * 1.772;

const clampByte = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);

/** Prepare a letterbox for pictures of `widthPx` × `heightPx`. */
export function openLetterbox(input: ModelInput, widthPx: number, heightPx: number): Letterbox {
  const plan = planInput(input.size, widthPx, heightPx);
  const inside = { widthPx: plan.pictureWidthPx, heightPx: plan.pictureHeightPx };
  const chroma = { widthPx: Math.ceil(widthPx / 2), heightPx: Math.ceil(heightPx / 2) };
  const scaleLuma = openResampler({ widthPx, heightPx }, inside);
  const scaleChroma = openResampler(chroma, inside);
  const insidePixels = inside.widthPx * inside.heightPx;
  const [y, u, v] = [
    new Float32Array(insidePixels),
    new Float32Array(insidePixels),
    new Float32Array(insidePixels),
  ];
  const planePixels = plan.widthPx * plan.heightPx;
  const tensor = new Float32Array(3 * planePixels);
  const isRgb = input.channelOrder === 'rgb';
  const [redPlane, bluePlane] = isRgb ? [0, 2] : [2, 0];
  for (const plane of [0, 1, 2] as const) {
    const border = (input.padValue - input.mean[plane]) / input.std[plane];
    tensor.fill(border, plane * planePixels, (plane + 1) * planePixels);
  }
  const chromaBytes = chroma.widthPx * chroma.heightPx;
  const lumaBytes = widthPx * heightPx;
  const [redMean, greenMean, blueMean] = [input.mean[redPlane]!, input.mean[1], input.mean[bluePlane]!];
  const [redStd, greenStd, blueStd] = [input.std[redPlane]!, input.std[1], input.std[bluePlane]!];
  const [redStart, greenStart, blueStart] = [redPlane * planePixels, planePixels, bluePlane * planePixels];

  const fill = ({ data }: Picture): void => {
    scaleLuma({ data, offset: 0, rowStride: widthPx }, y);
    scaleChroma({ data, offset: lumaBytes, rowStride: chroma.widthPx }, u);
    scaleChroma({ data, offset: lumaBytes + chromaBytes, rowStride: chroma.widthPx }, v);
    for (let row = 0; row < inside.heightPx; row += 1) {
      const from = row * inside.widthPx;
      const to = row * plan.widthPx;
      for (let x = 0; x < inside.widthPx; x += 1) {
        const luma = (y[from + x]! - 16) * lumaGain;
        const cb = u[from + x]! - 128;
        const cr = v[from + x]! - 128;
        tensor[redStart + to + x] = (clampByte(luma + redOfV * cr) - redMean) / redStd;
        tensor[greenStart + to + x] =
          (clampByte(luma - greenOfU * cb - greenOfV * cr) - greenMean) / greenStd;
        tensor[blueStart + to + x] = (clampByte(luma + blueOfU * cb) - blueMean) / blueStd;
      }
    }
  };
  return { plan, tensor, fill };
}

/** Whether a picture holds as many bytes as its size says. */
export const isWhole = ({ widthPx, heightPx, data }: Picture): boolean =>
  data.length === i420Bytes(widthPx, heightPx);
