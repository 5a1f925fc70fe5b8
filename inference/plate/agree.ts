import type { PlateText, UnreadableReason } from '../../contracts/index.ts';
import type { ReadCharacter } from './ctc.ts';
import { isUpperLine, plateKind } from './syntax.ts';

/** A line of text that was found in one picture of a vehicle and read. */
export interface ReadLine {
  readonly characters: readonly ReadCharacter[];
  readonly heightPx: number;
  readonly centreX: number;
  readonly centreY: number;
  readonly widthPx: number;
  /** Steepness of its strokes, see `sharpnessOf`: low where it is blurred. */
  readonly sharpness: number;
}

/** What one picture of the vehicle says. */
export type PictureVerdict =
  | { readonly kind: 'read'; readonly text: string; readonly confidence: number; readonly heightPx: number }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason; readonly heightPx: number };

/** Lower characters are guessed at, by people and by networks. */
const minHeightPx = 14;
/** Times the height over that of the smallest readable line; only names a reason, the network says how sure it is. */
const minSharpness = 0.25;
/** Of the character that is least sure, in each picture that speaks. */
const minConfidence = 0.75;
/** A plate that only one picture shows has nobody to confirm it. */
const minConfidenceAlone = 0.92;
/** Share of the pictures with a reading that must say the same. */
const minAgreement = 0.67;

const textOf = ({ characters }: ReadLine): string => characters.map(({ character }) => character).join('');
const sureness = ({ characters }: ReadLine): number =>
  Math.min(1, ...characters.map(({ confidence }) => confidence));

const isBlurred = ({ sharpness, heightPx }: ReadLine): boolean =>
  sharpness * (heightPx / minHeightPx) < minSharpness;

/** The lines as plates are made of: each line, and pairs of a short line above a long one. */
function candidates(lines: readonly ReadLine[]): ReadLine[] {
  const upper = lines.filter((line) => isUpperLine(textOf(line)));
  const joined = upper.flatMap((top) =>
    lines.flatMap((bottom): ReadLine[] => {
      const isBelow =
        bottom.centreY - top.centreY > 0.4 * top.heightPx &&
        bottom.centreY - top.centreY < 2.5 * Math.max(top.heightPx, bottom.heightPx) &&
        Math.abs(bottom.centreX - top.centreX) < 0.5 * Math.max(top.widthPx, bottom.widthPx);
      return bottom === top || !isBelow
        ? []
        : [{ ...bottom, characters: [...top.characters, ...bottom.characters] }];
    }),
  );
  return [...joined, ...lines];
}

/** Read one picture's lines: the one plate among them, or why there is none. */
export function verdictOf(lines: readonly ReadLine[]): PictureVerdict {
  const plates = candidates(lines).filter((line) => plateKind(textOf(line)) !== null);
  const heightPx = Math.max(0, ...(plates.length > 0 ? plates : lines).map((line) => line.heightPx));
  const unreadable = (reason: UnreadableReason): PictureVerdict => ({
    kind: 'unreadable',
    reason,
    heightPx: Math.round(heightPx),
  });
  if (lines.length === 0) return unreadable('noPlate');
  const large = plates.filter((line) => line.heightPx >= minHeightPx);
  const sure = large.filter((line) => sureness(line) >= minConfidence);
  const texts = new Set(sure.map(textOf));
  if (texts.size > 1) return unreadable('severalPlates');
  const [best] = sure.toSorted((a, b) => sureness(b) - sureness(a));
  if (best !== undefined) {
    return {
      kind: 'read',
      text: textOf(best),
      confidence: sureness(best),
      heightPx: Math.round(best.heightPx),
    };
  }
  if (large.length > 0) return unreadable(large.every(isBlurred) ? 'blurred' : 'uncertain');
  if (plates.length > 0 || lines.every((line) => line.heightPx < minHeightPx)) return unreadable('tooSmall');
  // Letters and digits as on a plate, but none that can be one.
  const words = lines.filter((line) => textOf(line).length >= 5);
  if (words.length === 0) return unreadable('noPlate');
  return unreadable(words.every(isBlurred) ? 'blurred' : 'syntax');
}

/** Put the pictures of one passage together: read only where they agree. */
export function agreed(verdicts: readonly PictureVerdict[]): PlateText {
  const read = verdicts.filter((verdict) => verdict.kind === 'read');
  const heightPx = Math.max(0, ...verdicts.map((verdict) => verdict.heightPx));
  const base = {
    pictureCount: verdicts.length,
    heightPx,
    agreeingCount: 0,
    confidence: 0,
    text: null,
    kind: null,
  };
  const groups = [...Map.groupBy(read, ({ text }) => text)].toSorted(([, a], [, b]) => b.length - a.length);
  const [first] = groups;
  if (first === undefined) return { ...base, reason: firstReason(verdicts) };
  const [text, saying] = first;
  const confidence = Math.max(...saying.map((one) => one.confidence));
  if (saying.length / read.length < minAgreement) return { ...base, reason: 'disagreeing' };
  if (saying.length === 1 && confidence < minConfidenceAlone) return { ...base, reason: 'uncertain' };
  return { ...base, text, kind: plateKind(text), reason: null, confidence, agreeingCount: saying.length };
}

/** The most telling of the reasons: the nearer to a reading, the more it says. */
const nearest: readonly UnreadableReason[] = [
  'severalPlates',
  'uncertain',
  'blurred',
  'tooSmall',
  'syntax',
  'noPlate',
];

function firstReason(verdicts: readonly PictureVerdict[]): UnreadableReason {
  const given = new Set(
    verdicts.map((verdict) => (verdict.kind === 'unreadable' ? verdict.reason : 'uncertain')),
  );
  return nearest.find((reason) => given.has(reason)) ?? 'noRecording';
}
