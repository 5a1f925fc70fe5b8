import { syllablesOf } from '../places/index.ts';

/**
 * Other words for what people say of rubbish, vehicles, places and times. They are here to test that nothing hangs on
 * the words of one set; nothing that reads records may look at them.
 */
const otherWords: Readonly<Record<string, readonly string[]>> = {
  装修垃圾: ['装修废料', '装修剩料', '装潢剩下的垃圾', '敲墙的渣土'],
  装潢垃圾: ['装修废料', '装修弃料', '装潢边角料'],
  建筑垃圾: ['工地废料', '建筑废料', '建筑渣土', '拆房子的砖石'],
  生活垃圾: ['厨余垃圾', '家里的垃圾', '剩菜剩饭垃圾'],
  大件垃圾: ['旧柜子', '破床架', '废旧家具'],
  旧家具: ['破桌子', '烂衣柜', '旧床板'],
  旧沙发和床垫: ['破席梦思', '旧床垫', '烂沙发'],
  破柜子: ['旧橱柜', '烂衣柜'],
  碎砖头和水泥块: ['碎砖块', '混凝土疙瘩', '水泥碎块', '断砖'],
  敲下来的砖块: ['敲墙的碎砖', '拆下的瓷砖'],
  泥土石子: ['黄泥', '烂泥和碎石', '砂石'],
  树枝: ['枯树枝', '修剪下来的枝条', '烂树叶'],
  黑色垃圾袋: ['黑塑料袋', '黑袋垃圾'],
  编织袋装的: ['蛇皮袋里的', '麻袋装的'],
  蛇皮袋装的: ['编织袋装的', '麻袋里的'],
  一袋袋的: ['成袋的', '一包一包的'],
  有人偷倒: ['有人趁没人倒', '有人偷偷倒了', '有人乱丢'],
  偷倒: ['乱丢', '偷偷倒', '随便扔'],
  乱倒垃圾: ['随手丢垃圾', '乱扔垃圾', '胡乱倒垃圾'],
  倾倒: ['倒', '倒掉', '丢弃'],
  被人倒了: ['被人扔了', '让人丢了', '给人卸了'],
  一大堆: ['一大摊', '老大一堆', '小山一样一堆'],
  一小堆: ['一小摊', '几块'],
  没人管: ['没人来收', '没人清', '没人处理'],
  影响市容: ['难看得很', '有碍观瞻', '又脏又乱'],
  占用人行道: ['把人行道占了', '挡着人行道'],
  停在路中间: ['横在当中', '停在当路'],
  堵住了: ['堵牢了', '卡死了'],
  停着不走: ['一直停着', '停了半天不动'],
  占用车道停车: ['停在车道上', '占着车道不走'],
  临时停车影响通行: ['路边停车挡道', '停车碍事'],
  面包车: ['小面包', '面包车'],
  小货车: ['小卡车', '轻型货车', '小货车'],
  轻卡: ['小货车', '轻型卡车'],
  电动三轮车: ['三轮电瓶车', '三轮车'],
  电三轮: ['三轮车', '电动三轮'],
  私家车: ['小轿车', '小汽车'],
  报警人反映: ['来电人讲', '报警人讲'],
  刚刚: ['刚才', '方才'],
  几分钟前: ['十来分钟前', '几分钟以前'],
  现在: ['这会儿', '眼下', '此刻'],
  今天半夜: ['今天后半夜', '今天凌晨'],
  今天凌晨: ['今天后半夜', '今早凌晨'],
  昨天夜里: ['昨晚', '昨夜', '昨天晚上'],
  昨天半夜: ['昨天深夜', '昨夜后半夜'],
  今天上午: ['今天早上', '上午'],
  今天下午: ['下午', '今儿下午'],
  昨天: ['昨日', '昨儿'],
  左右: ['前后', '光景', '上下'],
  交叉口: ['路口', '十字路口', '交汇处'],
  路口转角: ['路口拐角', '口子上'],
  对面人行道: ['对面', '马路对过'],
  旁边: ['边上', '旁', '隔壁'],
  附近: ['周边', '一带', '附近'],
  门口: ['门前', '大门口'],
  往东: ['向东', '朝东', '往东边'],
  往西: ['向西', '朝西', '往西边'],
  往南: ['向南', '朝南', '往南边'],
  往北: ['向北', '朝北', '往北边'],
  冒烟: ['冒黑烟', '有烟冒出来'],
  起火: ['着火', '烧起来了'],
  翻围墙进去: ['翻墙进去', '爬围墙进去'],
  围观: ['围着看', '聚着看热闹'],
};

const first = '金玉临清宝望青永长石东湖兰竹松枫翠云凤鹤茂荣瑞嘉禾泰安康宁远景秀明丽';
const second = '河塘桥浦溪港湾岭岗洲潭林园田井巷亭台坊渡堰闸堤屿洋浜泾渚墩';

/** A small generator with a seed, so that a run can be done again. */
function dice(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Stems of the names of a set: of roads without their ending, of other places their first two characters. */
function stemsOf(names: readonly string[]): string[] {
  const stems = new Set<string>();
  for (const name of names) {
    const road = /^(?<stem>[\p{Script=Han}]{2,3}?)(?:[东南西北中]?(?:路|街|巷|大道|弄|道))$/u.exec(name)
      ?.groups?.['stem'];
    const place = /^(?:公交)?(?<stem>[\p{Script=Han}]{2})/u.exec(name)?.groups?.['stem'];
    const stem = road ?? place;
    if (stem !== undefined) stems.add(stem);
  }
  return [...stems].toSorted((one, other) => other.length - one.length || (one < other ? -1 : 1));
}

/**
 * Make a set tell the same in another city and in other words: every name of a road, compound or other place becomes
 * another one, and much of what people say is said otherwise.
 * @param names of the places of the set.
 * @param seed of the choice; the same seed gives the same set.
 * @returns how to rewrite a file: its places, or its free text as well.
 */
export function paraphraser(
  names: readonly string[],
  seed: number,
): { readonly places: (text: string) => string; readonly records: (text: string) => string } {
  const roll = dice(seed);
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(roll() * items.length)];
  const stems = stemsOf(names);
  const sounds = new Set(stems.map((stem) => syllablesOf(stem).join(' ')));
  const renamed = new Map<string, string>();
  for (const stem of stems) {
    let name = stem;
    while (name === stem || sounds.has(syllablesOf(name).join(' '))) {
      name =
        (pick(first.split('')) ?? '') +
        (pick(second.split('')) ?? '') +
        (stem.length > 2 ? (pick(second.split('')) ?? '') : '');
    }
    sounds.add(syllablesOf(name).join(' '));
    renamed.set(stem, name);
  }
  const stemPattern = new RegExp(stems.map(escapeRegExp).join('|') || '(?!)', 'gu');
  const said = Object.keys(otherWords).toSorted((one, other) => other.length - one.length);
  const saidPattern = new RegExp(said.map(escapeRegExp).join('|'), 'gu');
  const places = (text: string): string => text.replaceAll(stemPattern, (stem) => renamed.get(stem) ?? stem);
  return {
    places,
    // Words first: a new name must not be taken for one.
    records: (text) => places(text.replaceAll(saidPattern, (word) => pick(otherWords[word] ?? []) ?? word)),
  };
}
