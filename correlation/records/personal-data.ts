/** Digits as they are typed: also full-width, and with the gaps people leave in phone numbers. */
const digit = '[0-9０-９]';
const gap = '[-\\s－—·.]?';
const spoken = '[零〇一二两三四五六七八九幺]';

const numbers = new RegExp(
  [
    // Mobile phone, with or without +86, however it is grouped.
    `(?:[+＋]?86${gap})?[1１]${digit}{2}${gap}${digit}{4}${gap}${digit}{4}(?!${digit})`,
    // Land line with area code.
    `[0０]${digit}{2,3}${gap}${digit}{7,8}(?!${digit})`,
    // Identity cards, bank cards, local phones and whatever else is a long number.
    `${digit}{7,}[XxＸｘ]?`,
    `${spoken}{7,}`,
  ].join('|'),
  'g',
);
const addresses = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const numberMark = '〔号码〕';
const nameMark = '〔姓名〕';

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/**
 * Free text without callers' numbers and without what the row's own personal columns hold.
 *
 * A name that stands only in the text cannot be told from other words without identifying people, so it is removed
 * only where a personal column of the same row names it, or an `联系人` or `姓名` before it does.
 * @param personalValues what the columns about the caller hold.
 */
export function withoutPersonalData(text: string, personalValues: readonly string[]): string {
  const names = personalValues
    .map((value) => value.trim())
    .filter((value) => value.length >= 2)
    // The longest first: 张三丰 before 张三.
    .toSorted((one, other) => other.length - one.length);
  let cleaned = text.replaceAll(addresses, numberMark).replaceAll(numbers, numberMark);
  for (const name of names) cleaned = cleaned.replaceAll(new RegExp(escapeRegExp(name), 'g'), nameMark);
  return cleaned.replaceAll(
    /((?:联系人|报警人|举报人|投诉人|来电人|姓名)(?:是|为|叫|[:：])?\s*)[\p{Script=Han}·]{2,4}(?=[，,。；;、（(）)\s〔]|$|电话|手机)/gu,
    `$1${nameMark}`,
  );
}
