import { pinyin } from 'pinyin-pro';

const known = new Map<string, string>();

/**
 * How a character sounds, without tone and without what ears and keyboards mix up (zh/z, ch/c, sh/s, -ng/-n). What is
 * not Chinese stands for itself, in lower case.
 */
export function syllableOf(character: string): string {
  const found = known.get(character);
  if (found !== undefined) return found;
  const isChinese = /\p{Script=Han}/u.test(character);
  const sound = isChinese ? pinyin(character, { toneType: 'none' }) : character.toLowerCase();
  const folded = isChinese ? sound.replace(/^([zcs])h/, '$1').replace(/ng$/, 'n') : sound;
  known.set(character, folded);
  return folded;
}

/** One sound for every place of a text, so that places in both are the same. */
export const syllablesOf = (text: string): string[] =>
  Array.from({ length: text.length }, (_, index) => syllableOf(text.charAt(index)));

interface Node<T> {
  readonly next: Map<string, Node<T>>;
  readonly ends: { readonly name: string; readonly value: T }[];
}

const node = <T>(): Node<T> => ({ next: new Map(), ends: [] });

/** Where a name stands in a text. */
export interface NameHit<T> {
  readonly start: number;
  readonly end: number;
  readonly value: T;
  /** Written as the name is, not only sounding like it. */
  readonly isExact: boolean;
}

/** Names that are found in texts by their sound. */
export interface NameIndex<T> {
  add(name: string, value: T): void;
  /** The longest name at every position; names inside a longer one are left out. */
  findAll(text: string): NameHit<T>[];
  /** The longest name that begins at `start`. */
  findAt(text: string, start: number): NameHit<T> | null;
}

export function nameIndex<T>(): NameIndex<T> {
  const root = node<T>();
  const findIn = (text: string, sounds: readonly string[], start: number): NameHit<T> | null => {
    let at = root;
    let best: NameHit<T> | null = null;
    for (let i = start; i < sounds.length; i++) {
      const next = at.next.get(sounds[i] ?? '');
      if (next === undefined) break;
      at = next;
      const written = text.slice(start, i + 1);
      const exact = at.ends.find(({ name }) => name === written);
      const end = exact ?? at.ends[0];
      if (end !== undefined) best = { start, end: i + 1, value: end.value, isExact: exact !== undefined };
    }
    return best;
  };
  return {
    add(name, value) {
      let at = root;
      for (const sound of syllablesOf(name)) {
        let next = at.next.get(sound);
        if (next === undefined) {
          next = node();
          at.next.set(sound, next);
        }
        at = next;
      }
      at.ends.push({ name, value });
    },
    findAll(text) {
      const sounds = syllablesOf(text);
      const hits: NameHit<T>[] = [];
      let start = 0;
      while (start < sounds.length) {
        const hit = findIn(text, sounds, start);
        if (hit !== null) hits.push(hit);
        start = hit === null ? start + 1 : hit.end;
      }
      return hits;
    },
    findAt: (text, start) => findIn(text, syllablesOf(text), start),
  };
}
