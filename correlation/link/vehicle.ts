import { type Actor, knownColour, type OfficialRecord } from '../../contracts/index.ts';

type VehicleClass = Extract<
  Actor['className'],
  'bicycle' | 'motorcycle' | 'threeWheeler' | 'car' | 'van' | 'bus' | 'truck'
>;

/** What people call vehicles; longer words stand before the ones they contain. */
const words: readonly (readonly [string, VehicleClass])[] = [
  ['三轮', 'threeWheeler'],
  ['tricycle', 'threeWheeler'],
  ['three-wheeler', 'threeWheeler'],
  ['摩托', 'motorcycle'],
  ['电瓶车', 'motorcycle'],
  ['电动车', 'motorcycle'],
  ['motorcycle', 'motorcycle'],
  ['自行车', 'bicycle'],
  ['bicycle', 'bicycle'],
  ['面包车', 'van'],
  ['金杯', 'van'],
  ['厢式', 'van'],
  ['van', 'van'],
  ['渣土车', 'truck'],
  ['工程车', 'truck'],
  ['货车', 'truck'],
  ['卡车', 'truck'],
  ['轻卡', 'truck'],
  ['自卸', 'truck'],
  ['拖车', 'truck'],
  ['皮卡', 'truck'],
  ['truck', 'truck'],
  ['公交', 'bus'],
  ['大巴', 'bus'],
  ['轿车', 'car'],
  ['私家车', 'car'],
  ['小汽车', 'car'],
  ['小车', 'car'],
  ['越野', 'car'],
  ['商务车', 'van'],
];

/** Classes that a detector, or a person in the dark, takes for one another. */
const alike: readonly ReadonlySet<VehicleClass>[] = [
  new Set(['threeWheeler', 'motorcycle', 'bicycle']),
  new Set(['van', 'truck']),
  new Set(['van', 'car']),
  new Set(['bus', 'truck']),
];

const colours: Readonly<Record<string, readonly string[]>> = {
  white: ['白', 'white'],
  black: ['黑', 'black'],
  grey: ['灰', 'grey', 'gray'],
  silver: ['银', 'silver'],
  red: ['红', 'red'],
  blue: ['蓝', 'blue'],
  green: ['绿', 'green'],
  yellow: ['黄', 'yellow'],
};

const vehicleClasses: ReadonlySet<string> = new Set(words.map(([, className]) => className));

/** How often a report names the class and the colour right; else it names any other. */
const rightClassShare = 0.8;
const rightColourShare = 0.75;
const classCount = 5;
const colourCount = 7;

/** What a report says of a vehicle. */
interface SaidVehicle {
  readonly className: VehicleClass | null;
  readonly colour: string | null;
}

const colourIn = (text: string): string | null =>
  Object.entries(colours).find(([, names]) => names.some((name) => text.includes(name)))?.[0] ?? null;

function classIn(text: string): (typeof words)[number] | undefined {
  // An English word must stand alone: "advance" holds no van.
  return words.find(([word]) =>
    /^[a-z-]+$/.test(word) ? new RegExp(`\\b${word}s?\\b`).test(text) : text.includes(word),
  );
}

/** `一辆白色面包车`: what is counted is what was there; other vehicles are only in the way or stand in names of stops. */
const countedVehicle = /辆([^，。,;；、]{1,12})/gu;

/** The vehicle a record speaks of: its own columns first, then what it counts, then a word that can only be that. */
function saidVehicle({ vehicleClass, vehicleColour, text }: OfficialRecord): SaidVehicle {
  const column = classIn((vehicleClass ?? '').toLowerCase());
  const lower = text.toLowerCase();
  const counted = [...lower.matchAll(countedVehicle)].map(([, said = '']) => said);
  const said = counted.find((phrase) => classIn(phrase) !== undefined || colourIn(phrase) !== null);
  const isChinese = /\p{Script=Han}/u.test(lower);
  const where = said ?? (isChinese ? '' : lower);
  const found = column ?? classIn(where);
  const byColumn = colourIn((vehicleColour ?? '').toLowerCase());
  const at = found === undefined ? where.length : where.indexOf(found[0]);
  const byText = at < 0 ? null : colourIn(where.slice(Math.max(0, at - 8), at));
  return { className: found?.[1] ?? null, colour: byColumn ?? byText };
}

const sameColour = (one: string, other: string): boolean => {
  const plain = (colour: string): string => (colour === 'gray' || colour === 'silver' ? 'grey' : colour);
  return plain(one.toLowerCase()) === plain(other.toLowerCase());
};

/**
 * How much likelier the vehicle a report speaks of is by the one that was seen.
 * @returns null when either is not known; else the factor, and in words why.
 */
export function vehicleFit(
  actor: Actor | null,
  record: OfficialRecord,
): { readonly factor: number; readonly because: string } | null {
  if (actor === null) return null;
  const { className, colour } = saidVehicle(record);
  if (className === null && colour === null) return null;
  if (!vehicleClasses.has(actor.className)) {
    // A person was seen; the vehicle may have stood out of the picture.
    const isPerson = actor.className === 'person' && className !== null;
    return isPerson ? { factor: 0.4, because: 'a person was seen, a vehicle reported' } : null;
  }
  const seen = actor.className as VehicleClass;
  let factor = 1;
  if (className !== null) {
    const isAlike = alike.some((group) => group.has(className) && group.has(seen));
    const share =
      className === seen
        ? rightClassShare
        : isAlike
          ? 0.5 / classCount
          : (1 - rightClassShare) / (classCount - 1);
    factor *= share * classCount;
  }
  const seenColour = knownColour(actor);
  if (colour !== null && seenColour !== null) {
    const share = sameColour(colour, seenColour)
      ? rightColourShare
      : (1 - rightColourShare) / (colourCount - 1);
    factor *= share * colourCount;
  }
  const name = (color: string | null, what: string | null): string => [color, what].filter(Boolean).join(' ');
  return {
    factor,
    because: `seen was a ${name(seenColour, seen)}, reported a ${name(colour, className ?? 'vehicle')}`,
  };
}

/** How much likelier two reports are of one matter by the vehicles they speak of; 1 where they do not both. */
export function saidFactor(one: OfficialRecord, other: OfficialRecord): number {
  const here = saidVehicle(one);
  const there = saidVehicle(other);
  let factor = 1;
  if (here.className !== null && there.className !== null) {
    const isAlike = alike.some(
      (group) =>
        here.className !== null &&
        group.has(here.className) &&
        there.className !== null &&
        group.has(there.className),
    );
    factor *= here.className === there.className ? 3 : isAlike ? 0.7 : 0.2;
  }
  if (here.colour !== null && there.colour !== null)
    factor *= sameColour(here.colour, there.colour) ? 4 : 0.3;
  return factor;
}
