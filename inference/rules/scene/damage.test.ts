import { expect, test } from 'vitest';
import { street } from '../testing/street.ts';
import { makeGrid, noShift, readPicture } from './analysis-grid.ts';
import { createDamageWatch } from './damage.ts';

type Spoil = (data: Uint8Array, widthPx: number, heightPx: number) => void;

/** Seconds in which a ten-second street counts as damaged when its pictures are spoilt from the fourth to the sixth. */
function damagedSeconds(spoil: Spoil): number[] {
  const watch = createDamageWatch();
  const seconds: number[] = [];
  let background: Float32Array | null = null;
  let second = 0;
  for (const { widthPx, heightPx, data } of street({ durationS: 10, fps: 1, sprites: [] })) {
    const copy = data.slice();
    if (second >= 4 && second <= 6) spoil(copy, widthPx, heightPx);
    const grid = makeGrid(widthPx, heightPx, 320);
    readPicture(grid, { capturedAtMs: second * 1_000, widthPx, heightPx, data: copy }, noShift);
    background ??= Float32Array.from(grid.luma);
    if (watch.step(grid, background, 1_000) !== null) seconds.push(second);
    second++;
  }
  return seconds;
}

test('a half grey picture and rows smeared downwards are no pictures of the scene', () => {
  const grey: Spoil = (data, widthPx, heightPx) =>
    data.fill(128, (widthPx * heightPx) >> 1, widthPx * heightPx);
  const smear: Spoil = (data, widthPx, heightPx) => {
    const from = 40 * widthPx;
    for (let row = 41; row < heightPx; row++) data.copyWithin(row * widthPx, from, from + widthPx);
  };
  expect(damagedSeconds(grey)).toEqual([4, 5, 6]);
  expect(damagedSeconds(smear)).toEqual([4, 5, 6]);
});

test('a darker picture, and a smooth thing in front, are', () => {
  expect(
    damagedSeconds((data, widthPx, heightPx) => {
      for (let i = 0; i < widthPx * heightPx; i++) data[i] = (data[i] ?? 0) >> 1;
    }),
  ).toEqual([]);
  expect(
    damagedSeconds((data, widthPx) => {
      for (let row = 50; row < 90; row++) {
        for (let column = 60; column < 140; column++)
          data[row * widthPx + column] = 190 + ((row * 7 + column * 3) % 5);
      }
    }),
  ).toEqual([]);
});

test('so is plain ground that the exposure makes plainer', () => {
  const watch = createDamageWatch();
  const [columns, rows] = [320, 180];
  const shown = (gain: number, grain: number) => ({
    ...makeGrid(640, 360, 320),
    columns,
    rows,
    luma: Uint8Array.from({ length: columns * rows }, (_, i) => gain * (90 + grain * Math.sin(i))),
  });
  const background = Float32Array.from(shown(1, 0.6).luma);
  const seen = [1, 1, 1, 0.6, 0.5, 0.6].map((gain) =>
    watch.step(shown(gain, gain < 1 ? 0 : 0.6), background, 1_000),
  );
  expect(seen.filter((damage) => damage !== null)).toEqual([]);
});

test('so is somebody in black before a wall that the exposure has clipped', () => {
  const watch = createDamageWatch();
  const grid = makeGrid(640, 360, 320);
  const { columns, luma } = grid;
  const show = (isVisited: boolean) => {
    for (let i = 0; i < luma.length; i++) {
      const [row, column] = [Math.floor(i / columns), i % columns];
      const isBlack = isVisited && column > 100 && column < 180;
      luma[i] = isBlack ? 16 : isVisited && row < 60 ? 235 : 150 + 30 * Math.sin(i / 3) + 20 * Math.sin(row);
    }
    return grid;
  };
  const background = Float32Array.from(show(false).luma);
  const seen = [false, false, true, true, true].map((isVisited) =>
    watch.step(show(isVisited), background, 1_000),
  );
  expect(seen).toEqual([null, null, null, null, null]);
});
