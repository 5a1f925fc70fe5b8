import type { DetectorPool } from '../../inference/index.ts';
import type { Case } from './case.ts';
import { type Cast, type Film, openFilm } from './film.ts';
import { findFile, type Footage, footages } from './footage.ts';
import { holdOut, type HeldOut } from './held-out.ts';
import { kinds } from './kinds.ts';
import { openPlate, type Plate } from './plate.ts';
import { type CaseResult, runCase } from './run-case.ts';
import { cutSprites } from './sprite.ts';
import { openStage, type Stage } from './stage.ts';
import { models } from './thing.ts';

interface CaseRunOptions {
  /** Where the footage lies. */
  readonly folder: string;
  readonly cacheDir: string;
  readonly seeds: readonly number[];
  /** Which third of places and things is held out. */
  readonly split: number;
  readonly openDetector: () => Promise<DetectorPool>;
  readonly model: string;
  /** The detector looks at the composed pictures instead of being replayed from the footage. */
  readonly looks: boolean;
  /** Every so many cases one is run; 1: all. */
  readonly every: number;
  /** Only cases whose id holds one of these, separated by commas. */
  readonly only: string;
  /** Only cases in which nothing is left. */
  readonly isNegativesOnly: boolean;
  /** Judged already: it is not made again. */
  readonly isKnown: (one: Case) => boolean;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The people and vehicles of all footage of a part, so that one place is visited by those of another. */
function castOf(plates: readonly Plate[]): Cast {
  const all = plates.filter(({ footage }) => footage.longSidePx === undefined);
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
function plan(
  footage: Footage,
  plate: Plate,
  seed: number,
  { places, isThing }: HeldOut,
): { readonly one: Case; readonly stage: Stage }[] {
  const isHeldOut = places.has(footage.id);
  const things = models.filter((model) => isThing(model) === isHeldOut);
  return kinds.flatMap((kind, number) => {
    if (kind.wantsRoad === true && !footage.hasRoad) return [];
    const caseSeed = seed * 1_000_003 + number * 1_009 + footages.indexOf(footage) * 97;
    const stage = openStage(plate, caseSeed, things);
    const { isQuiet = false, ...plot } = kind.plot(stage);
    const one: Case = {
      id: `${kind.name} @ ${footage.id}`,
      kind: kind.name,
      isHeldOut,
      footageId: footage.id,
      seed: caseSeed,
      isQuiet,
      ...plot,
    };
    return [{ one, stage }];
  });
}

interface PlannedCase {
  readonly one: Case;
  readonly film: Film;
}

/** Make and judge the cases one after another; the same options give the same results. */
export async function* runCases(options: CaseRunOptions): AsyncGenerator<CaseResult> {
  for await (const { one, film } of planCases(options)) {
    const look = options.looks
      ? { detector: await options.openDetector(), cacheDir: options.cacheDir, salt: options.model }
      : null;
    yield await runCase(one, film, look);
  }
}

/** The cases that are asked for, one after another. */
export async function* planCases(options: CaseRunOptions): AsyncGenerator<PlannedCase> {
  const plates = await openPlates(options);
  const heldOut = holdOut(options.split);
  const all = [...plates.values()];
  const own = castOf(all.filter(({ footage }) => heldOut.places.has(footage.id)));
  const others = castOf(all.filter(({ footage }) => !heldOut.places.has(footage.id)));
  // Footage of a part may show nobody who can be cut out whole: then those of the other part visit it too.
  const enough = (mine: Cast, theirs: Cast): Cast => ({
    people: mine.people.length > 2 ? mine.people : theirs.people,
    vehicles: mine.vehicles.length > 2 ? mine.vehicles : theirs.vehicles,
  });
  const casts = { tuned: enough(others, own), heldOut: enough(own, others) };
  options.say(`held out: ${[...heldOut.places].join(', ')}`);
  for (const [part, { people, vehicles }] of Object.entries(casts)) {
    options.say(`${part}: ${people.length} people and ${vehicles.length} vehicles cut out of the footage`);
  }
  let count = 0;
  for (const footage of footages) {
    const plate = plates.get(footage.id);
    if (plate === undefined) continue;
    const cast = heldOut.places.has(footage.id) ? casts.heldOut : casts.tuned;
    const planned = options.seeds.flatMap((seed) => plan(footage, plate, seed, heldOut));
    for (const { one, stage } of planned) {
      if (options.signal.aborted) return;
      const isAsked =
        options.only.split(',').some((part) => one.id.includes(part)) &&
        !(options.isNegativesOnly && one.left.length > 0);
      if (!isAsked || count++ % options.every !== 0 || options.isKnown(one)) continue;
      yield { one, film: openFilm(one, plate, cast, stage.pxPerM) };
    }
  }
}
