import { openPixels } from '../../kernel/index.ts';
import { i420Bytes, type Picture } from './detection.ts';
import type { InputSize, ModelInput } from './manifest.ts';
import { planResampling, resampleRow } from './resample.ts';

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

/** Prepare a letterbox for pictures of `widthPx` × `heightPx`. */
export function openLetterbox(input: ModelInput, widthPx: number, heightPx: number): Letterbox {
  const plan = planInput(input.size, widthPx, heightPx);
  const inside = { widthPx: plan.pictureWidthPx, heightPx: plan.pictureHeightPx };
  const chroma = { widthPx: Math.ceil(widthPx / 2), heightPx: Math.ceil(heightPx / 2) };
  const planePixels = plan.widthPx * plan.heightPx;
  const row = (): Float32Array => new Float32Array(inside.widthPx + 16);
  const { loops, moved } = openPixels({
    picture: new Uint8Array(i420Bytes(widthPx, heightPx)),
    tensor: new Float32Array(3 * planePixels),
    luma: planResampling({ widthPx, heightPx }, inside),
    chroma: planResampling(chroma, inside),
    line: new Float32Array(widthPx + 16),
    y: row(),
    u: row(),
    v: row(),
    constants: constantsOf(input),
  });
  const { picture, tensor, line, y, u, v, constants } = moved;
  for (const plane of [0, 1, 2] as const) {
    const border = (input.padValue - input.mean[plane]) / input.std[plane];
    tensor.fill(border, plane * planePixels, (plane + 1) * planePixels);
  }
  const lumaPlane = { at: picture.byteOffset, rowStride: widthPx };
  const uPlane = { at: lumaPlane.at + widthPx * heightPx, rowStride: chroma.widthPx };
  const vPlane = { at: uPlane.at + chroma.widthPx * chroma.heightPx, rowStride: chroma.widthPx };
  const [redPlane, bluePlane] = planesOf(input);
  const startOf = (plane: number): number => tensor.byteOffset + 4 * plane * planePixels;
  const [red, green, blue] = [startOf(redPlane), startOf(1), startOf(bluePlane)];

  const fill = ({ data }: Picture): void => {
    picture.set(data);
    for (let at = 0; at < inside.heightPx; at += 1) {
      resampleRow(loops, moved.luma, lumaPlane, at, { line, out: y });
      resampleRow(loops, moved.chroma, uPlane, at, { line, out: u });
      resampleRow(loops, moved.chroma, vPlane, at, { line, out: v });
      const to = 4 * at * plan.widthPx;
      loops.writeColours(
        y.byteOffset,
        u.byteOffset,
        v.byteOffset,
        inside.widthPx,
        red + to,
        green + to,
        blue + to,
        constants.byteOffset,
      );
    }
  };
  return { plan, tensor, fill };
}

const planesOf = ({ channelOrder }: ModelInput): readonly [red: 0 | 2, blue: 0 | 2] =>
  channelOrder === 'rgb' ? [0, 2] : [2, 0];

/** What `writeColours` reckons with. Normalising is a factor and an offset. */
function constantsOf(input: ModelInput): Float32Array {
  const [red, blue] = planesOf(input);
  const normalising = [red, 1, blue].flatMap((plane) => {
    const scale = 1 / input.std[plane as 0 | 1 | 2];
    return [scale, -input.mean[plane as 0 | 1 | 2] * scale];
  });
  return Float32Array.of(lumaGain, -16 * lumaGain, redOfV, -greenOfU, -greenOfV, blueOfU, ...normalising);
}

/** Whether a picture holds as many bytes as its size says. */
export const isWhole = ({ widthPx, heightPx, data }: Picture): boolean =>
  data.length === i420Bytes(widthPx, heightPx);
