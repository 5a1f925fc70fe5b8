import { currentLanguage } from '../i18n/index.ts';

/** Official or usual English names of the acts that the shipped table cites; any other keeps its own name. */
const englishNames: Readonly<Record<string, string>> = {
  中华人民共和国固体废物污染环境防治法: 'Solid Waste Pollution Prevention Law',
  '城市建筑垃圾管理规定（建设部令第139号）': 'Urban Construction Waste Rules (Order No. 139)',
  宁波市建筑垃圾管理条例: 'Ningbo Construction Waste Regulation',
  中华人民共和国道路交通安全法: 'Road Traffic Safety Law',
};
const digits = '〇一二三四五六七八九';

/** 一百一十一 → 111; null: no number below a thousand. */
function numberOf(written: string): number | null {
  const [, hundreds = '', tensMark = '', ones = ''] =
    /^(?:([一二三四五六七八九])百零?)?(?:([一二三四五六七八九]?)十)?([一二三四五六七八九]?)$/.exec(written) ??
    [];
  const tens = written.includes('十') ? Math.max(1, digits.indexOf(tensMark || '一')) : 0;
  const value = digits.indexOf(hundreds || '〇') * 100 + tens * 10 + digits.indexOf(ones || '〇');
  return value > 0 ? value : null;
}

const units: Readonly<Record<string, string>> = { 条: 'Art.', 款: 'para.', 项: 'item' };

/** Which act and where in it, in the language of the page. */
export function provisionTitle({ law, clause }: { readonly law: string; readonly clause: string }): string {
  const name = englishNames[law];
  if (currentLanguage() !== 'en' || name === undefined) return `${law} ${clause}`;
  const places = clause
    .replaceAll(/（([一二三四五六七八九十]+)）项/g, '第$1项')
    .replaceAll(/第([一二三四五六七八九十百零]+)([条款项])/g, (whole, number: string, unit: string) => {
      const value = numberOf(number);
      return value === null ? whole : ` ${units[unit] ?? ''} ${value}`;
    });
  return `${name}${places.replaceAll('、', ',')}`;
}
