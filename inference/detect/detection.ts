import type { ObjectClass } from '../../contracts/index.ts';

/** One object in one picture: left, top, width, height in shares of the picture, within it. */
export interface Detection {
  readonly className: ObjectClass;
  /** 0..1; not a probability: comparable within one model only. */
  readonly confidence: number;
  readonly xNorm: number;
  readonly yNorm: number;
  readonly wNorm: number;
  readonly hNorm: number;
}

/** A picture to look at: planar YUV 4:2:0 (I420), BT.601, limited range. A `Frame` is one. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Luma `widthPx * heightPx`, then U and V of `ceil(widthPx / 2) * ceil(heightPx / 2)` each. */
  readonly data: Uint8Array;
}

/** What a decoder finds: a box in px of the model's input, before suppression. */
export interface Candidate {
  readonly classIndex: number;
  readonly score: number;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** One output of a model. */
export interface OutputTensor {
  readonly data: Float32Array | BigInt64Array;
  readonly dims: readonly number[];
}
export type Outputs = Readonly<Record<string, OutputTensor>>;

/** What a decoder is told besides the outputs. */
export interface DecodeRequest {
  /** Size of the model's input. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Candidates below are left out. */
  readonly minScore: number;
  /** Classes worth decoding. */
  readonly classIndexes: readonly number[];
}
export type Decoder = (outputs: Outputs, request: DecodeRequest) => Candidate[];

/** Bytes of an I420 picture. */
export function i420Bytes(widthPx: number, heightPx: number): number {
  return widthPx * heightPx + 2 * Math.ceil(widthPx / 2) * Math.ceil(heightPx / 2);
}
