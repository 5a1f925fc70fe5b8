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

/** The commonest family names; a name in a text is only told by one of them behind a word such as 联系人. */
const familyNames =
  '欧阳|司马|上官|诸葛|东方|皇甫|令狐|慕容|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤褚卫柯洪柳施骆俞鲍章翁项祝屠竺励]';
const namedPerson = new RegExp(
  `((?:联系人|报警人|举报人|投诉人|来电人|申请人|当事人|反映人|驾驶员|司机|业主|户主|姓名|本人|我叫|我是|名叫)(?:姓名|名字)?(?:是|为|叫|[:：])?\\s*)(?:${familyNames})[\\p{Script=Han}·]{1,2}?(?=[^\\p{Script=Han}]|$|电话|手机|号码|说|讲|称|反映|表示|来电|报警|要求|投诉|举报)`,
  'gu',
);

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
  return cleaned.replaceAll(namedPerson, `$1${nameMark}`);
}
