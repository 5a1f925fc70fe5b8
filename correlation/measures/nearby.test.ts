import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, doTouch, Nearby } from './nearby.ts';

const box = fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: -50, max: 50 }))).map(
  ([x1 = 0, x2 = 0, y1 = 0, y2 = 0]): Box => ({
    minX: Math.min(x1, x2),
    maxX: Math.max(x1, x2),
    minY: Math.min(y1, y2),
    maxY: Math.max(y1, y2),
  }),
);

test('it finds in order what asking every box finds', () => {
  fc.assert(
    fc.property(fc.array(box, { maxLength: 60 }), box, (boxes, asked) => {
      const nearby = new Nearby(boxes, (one) => one);
      expect(nearby.touching(asked)).toEqual(boxes.filter((one) => doTouch(one, asked)));
    }),
  );
});
