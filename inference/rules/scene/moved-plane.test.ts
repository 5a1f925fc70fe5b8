import { expect, test } from 'vitest';
import { makeGrid, readPicture } from './analysis-grid.ts';

const clamp = (value: number, length: number): number => Math.min(length - 1, Math.max(0, value));

test.each([
  [640, 360, [0.5, 0.25]],
  [640, 360, [-7.3, 2.6]],
  [640, 360, [40, -30.2]],
  [960, 540, [0, 0]],
  [960, 540, [1.75, -0.5]],
  [130, 74, [0.4, 0.1]],
] as const)('cells of %i × %i are means of what lies %o px away', (widthPx, heightPx, [dx, dy]) => {
  const data = Uint8Array.from(
    { length: (widthPx * heightPx * 3) / 2 },
    (_, at) => (at * 89 + (at >> 3)) % 256,
  );
  const grid = makeGrid(widthPx, heightPx, 320);
  readPicture(grid, { capturedAtMs: 0, widthPx, heightPx, data }, { dx, dy });
  const { columns, rows, scale, luma } = grid;
  let worst = 0;
  for (let cell = 0; cell < luma.length; cell += 7) {
    const [left, top] = [(cell % columns) * scale + dx, Math.floor(cell / columns) * scale + dy];
    let sum = 0;
    for (let y = Math.floor(top); y < top + scale; y++) {
      for (let x = Math.floor(left); x < left + scale; x++) {
        const wide = Math.min(x + 1, left + scale) - Math.max(x, left);
        const high = Math.min(y + 1, top + scale) - Math.max(y, top);
        sum += wide * high * (data[clamp(y, heightPx) * widthPx + clamp(x, widthPx)] ?? 0);
      }
    }
    worst = Math.max(worst, Math.abs(sum / scale ** 2 - (luma[cell] ?? 0)));
  }
  expect(luma).toHaveLength(columns * rows);
  expect(worst).toBeLessThan(0.51);
});

test('a picture without colours leaves them grey', () => {
  const grid = makeGrid(64, 36, 320);
  readPicture(
    grid,
    { capturedAtMs: 0, widthPx: 64, heightPx: 36, data: new Uint8Array(64 * 36).fill(90) },
    { dx: 0.5, dy: 0 },
  );
  expect(new Set(grid.luma)).toEqual(new Set([90]));
  expect(new Set(grid.u)).toEqual(new Set([128]));
});
