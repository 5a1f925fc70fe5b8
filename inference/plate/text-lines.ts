/** A line of text as it lies in the picture: a rectangle that may be turned, or leans. In pixels of the map. */
export interface TextLine {
  readonly centreX: number;
  readonly centreY: number;
  /** Of its long side, from the x axis, clockwise as the picture counts. */
  readonly angleRad: number;
  /** Of its strokes, as the angle of its long side: a right angle more where it is a rectangle. */
  readonly strokeRad: number;
  readonly width: number;
  readonly height: number;
  readonly score: number;
}

const inkThreshold = 0.3;
const minScore = 0.5;
const minInkPx = 12;
/** Text is found shrunk: it reaches this far beyond what was found, times area over perimeter. */
const growth = 1.7;
/** From this slope on a line is given a second time, with upright strokes: a plate seen from the side leans. */
const leaningFromRad = 0.07;

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
    if (line === null) continue;
    lines.push(line);
    const leaning = leaningLine(pixels, width, line.score);
    if (Math.abs(leaning.angleRad) >= leaningFromRad) lines.push(leaning);
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
    strokeRad: angleRad + Math.PI / 2,
    width: inkWidth + 2 * grown,
    height: inkHeight + 2 * grown,
    score,
  };
}

/** The parallelogram with upright sides that holds a component: its slope is that of the middles of its columns. */
function leaningLine(pixels: readonly number[], mapWidth: number, score: number): TextLine {
  const spans = new Map<number, { top: number; bottom: number }>();
  for (const at of pixels) {
    const [x, y] = [at % mapWidth, Math.floor(at / mapWidth)];
    const span = spans.get(x) ?? { top: y, bottom: y };
    spans.set(x, { top: Math.min(span.top, y), bottom: Math.max(span.bottom, y) });
  }
  const columns = [...spans].map(([x, { top, bottom }]) => ({ x, top, bottom, middle: (top + bottom) / 2 }));
  const meanX = columns.reduce((sum, { x }) => sum + x, 0) / columns.length;
  const meanY = columns.reduce((sum, { middle }) => sum + middle, 0) / columns.length;
  const xx = columns.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const xy = columns.reduce((sum, { x, middle }) => sum + (x - meanX) * (middle - meanY), 0);
  const slope = xx === 0 ? 0 : xy / xx;
  const [left, right] = [Math.min(...spans.keys()), Math.max(...spans.keys())];
  const rise = (x: number): number => slope * (x - meanX);
  const top = Math.min(...columns.map((column) => column.top - rise(column.x)));
  const bottom = Math.max(...columns.map((column) => column.bottom - rise(column.x)));
  const [inkWidth, inkHeight] = [(right - left + 1) * Math.hypot(1, slope), bottom - top + 1];
  const grown = (growth * inkWidth * inkHeight) / (2 * (inkWidth + inkHeight));
  const x = (left + right) / 2;
  return {
    centreX: x + 0.5,
    centreY: (top + bottom) / 2 + rise(x) + 0.5,
    angleRad: Math.atan(slope),
    strokeRad: Math.PI / 2,
    width: inkWidth + 2 * grown,
    height: inkHeight + 2 * grown,
    score,
  };
}
