import { seededRandom } from '../compose/index.ts';
import { footages } from './footage.ts';
import { type Model, models } from './thing.ts';

/** A third of the places and a third of the things, chosen by chance: nobody looks at their cases while they tune. */
export interface HeldOut {
  readonly places: ReadonlySet<string>;
  readonly isThing: (model: Model) => boolean;
}

/** @param split another number is another third of both. */
export function holdOut(split: number): HeldOut {
  const random = seededRandom(7_919 * (split + 1));
  const third = (ids: readonly string[]): ReadonlySet<string> =>
    new Set(
      ids
        .map((id) => ({ id, at: random() }))
        .toSorted((a, b) => a.at - b.at)
        .slice(0, Math.floor(ids.length / 3))
        .map(({ id }) => id),
    );
  const places = third(footages.map(({ id }) => id));
  const carried = third(models.filter(({ isCarried }) => isCarried).map(({ id }) => id));
  const heavy = third(models.filter(({ isCarried }) => !isCarried).map(({ id }) => id));
  return { places, isThing: ({ id }) => carried.has(id) || heavy.has(id) };
}
