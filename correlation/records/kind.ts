import type { RecordKind } from '../../contracts/index.ts';
import type { RecordProfile } from './profile.ts';

/**
 * What a record is about: by the source's code, else by words in the kind's name, else by words in the text.
 *
 * A name such as "other" says nothing, so the text is asked when the name has none of the words.
 */
export function kindOf(
  said: { readonly code: string; readonly name: string; readonly text: string },
  { kinds }: RecordProfile,
): RecordKind {
  const byCode = kinds.byCode[said.code];
  if (byCode !== undefined) return byCode;
  for (const text of [said.name.toLowerCase(), said.text.toLowerCase()]) {
    const found = kinds.byWord.find(({ words }) => words.some((word) => text.includes(word.toLowerCase())));
    if (found !== undefined) return found.kind;
  }
  return kinds.otherwise;
}
