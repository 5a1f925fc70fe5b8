import { suffixes, provinces } from './syntax.ts';

/** The characters that a plate may hold, and which classes of the network stand for each. */
export interface PlateAlphabet {
  readonly characters: readonly string[];
  readonly classOf: readonly (readonly number[])[];
}

/** What looks the same, and which of them a plate can hold. Plates have neither O nor I in their numbers. */
const twins: Readonly<Record<string, string>> = { O: '0', o: '0', I: '1', l: '1', '|': '1' };
const separators = ['·', '.', '•', '-', '—', '・', '：', ':'];

/**
 * @param keys the network's characters in order of its classes, without blank (class 0).
 * @throws TypeError when characters of plates are missing among them.
 */
export function openAlphabet(keys: readonly string[]): PlateAlphabet {
  const classes = new Map<string, number[]>();
  const signs = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ·'.split('');
  for (const character of [...provinces, ...suffixes, ...signs]) {
    classes.set(character, []);
  }
  for (const [index, key] of keys.entries()) {
    const character = separators.includes(key) ? '·' : (twins[key] ?? key.toUpperCase());
    classes.get(character)?.push(index + 1);
  }
  const missing = [...classes].filter(([, found]) => found.length === 0).map(([character]) => character);
  if (missing.length > 0) throw new TypeError(`the recogniser does not know ${missing.join('')}`);
  return { characters: [...classes.keys()], classOf: [...classes.values()] };
}
