import type { DetectorPool } from '../../inference/index.ts';
import type { Case } from './case.ts';
import { openFilm, type Cast } from './film.ts';
import { findFile, type Footage, footages } from './footage.ts';
import { kinds } from './kinds.ts';
import { openPlate, type Plate } from './plate.ts';
import { type CaseResult, runCase } from './run-case.ts';
import { cutSprites } from './sprite.ts';
import { openStage, type Stage } from './stage.ts';

interface CaseRunOptions {
  /** Where the footage lies. */
  readonly folder: string;
  readonly cacheDir: string;
  readonly seed: number;
  readonly openDetector: () => Promise<DetectorPool>;
  readonly model: string;
  /** The detector looks at the composed pictures instead of being replayed from the footage. */
  readonly looks: boolean;
  /** Every so many cases one is run; 1: all. */
  readonly every: number;
  /** Only cases whose id holds one of these, separated by commas. */
  readonly only: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The people and vehicles of all footage of a part, so that one place is visited by those of another. */
function castOf(plates: Iterable<Plate>, isHeldOut: boolean): Cast {
  const all = [...plates].filter(({ footage }) => footage.isHeldOut === isHeldOut);
  return {
    people: all.flatMap((plate) => cutSprites(plate, 'person', 6)),
    vehicles: all
      .filter(({ footage }) => footage.hasRoad)
      .flatMap((plate) => cutSprites(plate, 'vehicle', 4)),
  };
}

async function openPlates(options: CaseRunOptions): Promise<Map<string, Plate>> {
  const plates = new Map<string, Plate>();
  for (const footage of footages) {
    const file = findFile(footage, options.folder, options.cacheDir);
    if (file === null) {
      options.say(`${footage.id}: no ${footage.file} under ${options.folder}; its cases are left out`);
      continue;
    }
    plates.set(footage.id, await openPlate(footage, file, options));
  }
  return plates;
}

/** Every kind at every place; the seed of a case depends on nothing but both names and the run's seed. */
function plan(footage: Footage, plate: Plate, seed: number): { readonly one: Case; readonly stage: Stage }[] {
  return kinds.flatMap((kind, number) => {
    if (kind.wantsRoad === true && !footage.hasRoad) return [];
    const caseSeed = seed * 1_000_003 + number * 1_009 + footages.indexOf(footage) * 97;
    const stage = openStage(plate, caseSeed);
    const { isQuiet = false, ...plot } = kind.plot(stage);
    const one: Case = {
      id: `${kind.name} @ ${footage.id}`,
      kind: kind.name,
      isHeldOut: footage.isHeldOut,
      footageId: footage.id,
      seed: caseSeed,
      isQuiet,
      ...plot,
    };
    return [{ one, stage }];
  });
}

/** Make and judge the cases one after another; the same options give the same results. */
export async function* runCases(options: CaseRunOptions): AsyncGenerator<CaseResult> {
  const plates = await openPlates(options);
  const tuned = castOf(plates.values(), false);
  const own = castOf(plates.values(), true);
  // Held-out footage may show nobody who can be cut out whole: then the others visit it too.
  const heldOut = { people: own.people.length > 2 ? own.people : tuned.people, vehicles: own.vehicles };
  const casts = { tuned, heldOut };
  for (const [part, { people, vehicles }] of Object.entries(casts)) {
    options.say(`${part}: ${people.length} people and ${vehicles.length} vehicles cut out of the footage`);
  }
  let count = 0;
  for (const footage of footages) {
    const plate = plates.get(footage.id);
    if (plate === undefined) continue;
    const cast = footage.isHeldOut ? casts.heldOut : casts.tuned;
    for (const { one, stage } of plan(footage, plate, options.seed)) {
      if (options.signal.aborted) return;
      const isAsked = options.only.split(',').some((part) => one.id.includes(part));
      if (!isAsked || count++ % options.every !== 0) continue;
      const look = options.looks
        ? { detector: await options.openDetector(), cacheDir: options.cacheDir, salt: options.model }
        : null;
      yield await runCase(one, openFilm(one, plate, cast, stage.pxPerM), look);
    }
  }
}
