import { renderBag } from './bag.ts';
import { renderBox } from './box-object.ts';
import type { Matte } from './matte.ts';
import { seededRandom } from './random.ts';
import { renderDrum, renderHeap } from './round-object.ts';

export const OBJECT_KINDS = ['bag', 'bagPile', 'carton', 'cabinet', 'rubble', 'drum', 'mattress'] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** Drawn about six times larger than it is pasted: enough for the resampling, quick to draw. */
const DRAWN_PX = 192;

/**
 * Draw an object of our own making; the same kind, seed and slump always give the same matte.
 * @param slump 0 hanging from a hand … 1 standing on the ground (only bags sink).
 */
export function renderObject(kind: ObjectKind, seed: number, slump: number): Matte {
  const random = seededRandom(seed);
  const vary = (middle: number, by: number): number => middle + by * (2 * random() - 1);
  if (kind === 'bag') return renderBag({ seed, slump, heightPx: DRAWN_PX });
  if (kind === 'bagPile') return pileOfBags(seed, random);
  if (kind === 'carton') {
    return renderBox({
      seed,
      heightPx: DRAWN_PX,
      leftWide: vary(0.55, 0.1),
      rightWide: vary(0.4, 0.1),
      topRise: vary(0.28, 0.05),
      surface: [0.42, 0.3, 0.18],
      seams: [0.5],
    });
  }
  const round = { seed, heightPx: DRAWN_PX };
  if (kind === 'rubble') return renderHeap({ ...round, wide: vary(2.6, 0.5), surface: [0.4, 0.37, 0.33] });
  if (kind === 'drum') return renderDrum({ ...round, wide: vary(0.68, 0.08), surface: [0.1, 0.2, 0.42] });
  if (kind === 'mattress') {
    return renderBox({
      seed,
      heightPx: DRAWN_PX,
      leftWide: vary(1.5, 0.2),
      rightWide: vary(0.2, 0.04),
      topRise: vary(0.1, 0.02),
      surface: [0.6, 0.58, 0.52],
      seams: [0.2, 0.8],
    });
  }
  return renderBox({
    seed,
    heightPx: DRAWN_PX,
    leftWide: vary(0.38, 0.06),
    rightWide: vary(0.24, 0.05),
    topRise: vary(0.14, 0.03),
    surface: [0.34, 0.2, 0.11],
    seams: [0.33, 0.66],
  });
}

/** Three to five standing bags, those behind drawn first and a little higher. */
function pileOfBags(seed: number, random: () => number): Matte {
  const count = 3 + Math.floor(random() * 3);
  const bagPx = Math.round(DRAWN_PX * 0.9);
  const widthPx = Math.ceil(bagPx * (0.62 * (count - 1) + 1.2));
  const pile: Matte = {
    widthPx,
    heightPx: DRAWN_PX,
    radiance: new Float32Array(widthPx * DRAWN_PX * 3),
    alpha: new Float32Array(widthPx * DRAWN_PX),
    anchorPx: [widthPx / 2, DRAWN_PX],
    gripPx: [widthPx / 2, DRAWN_PX * 0.1],
  };
  const places = Array.from({ length: count }, (_, i) => ({
    i,
    backPx: Math.round(random() * DRAWN_PX * 0.07),
  }));
  for (const { i, backPx } of places.toSorted((a, b) => b.backPx - a.backPx)) {
    const bag = renderBag({ seed: seed * 31 + i, slump: 1, heightPx: bagPx });
    stack(pile, bag, Math.round(i * bagPx * 0.62), DRAWN_PX - bagPx - backPx);
  }
  return pile;
}

function stack(onto: Matte, matte: Matte, leftPx: number, topPx: number): void {
  for (let row = 0; row < matte.heightPx; row++) {
    for (let column = 0; column < matte.widthPx; column++) {
      const from = row * matte.widthPx + column;
      const [x, y] = [leftPx + column, topPx + row];
      if ((matte.alpha[from] ?? 0) === 0 || x < 0 || y < 0 || x >= onto.widthPx || y >= onto.heightPx)
        continue;
      const to = y * onto.widthPx + x;
      onto.alpha[to] = matte.alpha[from] ?? 0;
      for (let c = 0; c < 3; c++) onto.radiance[to * 3 + c] = matte.radiance[from * 3 + c] ?? 0;
    }
  }
}
