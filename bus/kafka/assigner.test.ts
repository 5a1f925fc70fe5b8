import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignByNumber } from './assigner.ts';

const members = fc
  .uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 })
  .map((ids) => ids.map((memberId) => ({ memberId, topics: ['a', 'b'] })));

test('every partition has exactly one member, and the shares differ by at most one', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 1, max: 20 }), (group, count) => {
      const assignment = assignByNumber(group, () => count);
      const shares = [...assignment.values()].map((share) => share['a'] ?? []);
      expect(shares.flat().toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: count }, (_, index) => index),
      );
      const sizes = shares.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test('equal numbers of all topics meet in one member, in whatever order the members are told', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 1, max: 20 }), (group, count) => {
      const assignment = assignByNumber(group, () => count);
      for (const share of assignment.values()) expect(share['a']).toEqual(share['b']);
      expect(assignByNumber(group.toReversed(), () => count)).toEqual(assignment);
    }),
  );
});

test('a topic goes only to members that read it', () => {
  const assignment = assignByNumber(
    [
      { memberId: 'both', topics: ['a', 'b'] },
      { memberId: 'one', topics: ['b'] },
    ],
    () => 4,
  );
  expect(assignment.get('both')).toEqual({ a: [0, 1, 2, 3], b: [0, 2] });
  expect(assignment.get('one')).toEqual({ b: [1, 3] });
});
