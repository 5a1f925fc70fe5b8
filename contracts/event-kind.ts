import { z } from 'zod';
import type { RecordKind } from './record.ts';
import { PointNorm, zoneSchema } from './zone-shape.ts';

const ms = z.coerce.number().int();

/** One kind of scene event: what everybody else derives from, so that no second list of kinds exists. */
interface EventKindDeclaration<R extends string, P extends z.ZodObject, Z extends readonly z.ZodObject[]> {
  /** Folder of the rule below `inference/rules`, key of its parameters in the configuration, part of event ids. */
  readonly ruleId: R;
  /** What people call it. */
  readonly name: Readonly<Record<'zh-CN' | 'en', string>>;
  /** What may be set, for all cameras or in one zone. Durations in ms. */
  readonly parameters: P;
  readonly defaults: z.infer<P>;
  /** Zones that this rule reads, each with what it may set there instead of the common value. */
  readonly zones: Z;
  /**
   * How many reports of each kind one such event draws on average. People name what troubles them, not what happened: a heap on the lane
   * is called in as an obstruction. A kind that is missing here is about another matter.
   */
  readonly reports: Partial<Readonly<Record<RecordKind, number>>>;
  /** Two events of one camera are one matter when they show the same place, or lie in the same zone. */
  readonly sameBy: 'box' | 'zone';
  /** What its traces and caveats say, in Chinese; English where the words themselves are a code. */
  readonly words: Readonly<Record<string, { readonly 'zh-CN': string; readonly en?: string }>>;
}

const eventKind = <const R extends string, P extends z.ZodObject, const Z extends readonly z.ZodObject[]>(
  declared: EventKindDeclaration<R, P, Z>,
): EventKindDeclaration<R, P, Z> => declared;

const ratio = z.coerce.number().positive();

const dumping = z.strictObject({
  /** The object has rested this long. */
  minRestMs: ms.positive(),
  /** Its bringer has been away this long. */
  minAwayMs: ms.nonnegative(),
  /** Away means further than this many widths of the bringer. */
  awayWidths: ratio,
});

/** Road space by who may use it; in the emergency lane (fire lane, 消防通道) nobody may stand. */
const LaneUse = z.enum(['motor', 'nonMotor', 'bus', 'emergency']);

const obstruction = z.strictObject({
  /** A vehicle stands this long, by lane. In a motor lane it may wait at a light. */
  motorLaneMs: ms.positive(),
  nonMotorLaneMs: ms.positive(),
  busLaneMs: ms.positive(),
  emergencyLaneMs: ms.positive(),
  /** Anything else lies there this long. */
  thingMs: ms.positive(),
});

const intrusion = z.strictObject({
  minStayMs: ms.nonnegative(),
  /** Who must not be there. */
  watches: z.enum(['persons', 'vehicles', 'everybody']),
});

const crowding = z.strictObject({
  minPersons: ms.positive(),
  /** Needs the geometry of the camera. */
  minPersonsPerM2: ratio,
  /** That many, or that dense, for this long. */
  minStayMs: ms.positive(),
});

const direction = z.strictObject({
  /** Against the direction for this long, … */
  minTravelMs: ms.positive(),
  /** … and over this many of its own widths. */
  minTravelWidths: ratio,
});

const fire = z.strictObject({
  /** Flames flicker at one place this long. */
  minFlameMs: ms.positive(),
  /** Something veils the ground like smoke this long; 0: smoke is not watched. Experimental. */
  minSmokeMs: ms.nonnegative(),
});

const tamper = z.strictObject({
  /** How long each state of the picture must last. */
  blackMs: ms.positive(),
  coveredMs: ms.positive(),
  defocusedMs: ms.positive(),
  turnedMs: ms.positive(),
  frozenMs: ms.positive(),
});

/** Every kind of scene event. A new one: an entry here, its rule, and a line in the registry of rules. */
export const eventKinds = {
  illegal_dumping: eventKind({
    ruleId: 'dumping',
    name: { 'zh-CN': '违法倾倒', en: 'Illegal dumping' },
    parameters: dumping,
    defaults: { minRestMs: 10_000, minAwayMs: 3_000, awayWidths: 2 },
    zones: [
      // Where there is one, an event is raised only there.
      zoneSchema('watch', dumping.partial().shape),
      // What stands there belongs there: bins, planters, a stall.
      zoneSchema('fixture', {}),
      // Things may be left there, within the hours of its schedule, up to this share of its area.
      zoneSchema('dropSpot', { maxAreaShare: z.coerce.number().positive().max(1).optional() }),
    ],
    reports: {
      illegal_dumping: 0.5,
      household_waste: 0.01,
      lane_obstruction: 0.005,
      road_spill: 0.002,
      haulage: 0.3,
      other: 0.005,
    },
    sameBy: 'box',
    words: {
      'background-learning': { 'zh-CN': '背景仍在学习中', en: 'The background was still being learnt' },
      'bringer-lost': { 'zh-CN': '倾倒者中途丢失', en: 'Whoever brought it was lost from sight' },
      'no-bringer-seen': { 'zh-CN': '未看到倾倒者', en: 'Nobody was seen bringing it' },
      'rest ms': { 'zh-CN': '物体静止时长' },
      'outline belongs to now, share': { 'zh-CN': '轮廓属于当前画面的比例' },
      'seen unmoved, share': { 'zh-CN': '未移动的观测比例' },
      'size against what moved there, ratio': { 'zh-CN': '与此处移动物体的大小之比' },
      'bringer in the picture': { 'zh-CN': '倾倒者在画面内' },
      'bringer at put-down, widths': { 'zh-CN': '放下时与倾倒者的距离（身宽）' },
      'bringer away ms': { 'zh-CN': '倾倒者离开时长' },
      'bringer away, widths': { 'zh-CN': '倾倒者离开的距离（身宽）' },
      'another heap of the same visit': { 'zh-CN': '同一次到访放下的另一堆' },
      'cleared: share of it that shows the ground': { 'zh-CN': '已清除：露出地面的比例' },
    },
  }),
  lane_obstruction: eventKind({
    ruleId: 'obstruction',
    name: { 'zh-CN': '占道', en: 'Lane obstruction' },
    parameters: obstruction,
    defaults: {
      motorLaneMs: 180_000,
      nonMotorLaneMs: 60_000,
      busLaneMs: 60_000,
      emergencyLaneMs: 30_000,
      thingMs: 30_000,
    },
    zones: [zoneSchema('lane', { laneType: LaneUse, minStayMs: ms.positive().optional() })],
    reports: { lane_obstruction: 0.6, traffic: 0.01, illegal_dumping: 0.005, other: 0.005 },
    sameBy: 'box',
    words: {
      queue: { 'zh-CN': '可能是排队车辆', en: 'Others stand there too: it may be a queue' },
      'there-from-start': { 'zh-CN': '开始观察时已在此处', en: 'It stood there when watching began' },
      'stands in the lane, ms': { 'zh-CN': '车辆停留时长' },
      'lies in the lane, ms': { 'zh-CN': '物体停留时长' },
      'seen there, share': { 'zh-CN': '在该处被看到的比例' },
      'lane is free again, ms': { 'zh-CN': '车道恢复畅通' },
      'detector is sure, share': { 'zh-CN': '检测置信度' },
    },
  }),
  intrusion: eventKind({
    ruleId: 'intrusion',
    name: { 'zh-CN': '闯入', en: 'Intrusion' },
    parameters: intrusion,
    defaults: { minStayMs: 2_000, watches: 'everybody' },
    zones: [zoneSchema('restricted', intrusion.partial().shape)],
    reports: { intrusion: 0.6, dispute: 0.01, other: 0.02 },
    sameBy: 'zone',
    words: {
      'in the restricted area, ms': { 'zh-CN': '在禁入区内时长' },
      'intruders at once': { 'zh-CN': '同时闯入数' },
      'nobody inside, ms': { 'zh-CN': '区内已无人时长' },
      'detector is sure, share': { 'zh-CN': '检测置信度' },
    },
  }),
  crowding: eventKind({
    ruleId: 'crowding',
    name: { 'zh-CN': '人员聚集', en: 'Crowding' },
    parameters: crowding,
    defaults: { minPersons: 10, minPersonsPerM2: 1, minStayMs: 20_000 },
    zones: [zoneSchema('crowd', crowding.partial().shape)],
    reports: {
      crowding: 0.6,
      dispute: 0.06,
      noise: 0.02,
      traffic: 0.005,
      lane_obstruction: 0.005,
      other: 0.02,
    },
    sameBy: 'zone',
    words: {
      'density-unknown': {
        'zh-CN': '未知密度：缺少摄像机安装参数',
        en: 'Density is not known: the geometry of the camera is missing',
      },
      persons: { 'zh-CN': '人数' },
      'persons per m²': { 'zh-CN': '每平方米人数' },
      'crowd stays, ms': { 'zh-CN': '聚集持续时长' },
      'persons left': { 'zh-CN': '剩余人数' },
      'detector is sure, share': { 'zh-CN': '检测置信度' },
    },
  }),
  wrong_direction: eventKind({
    ruleId: 'direction',
    name: { 'zh-CN': '逆行', en: 'Wrong direction' },
    parameters: direction,
    defaults: { minTravelMs: 1_500, minTravelWidths: 1.5 },
    zones: [
      // From the first point to the second is the permitted way.
      zoneSchema('oneWay', { directionNorm: z.tuple([PointNorm, PointNorm]), ...direction.partial().shape }),
    ],
    reports: { traffic: 0.1, lane_obstruction: 0.01, other: 0.01 },
    sameBy: 'box',
    words: {
      'against the direction, ms': { 'zh-CN': '逆行时长' },
      'way against the direction, widths': { 'zh-CN': '逆行距离（车宽）' },
      'of its way against the direction, share': { 'zh-CN': '逆行路程占比' },
      'left the lane, ms': { 'zh-CN': '已离开车道' },
      'detector is sure, share': { 'zh-CN': '检测置信度' },
    },
  }),
  smoke_fire: eventKind({
    ruleId: 'fire',
    name: { 'zh-CN': '烟火', en: 'Smoke or fire' },
    parameters: fire,
    defaults: { minFlameMs: 4_000, minSmokeMs: 0 },
    zones: [],
    reports: { smoke_fire: 0.8, other: 0.01 },
    sameBy: 'box',
    words: {
      unconfirmed: { 'zh-CN': '未经火焰模型确认', en: 'Not confirmed by the fire model' },
      'flickers in the colour of fire, ms': { 'zh-CN': '呈火焰颜色闪动时长' },
      'parts change together, share': { 'zh-CN': '各部分同步变化的比例' },
      'changes that one movement explains, share': { 'zh-CN': '可由整体移动解释的变化比例' },
      'area varies by, share': { 'zh-CN': '面积变化幅度' },
      'grown to, times': { 'zh-CN': '面积增长倍数' },
      'fire model is sure, share': { 'zh-CN': '火焰模型置信度' },
      'no flames seen, ms': { 'zh-CN': '已不见明火' },
      'smoke-experimental': { 'zh-CN': '烟雾识别为试验功能', en: 'Smoke is told experimentally' },
      'veils the ground, ms': { 'zh-CN': '灰幕遮蔽地面时长' },
      'ground shows through, share': { 'zh-CN': '透出地面的比例' },
      'thickness changes by, share': { 'zh-CN': '浓淡变化幅度' },
      'no smoke seen, ms': { 'zh-CN': '已不见烟雾' },
    },
  }),
  camera_tamper: eventKind({
    ruleId: 'tamper',
    name: { 'zh-CN': '摄像机异常', en: 'Camera tampering' },
    parameters: tamper,
    defaults: { blackMs: 5_000, coveredMs: 4_000, defocusedMs: 4_000, turnedMs: 6_000, frozenMs: 8_000 },
    zones: [],
    reports: { other: 0.01 },
    sameBy: 'zone',
    words: {
      'view-black': { 'zh-CN': '画面全黑', en: 'The picture is black' },
      'view-frozen': { 'zh-CN': '画面冻结', en: 'The picture is frozen' },
      'view-covered': { 'zh-CN': '镜头被遮挡', en: 'The lens is covered' },
      'view-turned': { 'zh-CN': '摄像机被转动', en: 'The camera was turned' },
      'view-defocused': { 'zh-CN': '画面失焦', en: 'The picture is out of focus' },
      'black, ms': { 'zh-CN': '全黑时长' },
      'frozen, ms': { 'zh-CN': '冻结时长' },
      'covered, ms': { 'zh-CN': '遮挡时长' },
      'turned, ms': { 'zh-CN': '转动后时长' },
      'defocused, ms': { 'zh-CN': '失焦时长' },
      'detail against normal, share': { 'zh-CN': '细节与平时之比' },
      'edges where they were, share': { 'zh-CN': '边缘仍在原处的比例' },
      'layout as before, share': { 'zh-CN': '画面布局与平时相同的程度' },
      'mean luma': { 'zh-CN': '平均亮度' },
      'longest still time before, ms': { 'zh-CN': '此前最长静止时长' },
      'the view is right again': { 'zh-CN': '画面恢复正常' },
    },
  }),
};

type EventKinds = typeof eventKinds;
const kindNames = Object.keys(eventKinds) as [keyof EventKinds, ...(keyof EventKinds)[]];

export const SceneEventKind = z.enum(kindNames);
export type SceneEventKind = z.infer<typeof SceneEventKind>;

/** Parameters of one rule, complete. */
export type ParametersOf<K extends SceneEventKind> = Readonly<z.infer<EventKinds[K]['parameters']>>;

/** Parameters of every rule by its id. */
export type RuleParameters = {
  readonly [K in SceneEventKind as EventKinds[K]['ruleId']]: ParametersOf<K>;
};

/** Parameters of every rule as the configuration gives them: what is left out is the rule's own. */
export const RuleParameters = z
  .strictObject(
    Object.fromEntries(
      Object.values(eventKinds).map(({ ruleId, parameters, defaults }) => [
        ruleId,
        (parameters as z.ZodObject)
          .partial()
          .prefault({})
          .transform((given) => ({ ...defaults, ...given })),
      ]),
    ),
  )
  .transform((rules) => rules as unknown as RuleParameters);

/** `ignore`: nothing that has a place in the picture is raised there. */
const ignoreZone = zoneSchema('ignore', {});

type ZoneSchema = typeof ignoreZone | EventKinds[SceneEventKind]['zones'][number];

/** An area of one camera's picture in which a rule looks, or does not. */
export const Zone = z
  .discriminatedUnion('kind', [
    ignoreZone,
    ...Object.values(eventKinds).flatMap(({ zones }): readonly ZoneSchema[] => zones),
  ])
  .meta({ id: 'Zone' });
export type Zone = Readonly<z.infer<typeof Zone>>;
export type ZoneKind = Zone['kind'];
export type ZoneOf<K extends ZoneKind> = Extract<Zone, { kind: K }>;
