import type { BoxNorm } from '../../contracts/index.ts';
import { i420Bytes, type Picture } from './detection.ts';

/** Sides come in steps, so that a model meets few sizes. */
const stepPx = 64;

/**
 * Cut a square around a box out of a picture, as far as the picture reaches.
 * @param factor its side is this many times the longer side of the box.
 * @returns a picture of its own; even sides, at least one step long where the picture has them.
 */
export function cropAround(picture: Picture, box: BoxNorm, factor: number): Picture {
  const { widthPx, heightPx, data } = picture;
  const longer = Math.max(box.wNorm * widthPx, box.hNorm * heightPx);
  const side = Math.max(stepPx, Math.ceil((factor * longer) / stepPx) * stepPx);
  const cut = { widthPx: Math.min(side, even(widthPx)), heightPx: Math.min(side, even(heightPx)) };
  const startOf = (middle: number, size: number, all: number): number =>
    even(Math.max(0, Math.min(all - size, Math.round(middle - size / 2))));
  const left = startOf((box.xNorm + box.wNorm / 2) * widthPx, cut.widthPx, widthPx);
  const top = startOf((box.yNorm + box.hNorm / 2) * heightPx, cut.heightPx, heightPx);
  const out = new Uint8Array(i420Bytes(cut.widthPx, cut.heightPx));
  let at = 0;
  const copy = (start: number, stride: number, x: number, y: number, width: number, rows: number): void => {
    for (let row = 0; row < rows; row++, at += width) {
      const from = start + (y + row) * stride + x;
      out.set(data.subarray(from, from + width), at);
    }
  };
  copy(0, widthPx, left, top, cut.widthPx, cut.heightPx);
  const [chromaWidth, chromaHeight] = [Math.ceil(widthPx / 2), Math.ceil(heightPx / 2)];
  for (const plane of [0, 1]) {
    const start = widthPx * heightPx + plane * chromaWidth * chromaHeight;
    copy(start, chromaWidth, left / 2, top / 2, cut.widthPx / 2, cut.heightPx / 2);
  }
  return { ...cut, data: out };
}

const even = (value: number): number => value - (value % 2);
