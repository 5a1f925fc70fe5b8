import { eventKinds } from '../../../../contracts/index.ts';
import { currentLanguage } from '../i18n/index.ts';
import { chinesePhrases } from '../i18n/phrases.ts';
import { zhCn } from '../i18n/zh-CN.ts';

const ruleWords = new Map(Object.values(eventKinds).flatMap(({ words }) => Object.entries(words)));

/** Names that the pipeline's sentences hold: kinds, classes, colours. */
const chineseNames = new Map<string, string>([
  ...Object.entries(zhCn.kind),
  ...Object.entries(zhCn.objectClass),
  ...Object.entries(zhCn.recordKind),
  ...Object.entries(zhCn.colour),
]);
const named = (words: string): string =>
  words
    .split(' ')
    .map((word) => chineseNames.get(word) ?? word)
    .join('');

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
    if (pattern.test(written)) {
      return written
        .replace(pattern, words)
        .replaceAll(/\{([^{}]*)\}/g, (_, name: string) => named(name))
        .trim();
    }
  }
  return written;
}
