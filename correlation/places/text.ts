const digitOf: Readonly<Record<string, number>> = {
  零: 0,
  〇: 0,
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
};
const unitOf: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1_000 };

/** `一百二十` is 120, `十二` is 12, `一百三` is 130, `二〇六` is 206; null when it is no number. */
export function readChineseNumber(text: string): number | null {
  const characters = text.split('');
  if (characters.length === 0) return null;
  if (characters.every((character) => digitOf[character] !== undefined)) {
    return Number(characters.map((character) => digitOf[character]).join(''));
  }
  let sum = 0;
  let digit: number | null = null;
  let lastUnit = 0;
  for (const character of characters) {
    const unit = unitOf[character];
    if (unit === undefined) {
      const value = digitOf[character];
      if (value === undefined) return null;
      digit = value;
    } else {
      sum += (digit ?? 1) * unit;
      lastUnit = unit;
      digit = null;
    }
  }
  if (digit === null) return sum;
  const isShort = lastUnit >= 100 && !text.includes('零') && !text.includes('〇');
  return sum + (isShort ? (digit * lastUnit) / 10 : digit);
}

/** Units behind which Chinese numerals are a quantity or a number of a house, and not part of a name. */
const counted = '来|多|几|余|米|公尺|号|弄|巷|幢|栋|点|时|分|个|小时|天|日';
const numeral = new RegExp(`[零〇一二两三四五六七八九十百千]+(?=${counted})`, 'gu');

/**
 * One way to write a text: full-width signs become half-width, Chinese numerals before a unit become digits, blanks
 * between Chinese characters go.
 */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/(?<=[\p{Script=Han}\d])\s+(?=[\p{Script=Han}\d])/gu, '')
    .replaceAll(numeral, (found) => {
      const value = readChineseNumber(found);
      return value === null ? found : String(value);
    });
}
