/** A line of text as it lies in the picture: a rectangle that may be turned. In pixels of the map. */
export interface TextLine {
  readonly centreX: number;
  readonly centreY: number;
  /** Of its long side, from the x axis, clockwise as the picture counts. */
  readonly angleRad: number;
  readonly width: number;
  readonly height: number;
  readonly score: number;
}

const inkThreshold = 0.3;
const minScore = 0.5;
const minInkPx = 12;
/** Text is found shrunk: it reaches this far beyond what was found, times area over perimeter. */
const growth = 1.7;

/**
 * Lines of text in a map of probabilities (differentiable binarisation).
 * @param map float32 [height, width], 0..1.
 * @see Liao et al. 2020, arXiv:1911.08947
 */
export function textLines(map: Float32Array, width: number, height: number): TextLine[] {
  const seen = new Uint8Array(width * height);
  const lines: TextLine[] = [];
  const stack: number[] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1 || (map[start] ?? 0) < inkThreshold) continue;
    const pixels: number[] = [];
    stack.push(start);
    seen[start] = 1;
    while (stack.length > 0) {
      const at = stack.pop() ?? 0;
      pixels.push(at);
      const x = at % width;
      for (const [next, isInside] of [
        [at - 1, x > 0],
        [at + 1, x < width - 1],
        [at - width, at >= width],
        [at + width, at + width < seen.length],
      ] as const) {
        if (!isInside || seen[next] === 1 || (map[next] ?? 0) < inkThreshold) continue;
        seen[next] = 1;
        stack.push(next);
      }
    }
    const line = lineOf(pixels, map, width);
    if (line !== null) lines.push(line);
  }
  return lines;
}

/** The rectangle along a component's principal axis that holds it, grown to the size of the text. */
function lineOf(pixels: readonly number[], map: Float32Array, mapWidth: number): TextLine | null {
  const count = pixels.length;
  if (count < minInkPx) return null;
  const score = pixels.reduce((sum, at) => sum + (map[at] ?? 0), 0) / count;
  if (score < minScore) return null;
  const xOf = (at: number): number => at % mapWidth;
  const yOf = (at: number): number => Math.floor(at / mapWidth);
  const meanX = pixels.reduce((sum, at) => sum + xOf(at), 0) / count;
  const meanY = pixels.reduce((sum, at) => sum + yOf(at), 0) / count;
  let [xx, xy, yy] = [0, 0, 0];
  for (const at of pixels) {
    const [dx, dy] = [xOf(at) - meanX, yOf(at) - meanY];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const angleRad = 0.5 * Math.atan2(2 * xy, xx - yy);
  const [cos, sin] = [Math.cos(angleRad), Math.sin(angleRad)];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const at of pixels) {
    const [dx, dy] = [xOf(at) - meanX, yOf(at) - meanY];
    const [u, v] = [dx * cos + dy * sin, dy * cos - dx * sin];
    left = Math.min(left, u);
    right = Math.max(right, u);
    top = Math.min(top, v);
    bottom = Math.max(bottom, v);
  }
  const [inkWidth, inkHeight] = [right - left + 1, bottom - top + 1];
  const grown = (growth * inkWidth * inkHeight) / (2 * (inkWidth + inkHeight));
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  return {
    centreX: meanX + u * cos - v * sin + 0.5,
    centreY: meanY + u * sin + v * cos + 0.5,
    angleRad,
    width: inkWidth + 2 * grown,
    height: inkHeight + 2 * grown,
    score,
  };
}
