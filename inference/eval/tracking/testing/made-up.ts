import type { BoxPx } from '../../truth.ts';
import type { IdentifiedBox, IdentifiedFrames } from '../sequence.ts';

/** A street of made-up walkers, and a poor tracker of them: it misses, invents, swaps, starts anew and is off. */
export function madeUpTracking(seed: number): {
  readonly truth: IdentifiedFrames;
  readonly found: IdentifiedFrames;
} {
  let state = seed;
  // Numerical Recipes' generator: enough for a script that must be the same everywhere.
  const chance = (): number => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
  const walkers = Array.from({ length: 9 }, (_, id) => ({
    id: id + 1,
    from: Math.floor(chance() * 40),
    to: 50 + Math.floor(chance() * 50),
    x: chance() * 500,
    y: chance() * 250,
    vx: chance() * 8 - 4,
    vy: chance() * 3 - 1.5,
    w: 20 + chance() * 25,
    h: 60 + chance() * 50,
  }));
  let nextId = 100;
  const nameOf = new Map<number, number>();
  const truth: IdentifiedBox[][] = [];
  const found: IdentifiedBox[][] = [];
  for (let frame = 0; frame < 100; frame++) {
    const there = walkers
      .filter(({ from, to }) => frame >= from && frame < to)
      .map(({ id, x, y, vx, vy, w, h }) => ({ id, box: [x + vx * frame, y + vy * frame, w, h] as BoxPx }));
    const claimed: IdentifiedBox[] = [];
    for (const { id, box } of there) {
      if (chance() < 0.03 || !nameOf.has(id)) nameOf.set(id, nextId++);
      if (chance() < 0.15) continue;
      const [x, y, w, h] = box;
      const off = (): number => (chance() - 0.5) * 0.45;
      claimed.push({
        id: nameOf.get(id) ?? 0,
        box: [x + w * off(), y + h * off() * 0.5, w * (1 + off()), h * (1 + off())],
      });
    }
    const [one, other] = there;
    if (chance() < 0.04 && one !== undefined && other !== undefined) {
      const name = nameOf.get(one.id);
      nameOf.set(one.id, nameOf.get(other.id) ?? 0);
      nameOf.set(other.id, name ?? 0);
    }
    if (chance() < 0.2) claimed.push({ id: nextId++, box: [chance() * 600, chance() * 300, 30, 80] });
    truth.push(there);
    // Frames 60 to 62 are lost altogether, and 63 has nothing to find.
    found.push(frame >= 60 && frame < 63 ? [] : claimed);
    if (frame === 63) truth[63] = [];
  }
  return { truth, found };
}
