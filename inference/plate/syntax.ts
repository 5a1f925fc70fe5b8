import type { PlateKind } from '../../contracts/index.ts';

/** 省、自治区、直辖市简称 */
export const provinces = '京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新'.split('');
/** 警 police, 挂 trailer, 学 learner, 领 consulate, 使 embassy, 港 and 澳 cross-border, 临 and 超 temporary or oversize. */
export const suffixes = '警挂学领使港澳临超'.split('');

const region = `[${provinces.join('')}][A-HJ-NP-Z]`;
const sign = '[0-9A-HJ-NP-Z]';

/**
 * Forms of the numbers of GA 36: a region, then five characters of which at most two are letters; six with an energy
 * letter for new-energy vehicles (small ones first, large ones last).
 */
const forms: readonly (readonly [PlateKind, RegExp])[] = [
  ['police', new RegExp(`^${region}${sign}{4}警$`)],
  ['trailer', new RegExp(`^${region}${sign}{4}[挂超]$`)],
  ['learner', new RegExp(`^${region}${sign}{4}学$`)],
  ['consulate', new RegExp(`^${region}${sign}{4}领$`)],
  ['crossBorder', new RegExp(`^粤Z${sign}{4}[港澳]$`)],
  ['temporary', new RegExp(`^${region}${sign}{4,5}临$`)],
  ['embassy', /^(?:使\d{6}|\d{6}使)$/],
  ['newEnergy', new RegExp(`^${region}(?:[A-HJK][0-9A-HJ-NP-Z]\\d{4}|\\d{5}[A-HJK])$`)],
  ['ordinary', new RegExp(`^${region}${sign}{5}$`)],
];

const mostLetters = 3;

/** What kind of plate a text is; null: none. */
export function plateKind(text: string): PlateKind | null {
  const kind = forms.find(([, form]) => form.test(text))?.[0] ?? null;
  if (kind !== 'ordinary') return kind;
  // Numbers without a digit, or nearly so, are words.
  const letters = text.slice(2).replaceAll(/[^A-Z]/g, '').length;
  return letters > mostLetters ? null : kind;
}

/** Upper line of a plate in two lines, e.g. of a lorry. */
export const isUpperLine = (text: string): boolean => new RegExp(`^${region}$`).test(text);
