import type { RecordKind } from '../../contracts/index.ts';
import { syllablesOf } from '../places/index.ts';

/** What is thrown away. Words of places and vehicles that hold `垃圾` are no waste. */
const waste = [
  '(?:建筑|装修|装潢|装璜|建材|生活|厨余|餐厨|工业|工地|大件|绿化|园林|拆迁|拆除|家装|厨卫)(?:垃圾|废料|废弃物|余料|渣)',
  '垃圾(?!车|桶|箱|房|站|筒|亭|库|池|间|分类|中转|转运|处理|清运车|焚烧|填埋|费|短信|电话|口)',
  '渣土(?!车)|余土|泥浆|淤泥|弃土|土方|建渣|废土|废渣|废料|废旧|废弃物|弃料|瓦砾|残渣|边角料',
  '碎?(?:砖头|砖块|砖渣|瓷砖|地砖|墙砖|水泥块|混凝土块?|石膏板|水泥袋|石块|石子|沙石|砂石|黄沙|腻子|灰渣|墙皮|碎石|大理石)',
  '(?:旧|破|烂|废|坏)[^，。,;；]{0,2}(?:家具|沙发|床|垫|柜|桌|椅|门|窗|板|木料|轮胎|家电|马桶|棉被|衣服|衣物|冰箱|电器|箱|桶)',
  '[断碎乱废残]?(?:砖石|砖块?|瓦片?|水泥|混凝土|砂浆|砂石|碎石|黄泥|烂泥|泥块|泥沙|淤泥|渣料|渣子)|(?:剩料|余料|下脚料|料头)|枯枝|落叶|麻袋|塑料袋|破布|废纸|泔水|油污桶',
  '沙发|床垫|席梦思|马桶|浴缸|衣柜|橱柜|门板|木板|木料|树枝|树叶|枯枝|枝条|杂草|泡沫|纸箱板?|纸板箱|塑料布|编织袋|蛇皮袋|垃圾袋|油漆桶|涂料桶|破烂|杂物|废品|轮胎|玻璃渣|碎玻璃|烂菜|菜叶|油桶|粪便|泥土',
  'rubble|debris|renovation waste|construction waste|garbage|trash|rubbish|mattress|sofa|couch|furniture|bricks|waste',
].join('|');

const act = [
  '(?:偷|乱|随意|随便|到处|私自|擅自|违规|非法|趁夜|连夜)(?:倾?倒|扔|丢|抛|卸|堆|弃|排)',
  '倾倒|(?<![绊摔跌撞推压打晕醉滑翻吓病])倒(?:掉|了|在|得|着|下|好|完|过来)|往.{0,8}(?<![绊摔跌])倒|又.{0,6}(?<![绊摔跌])倒|来倒|丢弃|弃置|遗弃|抛弃|卸下|卸在|卸了|卸货?|甩在|甩下|扔在|扔了|扔到|扔下|丢在|丢了|丢到|堆在|堆了|堆着|堆满|堆得|堆成|堆积|堆放|成堆|摞|撂|搁在|放在.{0,4}(?:路|道)|留下|拉来|运来',
  'dump|fly.?tip|discard|thrown|left on',
].join('|');

const few = '[一二两三四五六七八九十几数好多大小半整\\d]{1,4}(?:来|多|余)?';
const amount = `${few}(?:大|小)?(?:堆|袋|包|车|捆|摊|桶|件|样|方|吨|筐|麻袋)`;

interface Rule {
  readonly kind: RecordKind;
  readonly pattern: RegExp;
  /** A heap that somebody left is the matter, and not what is said beside it (`rubble of knocked-out walls`). */
  readonly yieldsToHeap?: boolean;
}

const beside = (rule: Rule): Rule => ({ ...rule, yieldsToHeap: true });

const rule = (kind: RecordKind, ...patterns: string[]): Rule => ({
  kind,
  pattern: new RegExp(patterns.join('|'), 'iu'),
});

/**
 * What people complain of, in the order in which one matter hides another: who quarrels about rubbish does not report
 * rubbish, and a question where to bring it is no report at all.
 */
const rules: readonly Rule[] = [
  rule(
    'other',
    '预约|咨询|请问|问一下|想问|问下|哪里可以|哪儿可以|哪里能|怎么处理|如何处理|怎么申请|投放点|误拨|骚扰电话|拨错|失窃|被盗|被偷|偷走|扒窃|遗失|走失|迷路|捡到|钱包|身份证|找不到家|喝醉|醉酒|救命|落水|楼道|楼梯间|阳台|电梯',
  ),
  rule(
    'smoke_fire',
    '起火|着火|失火|火灾(?!隐患)|火警|冒(?:浓|黑|白|大)?烟|[浓黑白青]烟|烟雾|烟很大|糊味|焦味|明火|火光|烧起来|烧着|自燃|焚烧|\\bfire\\b|smoke|burning',
  ),
  rule(
    'crowding',
    '聚集|聚众|围观|围了|围着|围堵|拉横幅|讨薪|闹事|上访|集会|人山人海|人群|好多人在|crowd|gathering',
  ),
  rule(
    'dispute',
    '纠纷|口角|争执|争吵|吵架|吵起来|打架|打起来|动手|斗殴|推搡|冲突|辱骂|quarrel|dispute|fight',
  ),
  rule(
    'traffic',
    '追尾|相撞|碰撞|撞[了到上护树人车]|刮擦|剐蹭|刮蹭|侧翻|交通事故|车祸|traffic accident|collision|crash',
  ),
  rule(
    'intrusion',
    '翻.{0,4}(?:墙|栏|进|门)|撬.{0,3}(?:门|锁|窗)|闯[入进]|爬.{0,3}墙|潜入|溜进|钻进|擅自进入|强行进入|破门|入侵|intru|trespass|broke in',
  ),
  beside(
    rule(
      'noise',
      '噪[音声]|扰民|吵得|在吵|很吵|太吵|敲墙|电钻|音响|喇叭|声音.{0,6}(?:大|响|吵)|响得|响个不停|noise|loud',
    ),
  ),
  beside(
    rule(
      'household_waste',
      '(?:垃圾|果壳|废物|分类)(?:桶|箱|筒|房|亭|站|库).{0,12}(?:满|溢|没人[收清倒]|不清|爆|堆出|装不下)|满溢|爆桶|overflow|bin.{0,10}full',
    ),
  ),
  rule(
    'road_spill',
    '一路.{0,6}(?:掉|撒|洒|漏|滴)|沿路.{0,6}(?:掉|撒|洒|漏|滴|抛)|沿途.{0,4}[撒洒漏]|抛洒|抛撒|遗撒|遗洒|撒漏|洒漏|滴漏|未密闭|密闭不严|没盖.{0,3}(?:布|盖)|带泥上路|spill',
  ),
  beside(
    rule(
      'other',
      '流浪|遛狗|狗屎|宠物|路灯.{0,6}(?:不亮|坏|没亮)|坑坑洼洼|大坑|窨?井盖|下水道|阴沟|污水|水管|爆管|油烟|摆摊|地摊|摊[贩位点档]|(?:水果|夜宵|烧烤|早餐|早点|蔬菜|小吃|流动)摊|店外|出店|占道经营|商贩|小贩|扬尘|灰太大|裸土|积水|停电|停水|老人(?!.{0,6}绊)|盲道.{0,4}(?:坏|碎|破)',
    ),
  ),
  rule('other', '砖头?.{0,3}(?:碎了|松动|翘)|地砖.{0,4}(?:碎|松|翘|破)'),
];

const vehicle = '车|轿|卡|货柜|三轮|truck|\\bvan\\b|\\bcar\\b|vehicle';
const blocking = new RegExp(
  '违停|违章停|违法停|违规停|乱停|停满|停着|停放|停在|停车|占道|占用.{0,4}(?:车|道|通道)|占了.{0,4}(?:车|道|通道)|堵|挡|挪车|抛锚|故障|走不|不走|[过开走]不过|过不[去来了]|横在|横停|卡在|出不[来去]|进不[来去]|影响通行|obstruct|block|double.?park|illegal parking',
  'iu',
);
const anyVehicle = new RegExp(vehicle, 'iu');
const anyWaste = new RegExp(waste, 'iu');
const dumped = new RegExp(
  `(?:${act}|(?<![绊摔跌撞推压打晕醉滑翻])[倒扔丢卸抛甩堆](?:了|着|的|一|几|好|很|大|[^，。,;；]{0,6}?)(?:${waste}))`,
  'iu',
);
const counted = new RegExp(
  `${amount}[^，。,;；]{0,10}(?:${waste})|(?:${waste})[^。;；]{0,14}${amount}`,
  'iu',
);
const lying =
  /没人(?:管|清|收|要)|无人(?:管|清)|需清理|待清理|清走|清运|清理|清一下|暴露|积存|堆|扔|绕着走|占用?(?:了)?(?:人行|车|非机动|道|路)|影响市容|味道|难闻|发臭|臭|责任人不明|又有|\b(?:heap|pile|blocking|smell)/iu;
/** What a household does not throw away day by day. */
const rubble =
  /(?:建筑|装修|装潢|装璜|拆)(?:垃圾|废料)|渣土|砖|水泥块|混凝土|瓦砾|瓷砖|石膏|石块|石子|泥土|余土|淤泥|家具|沙发|床垫|rubble|debris/iu;
const merelyStored = /店家|店面|门店|商家|商户|堆物堆料|堆料|杂物/u;

/** Written by ear or in haste: the words of rubbish by their sound. */
const byEar: readonly (readonly [readonly string[], string])[] = [
  '垃圾',
  '建筑',
  '装修',
  '装潢',
  '渣土',
  '沙发',
  '家具',
  '编织袋',
  '蛇皮袋',
  '水泥',
].map((word) => [syllablesOf(word), word]);

/** The text with the words above put right where they only sound like it. */
export function heardRight(text: string): string {
  const characters = text.split('');
  const sounds = syllablesOf(text);
  for (const [word, written] of byEar) {
    for (let start = 0; start + word.length <= sounds.length; start++) {
      if (word.every((sound, index) => sounds[start + index] === sound)) {
        for (let index = 0; index < written.length; index++)
          characters[start + index] = written.charAt(index);
      }
    }
  }
  return characters.join('');
}

/**
 * What a text is about, by what people in general say of such matters.
 * @param byCode what the source's code says, if it says anything.
 * @param said as `plainText` makes it.
 * @returns null when it says nothing that is known.
 */
export function topicOf(said: string, byCode?: RecordKind): RecordKind | null {
  const text = heardRight(said);
  const found = rules.find(({ pattern }) => pattern.test(text));
  // Where a text holds two matters, the source's code says which of them it is about.
  if (
    byCode !== undefined &&
    found !== undefined &&
    rules.some(({ kind, pattern }) => kind === byCode && pattern.test(text))
  )
    return byCode;
  const isWaste = anyWaste.test(text);
  const isDumped = isWaste && (dumped.test(text) || counted.test(text));
  // A heap and an act are stronger than a word that merely stands beside them.
  if (isDumped && (found === undefined || found.yieldsToHeap === true)) {
    return merelyStored.test(text) && !/偷|乱倒|倾倒|垃圾|渣/u.test(text)
      ? 'household_waste'
      : 'illegal_dumping';
  }
  if (found !== undefined) return found.kind;
  if (isWaste && merelyStored.test(text)) return 'household_waste';
  if (isWaste && (lying.test(text) || (rubble.test(text) && /路|道|边|口|旁|影响/u.test(text))))
    return 'illegal_dumping';
  if (/堆物堆料|乱堆/u.test(text)) return 'household_waste';
  if (anyVehicle.test(text) && blocking.test(text)) return 'lane_obstruction';
  if (isWaste) return 'household_waste';
  return null;
}
