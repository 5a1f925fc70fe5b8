import { PipelineError } from '../../kernel/index.ts';
import type { Outputs } from './detection.ts';

const shapeError = (message: string): PipelineError =>
  new PipelineError('MODEL_SHAPE', message, {
    hint: 'The weights do not fit the decoder that their model.json names. Compare file, sha256 and decoder there.',
  });

/**
 * One float32 output by name.
 * @param dims what is asked for; -1 stands for any size.
 * @throws PipelineError MODEL_SHAPE when it is absent or of another shape.
 */
export function floatOutput(outputs: Outputs, name: string, dims: readonly number[]): Float32Array {
  const tensor = output(outputs, name, dims);
  if (tensor.data instanceof Float32Array) return tensor.data;
  throw shapeError(`Output "${name}" holds int64, not float32.`);
}

/** One int64 output by name; as `floatOutput`. */
export function int64Output(outputs: Outputs, name: string, dims: readonly number[]): BigInt64Array {
  const tensor = output(outputs, name, dims);
  if (tensor.data instanceof BigInt64Array) return tensor.data;
  throw shapeError(`Output "${name}" holds float32, not int64.`);
}

function output(outputs: Outputs, name: string, dims: readonly number[]): Outputs[string] {
  const tensor = outputs[name];
  if (tensor === undefined) {
    throw shapeError(`The model has no output "${name}"; it has ${Object.keys(outputs).join(', ')}.`);
  }
  const fits =
    tensor.dims.length === dims.length &&
    dims.every((size, axis) => size === -1 || size === tensor.dims[axis]);
  if (fits) return tensor;
  throw shapeError(
    `Output "${name}" has the shape [${tensor.dims.join(', ')}], expected [${dims.map((size) => (size === -1 ? 'any' : size)).join(', ')}].`,
  );
}

const strides = [8, 16, 32] as const;

/** Visit every cell of the three feature maps in the order of the outputs: stride 8, 16, 32, each row by row. */
export function forEachCell(
  widthPx: number,
  heightPx: number,
  visit: (anchor: number, gridX: number, gridY: number, stridePx: number) => void,
): void {
  let anchor = 0;
  for (const stride of strides) {
    for (let gridY = 0; gridY < heightPx / stride; gridY += 1) {
      for (let gridX = 0; gridX < widthPx / stride; gridX += 1) {
        visit(anchor, gridX, gridY, stride);
        anchor += 1;
      }
    }
  }
}

/** Number of cells of the three feature maps. */
export const cellCount = (widthPx: number, heightPx: number): number =>
  strides.reduce((sum, stride) => sum + (widthPx / stride) * (heightPx / stride), 0);
