import type { KnownPlaceKind } from '../../contracts/index.ts';

/**
 * Kinds of places as their full names say them and as people do. Words that mean one kind stand in one list; the
 * longest stands first.
 */
const sameKind: readonly (readonly string[])[] = [
  ['农贸市场', '菜市场', '农贸', '菜场'],
  ['社区卫生服务中心', '卫生服务中心', '社区医院', '卫生院'],
  ['社区服务中心', '便民服务中心', '服务中心', '社区'],
  ['社区居委会', '居民委员会', '居委会', '居委', '社区'],
  ['垃圾中转站', '垃圾转运站', '垃圾站', '中转站', '转运站'],
  ['公共厕所', '公共卫生间', '公厕', '厕所'],
  ['实验小学', '中心小学', '小学'],
  ['实验中学', '初级中学', '高级中学', '中学'],
  ['实验幼儿园', '中心幼儿园', '幼儿园'],
  ['派出所', '警务室'],
  ['加油站', '加油点'],
  ['快递驿站', '快递站', '驿站', '快递点'],
  ['购物中心', '商业广场', '购物广场', '购物', '商场', '广场'],
  ['连锁超市', '生活超市', '超市'],
  ['大药房', '药房', '药店'],
  ['电影院', '影城'],
  ['停车场', '停车库'],
  ['物流园区', '物流园', '物流'],
  ['产业园区', '产业园', '工业园', '园区'],
  ['殡仪服务站', '殡仪馆', '殡仪站'],
  ['体育馆', '体育中心'],
  ['文化广场', '市民广场'],
  ['滨河公园', '公园'],
  ['商务大厦', '大厦', '大楼'],
  ['住宅小区', '小区', '新村', '花园', '家园', '公寓', '苑', '府'],
];

/** What a name ends with that people leave away or put in other words. */
const branch = /^(.{3,})(?:.{2})(?:店|分店|支行|分行|营业厅|网点)$/;
const stop = /^(?:公交)?(.{2,})站$/;
const side = /(东|南|西|北|前|后|侧|正)门$/;

/**
 * Names that people may use instead of a place's own: a market by another word for market, a shop without its branch,
 * a stop without `公交`. Deliberately few: a nickname that nobody could guess belongs to the alias table.
 * @returns names of three characters and more, without the name itself.
 */
export function shortNamesOf(name: string, kind: KnownPlaceKind): string[] {
  const found = new Set<string>();
  const door = side.exec(name)?.[0] ?? '';
  const body = door === '' ? name : name.slice(0, -door.length);
  const bodies = new Set([body]);
  if (kind === 'busStop') {
    const inner = stop.exec(body)?.[1];
    if (inner !== undefined) {
      for (const other of [`${inner}站`, `公交${inner}`, `${inner}公交站`, `${inner}车站`, `${inner}站台`])
        bodies.add(other);
    }
  } else {
    const shop = branch.exec(body)?.[1];
    if (shop !== undefined) bodies.add(shop);
    const before = Array.from(bodies);
    for (const one of before) {
      for (const words of sameKind) {
        const ending = words.find((word) => one.endsWith(word) && one.length > word.length + 1);
        if (ending === undefined) continue;
        const stem = one.slice(0, -ending.length);
        for (const word of words) if (stem.length >= 2) bodies.add(stem + word);
        if (stem.length >= 3) bodies.add(stem);
      }
    }
    // 大 before the kind of shop is dropped: 大药房, 大酒店.
    const longer = Array.from(bodies);
    for (const one of longer) bodies.add(one.replace(/大(?=[^大厦楼]{2}$)/u, ''));
    if (kind !== 'compound' && body.startsWith('公交')) bodies.add(body.slice(2));
  }
  for (const one of bodies) if (one.length >= 3 && one + door !== name) found.add(one + door);
  return [...found];
}
