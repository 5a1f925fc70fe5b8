import type { ObjectClass } from '../../contracts/index.ts';

/** Detectors mix these up from frame to frame, so a track may change within its group, but not across. */
const groups: Readonly<Record<ObjectClass, string>> = {
  person: 'person',
  bicycle: 'two-wheeler',
  motorcycle: 'two-wheeler',
  threeWheeler: 'vehicle',
  car: 'vehicle',
  van: 'vehicle',
  bus: 'vehicle',
  truck: 'vehicle',
  bag: 'bag',
  animal: 'animal',
  other: 'other',
};

/** Only classes of the same group can be the same object. */
export const groupOf = (className: ObjectClass): string => groups[className];

/** Classes that can bring something. */
export const isCarrier = (className: ObjectClass): boolean =>
  groups[className] === 'person' || groups[className] === 'vehicle' || groups[className] === 'two-wheeler';

export type ClassVotes = Map<ObjectClass, number>;

/** One more look at the track; a class gains by how sure the detector was. */
export function vote(votes: ClassVotes, className: ObjectClass, confidence: number): void {
  votes.set(className, (votes.get(className) ?? 0) + confidence);
}

/** The class with the most votes; equal votes go to the class that was seen first. */
export function winner(votes: ClassVotes): ObjectClass {
  let best: ObjectClass = 'other';
  let most = -1;
  for (const [className, count] of votes) {
    if (count > most) [best, most] = [className, count];
  }
  return best;
}
