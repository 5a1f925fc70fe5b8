import type { Actor } from '../../contracts/index.ts';

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
  ['皮卡', 'truck'],
  ['truck', 'truck'],
  ['公交', 'bus'],
  ['大巴', 'bus'],
  ['轿车', 'car'],
  ['私家车', 'car'],
  ['小汽车', 'car'],
];

/** Classes that a detector, or a person in the dark, takes for one another. */
const alike: readonly ReadonlySet<VehicleClass>[] = [
  new Set(['threeWheeler', 'motorcycle', 'bicycle']),
  new Set(['van', 'truck']),
  new Set(['van', 'car']),
  new Set(['bus', 'truck']),
];

const colours: Readonly<Record<string, readonly string[]>> = {
  white: ['白色', 'white'],
  black: ['黑色', 'black'],
  grey: ['灰色', 'grey', 'gray'],
  silver: ['银色', 'silver'],
  red: ['红色', 'red'],
  blue: ['蓝色', 'blue'],
  green: ['绿色', 'green'],
  yellow: ['黄色', 'yellow'],
};

const vehicleClasses: ReadonlySet<string> = new Set(words.map(([, className]) => className));

/** @returns how well the vehicle a report speaks of fits the one that was seen; null when either is not known. */
export function vehicleFit(
  actor: Actor | null,
  text: string,
): { readonly value: number; readonly because: string } | null {
  if (actor === null || !vehicleClasses.has(actor.className)) return null;
  const lower = text.toLowerCase();
  // An English word must stand alone: "advance" holds no van.
  const found = words.find(([word]) =>
    /^[a-z-]+$/.test(word) ? new RegExp(`\\b${word}s?\\b`).test(lower) : lower.includes(word),
  );
  if (found === undefined) return null;
  const [word, said] = found;
  const seen = actor.className as VehicleClass;
  const classFit = said === seen ? 1 : alike.some((group) => group.has(said) && group.has(seen)) ? 0.5 : 0;
  const saidColour = colourNear(lower, word);
  const isOtherColour =
    saidColour !== null && actor.colour !== null && saidColour !== actor.colour.toLowerCase();
  return {
    value: isOtherColour ? classFit / 2 : classFit,
    because: `seen was a ${actor.colour === null ? '' : `${actor.colour} `}${seen}, reported a ${saidColour === null ? '' : `${saidColour} `}${said}`,
  };
}

/** A colour just before the vehicle's word: `灰色编织袋` says nothing about the van. */
function colourNear(text: string, word: string): string | null {
  const at = text.indexOf(word);
  const before = text.slice(Math.max(0, at - 12), at);
  const found = Object.entries(colours).find(([, names]) => names.some((name) => before.includes(name)));
  return found?.[0] ?? null;
}
