import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAckOrder } from './ack-order.ts';

test('nothing is acknowledged over the head of a record that a reader still holds', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 12 }), fc.nat(), (isReadable, seed) => {
      let position = 0;
      const unacknowledged = new Set<number>();
      const order = createAckOrder();
      const pending: { offset: number; pass: (acknowledge: () => void) => void }[] = [];
      const moveTo = (offset: number): void => {
        position = Math.max(position, offset + 1);
      };
      const check = (): void => {
        for (const offset of unacknowledged) expect(position).toBeLessThanOrEqual(offset);
      };
      for (const [offset, readable] of isReadable.entries()) {
        if (readable) {
          unacknowledged.add(offset);
          pending.push({ offset, pass: order.handOut() });
        } else order.takeOut(() => moveTo(offset));
        check();
        // Now and then the reader acknowledges all it has so far, as a batch does: the newest.
        if ((seed >> offset) % 2 === 0) {
          const newest = pending.splice(0).at(-1);
          if (newest === undefined) continue;
          for (const held of unacknowledged) if (held <= newest.offset) unacknowledged.delete(held);
          newest.pass(() => moveTo(newest.offset));
          check();
        }
      }
      const last = pending.at(-1);
      unacknowledged.clear();
      last?.pass(() => moveTo(last.offset));
      expect(position).toBe(isReadable.length);
    }),
    { numRuns: 500 },
  );
});
