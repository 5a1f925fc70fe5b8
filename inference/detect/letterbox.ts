import { i420Bytes, type Picture } from './detection.ts';
import type { InputSize, ModelInput } from './manifest.ts';
import { openRowResampler } from './resample.ts';

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

/** Where a colour begins in the tensor, and how it is normalised. */
interface Channel {
  readonly start: number;
  /** As factor and offset: dividing every value costs as much as everything else that is done to it. */
  readonly scale: number;
  readonly offset: number;
}

type Row = Float64Array;

function writeRow(
  tensor: Float32Array,
  at: number,
  [y, u, v]: readonly [Row, Row, Row],
  [red, green, blue]: readonly [Channel, Channel, Channel],
): void {
  const [toRed, redScale, redOffset] = [red.start + at, red.scale, red.offset];
  const [toGreen, greenScale, greenOffset] = [green.start + at, green.scale, green.offset];
  const [toBlue, blueScale, blueOffset] = [blue.start + at, blue.scale, blue.offset];
  for (let x = 0; x < y.length; x += 1) {
    const luma = (y[x]! - 16) * lumaGain;
    const cb = u[x]! - 128;
    const cr = v[x]! - 128;
    tensor[toRed + x] = clampByte(luma + redOfV * cr) * redScale + redOffset;
    tensor[toGreen + x] = clampByte(luma - greenOfU * cb - greenOfV * cr) * greenScale + greenOffset;
    tensor[toBlue + x] = clampByte(luma + blueOfU * cb) * blueScale + blueOffset;
  }
}

/** Prepare a letterbox for pictures of `widthPx` × `heightPx`. */
export function openLetterbox(input: ModelInput, widthPx: number, heightPx: number): Letterbox {
  const plan = planInput(input.size, widthPx, heightPx);
  const inside = { widthPx: plan.pictureWidthPx, heightPx: plan.pictureHeightPx };
  const chroma = { widthPx: Math.ceil(widthPx / 2), heightPx: Math.ceil(heightPx / 2) };
  const lumaRow = openRowResampler({ widthPx, heightPx }, inside);
  const chromaRow = openRowResampler(chroma, inside);
  const [y, u, v] = [
    new Float64Array(inside.widthPx),
    new Float64Array(inside.widthPx),
    new Float64Array(inside.widthPx),
  ];
  const planePixels = plan.widthPx * plan.heightPx;
  const tensor = new Float32Array(3 * planePixels);
  const isRgb = input.channelOrder === 'rgb';
  const [redPlane, bluePlane] = isRgb ? ([0, 2] as const) : ([2, 0] as const);
  for (const plane of [0, 1, 2] as const) {
    const border = (input.padValue - input.mean[plane]) / input.std[plane];
    tensor.fill(border, plane * planePixels, (plane + 1) * planePixels);
  }
  const chromaBytes = chroma.widthPx * chroma.heightPx;
  const lumaBytes = widthPx * heightPx;
  const channelOf = (plane: 0 | 1 | 2): Channel => {
    const scale = 1 / input.std[plane];
    return { start: plane * planePixels, scale, offset: -input.mean[plane] * scale };
  };
  const channels = [channelOf(redPlane), channelOf(1), channelOf(bluePlane)] as const;

  const fill = ({ data }: Picture): void => {
    const lumaPlane = { data, offset: 0, rowStride: widthPx };
    const uPlane = { data, offset: lumaBytes, rowStride: chroma.widthPx };
    const vPlane = { data, offset: lumaBytes + chromaBytes, rowStride: chroma.widthPx };
    for (let row = 0; row < inside.heightPx; row += 1) {
      lumaRow(lumaPlane, row, y);
      chromaRow(uPlane, row, u);
      chromaRow(vPlane, row, v);
      writeRow(tensor, row * plan.widthPx, [y, u, v], channels);
    }
  };
  return { plan, tensor, fill };
}

/** Whether a picture holds as many bytes as its size says. */
export const isWhole = ({ widthPx, heightPx, data }: Picture): boolean =>
  data.length === i420Bytes(widthPx, heightPx);
