import type { PlateAlphabet } from './alphabet.ts';

/** One character of a line, and how sure the network is of it. */
export interface ReadCharacter {
  readonly character: string;
  readonly confidence: number;
}

/**
 * Greedy CTC decoding over the characters of plates only.
 *
 * The probability of what no plate holds is not handed to anything else: a line of other text comes out unsure instead
 * of as a plate. Only a character's twin (O for 0, I for 1, small for capital letters) counts as the character.
 * @param output softmaxed float32 [steps, classes]; class 0 is the blank.
 */
export function decodeLine(
  output: Float32Array,
  classCount: number,
  { characters, classOf }: PlateAlphabet,
): ReadCharacter[] {
  const line: ReadCharacter[] = [];
  const sums = new Float32Array(characters.length);
  let previous = -1;
  for (let begin = 0; begin + classCount <= output.length; begin += classCount) {
    sums.fill(0);
    for (const [index, classes] of classOf.entries()) {
      for (const one of classes) sums[index] = (sums[index] ?? 0) + (output[begin + one] ?? 0);
    }
    const best = sums.reduce((top, value, index) => (value > (sums[top] ?? 0) ? index : top), 0);
    const confidence = Math.min(1, sums[best] ?? 0);
    if ((output[begin] ?? 0) >= confidence) {
      previous = -1;
      continue;
    }
    const character = characters[best] ?? '';
    const last = line.at(-1);
    if (best !== previous) line.push({ character, confidence });
    else if (last !== undefined && confidence > last.confidence)
      line[line.length - 1] = { character, confidence };
    previous = best;
  }
  // The dot or dash between region and number says nothing.
  return line.filter(({ character }) => character !== separator);
}

const separator = '·';
