import fc from 'fast-check';
import { expect, test } from 'vitest';
import { halveLuma } from './half-luma.ts';

test('every value is the rounded mean of its four, whatever the size and wherever the bytes lie', () => {
  const size = fc.integer({ min: 2, max: 21 });
  fc.assert(
    fc.property(
      size,
      size,
      fc.integer({ min: 0, max: 5 }),
      fc.infiniteStream(fc.constantFrom(0, 1, 2, 3, 127, 128, 254, 255)),
      (widthPx, heightPx, offset, values) => {
        const memory = new Uint8Array(offset + widthPx * heightPx);
        const data = memory.subarray(offset);
        for (let at = 0; at < data.length; at++) data[at] = values.next().value ?? 0;
        const [width, height] = [widthPx >> 1, heightPx >> 1];
        const half = new Uint8Array(width * height);
        halveLuma({ widthPx, heightPx, data }, half);
        const expected = Array.from({ length: width * height }, (_, cell) => {
          const at = 2 * Math.floor(cell / width) * widthPx + 2 * (cell % width);
          const four = [data[at], data[at + 1], data[at + widthPx], data[at + widthPx + 1]];
          return Math.floor(four.reduce<number>((sum, value) => sum + (value ?? 0), 2) / 4);
        });
        expect([...half]).toEqual(expected);
      },
    ),
  );
});
