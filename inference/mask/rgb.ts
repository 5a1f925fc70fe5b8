import { i420Bytes, type Picture } from '../detect/index.ts';

/** Interleaved 8-bit RGB. */
export interface RgbPicture {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** RGB as the detectors take it: I420, BT.601, limited range. */
export function rgbToI420({ data, widthPx, heightPx }: RgbPicture): Picture {
  const i420 = new Uint8Array(new SharedArrayBuffer(i420Bytes(widthPx, heightPx)));
  const chromaWidth = Math.ceil(widthPx / 2);
  const uStart = widthPx * heightPx;
  const vStart = uStart + chromaWidth * Math.ceil(heightPx / 2);
  for (let y = 0; y < heightPx; y += 2) {
    for (let x = 0; x < widthPx; x += 2) {
      const rows = Math.min(2, heightPx - y);
      const columns = Math.min(2, widthPx - x);
      let [red, green, blue] = [0, 0, 0];
      for (let pixel = 0; pixel < rows * columns; pixel += 1) {
        const at = (y + Math.floor(pixel / columns)) * widthPx + x + (pixel % columns);
        const [r, g, b] = [data[3 * at]!, data[3 * at + 1]!, data[3 * at + 2]!];
        i420[at] = Math.round(16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255);
        red += r;
        green += g;
        blue += b;
      }
      const weight = 1 / (255 * rows * columns);
      const chroma = (y / 2) * chromaWidth + x / 2;
      i420[uStart + chroma] = Math.round(128 + (-37.797 * red - 74.203 * green + 112 * blue) * weight);
      i420[vStart + chroma] = Math.round(128 + (112 * red - 93.786 * green - 18.214 * blue) * weight);
    }
  }
  return { widthPx, heightPx, data: i420 };
}
