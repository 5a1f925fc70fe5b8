import { currentLanguage } from '../i18n/index.ts';
import { phrases } from '../i18n/phrases.ts';

/**
 * A sentence that the pipeline wrote (why a record was linked, why a camera costs, what a rule asks), in the
 * language of the page. What no phrase fits is shown as it is: rather English than nothing.
 */
export function inWords(sentence: string): string {
  if (currentLanguage() === 'en') return sentence;
  for (const [pattern, words] of phrases) {
    if (pattern.test(sentence)) return sentence.replace(pattern, words);
  }
  return sentence;
}
