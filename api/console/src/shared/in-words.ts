import { eventKinds } from '../../../../contracts/index.ts';
import { currentLanguage } from '../i18n/index.ts';
import { chinesePhrases } from '../i18n/phrases.ts';

const ruleWords = new Map(Object.values(eventKinds).flatMap(({ words }) => Object.entries(words)));

/**
 * What the pipeline wrote (why a record was linked, why a camera costs, what a rule asks), in the language of the
 * page. What no phrase fits is shown as it is: rather English than nothing.
 */
export function inWords(written: string): string {
  const language = currentLanguage();
  const said = ruleWords.get(written)?.[language];
  if (said !== undefined) return said;
  if (language === 'en') return written;
  for (const [pattern, words] of chinesePhrases) {
    if (pattern.test(written)) return written.replace(pattern, words);
  }
  return written;
}
