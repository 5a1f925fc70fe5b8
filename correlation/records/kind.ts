import type { RecordKind } from '../../contracts/index.ts';
import type { RecordProfile } from './profile.ts';
import { topicOf } from './topic.ts';

/**
 * What a record is about. A code that the source gives surely (`surely`) holds; else what the text says, because codes
 * are chosen in a hurry and from lists that have no entry for it; else the kind's name, else the code.
 */
export function kindOf(
  said: { readonly code: string; readonly name: string; readonly text: string },
  { kinds }: RecordProfile,
): RecordKind {
  const sure = kinds.surely[said.code];
  if (sure !== undefined) return sure;
  const text = said.text.toLowerCase();
  const name = said.name.toLowerCase();
  const own = (where: string): RecordKind | undefined =>
    kinds.byWord.find(({ words }) => words.some((word) => where.includes(word.toLowerCase())))?.kind;
  const byCode = kinds.byCode[said.code];
  return own(text) ?? topicOf(text, byCode) ?? own(name) ?? topicOf(name) ?? byCode ?? kinds.otherwise;
}
