import type { Patch } from './patch.ts';
import type { Plate } from './plate.ts';
import { drawThing, type Model } from './thing.ts';

const whites = new WeakMap<Plate, number>();
const drawn = new Map<string, Patch>();

/** Luma of a white sheet: from the bright end of the empty scene. */
export function whiteOf(plate: Plate): number {
  const known = whites.get(plate);
  if (known !== undefined) return known;
  const { empty, widthPx, heightPx } = plate;
  const counts = new Uint32Array(256);
  for (let i = 0; i < widthPx * heightPx; i += 5) counts[empty[i] ?? 0] = (counts[empty[i] ?? 0] ?? 0) + 1;
  let left = 0.03 * ((widthPx * heightPx) / 5);
  let white = 255;
  for (; white > 0; white--) {
    left -= counts[white] ?? 0;
    if (left <= 0) break;
  }
  white = white === 0 ? 235 : Math.max(140, white);
  whites.set(plate, white);
  return white;
}

/** A thing as it looks in the light of a place. */
export function drawnAt(model: Model, plate: Plate): Patch {
  const white = whiteOf(plate);
  const key = `${model.id} ${white}`;
  let patch = drawn.get(key);
  if (patch === undefined) drawn.set(key, (patch = drawThing(model, white)));
  return patch;
}

export interface Contrast {
  readonly luma: number;
  readonly colour: number;
}

/** Mean difference of a thing from the ground it would hide, in steps. */
export function contrastAt(
  model: Model,
  plate: Plate,
  at: { readonly xPx: number; readonly yPx: number },
  thingHeightPx: number,
): Contrast {
  const patch = drawnAt(model, plate);
  const scale = thingHeightPx / patch.heightPx;
  const { widthPx, heightPx, empty } = plate;
  const chromaWidth = widthPx >> 1;
  const uStart = widthPx * heightPx;
  const vStart = uStart + chromaWidth * (heightPx >> 1);
  let [luma, colour, count] = [0, 0, 0];
  const every = Math.max(1, Math.floor(patch.heightPx / 24));
  for (let y = 0; y < patch.heightPx; y += every) {
    for (let x = 0; x < patch.widthPx; x += every) {
      const cell = y * patch.widthPx + x;
      if ((patch.alpha[cell] ?? 0) < 0.5) continue;
      const toX = Math.round(at.xPx + (x - patch.footPx[0]) * scale);
      const toY = Math.round(at.yPx + (y - patch.footPx[1]) * scale);
      if (toX < 0 || toX >= widthPx || toY < 0 || toY >= heightPx) continue;
      const chroma = (toY >> 1) * chromaWidth + (toX >> 1);
      luma += Math.abs((patch.luma[cell] ?? 0) - (empty[toY * widthPx + toX] ?? 0));
      colour +=
        Math.abs((patch.u[cell] ?? 128) - (empty[uStart + chroma] ?? 128)) +
        Math.abs((patch.v[cell] ?? 128) - (empty[vStart + chroma] ?? 128));
      count++;
    }
  }
  return { luma: luma / Math.max(count, 1), colour: colour / Math.max(count, 1) };
}
