import { currentLanguage } from '../i18n/index.ts';
import { chinesePhrases, englishPhrases } from '../i18n/phrases.ts';

/**
 * What the pipeline wrote (why a record was linked, why a camera costs, what a rule asks), in the language of the
 * page. What no phrase fits is shown as it is: rather English than nothing.
 */
export function inWords(written: string): string {
  const phrases = currentLanguage() === 'en' ? englishPhrases : chinesePhrases;
  for (const [pattern, words] of phrases) {
    if (pattern.test(written)) return written.replace(pattern, words);
  }
  return written;
}
