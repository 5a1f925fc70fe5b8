import type { Figure } from '../../contracts/index.ts';

/** What each figure is called in a report. */
export const metricWords: Readonly<Record<string, string>> = {
  M1: '重点公共区域覆盖率（点位，绑定且可见）',
  'M1.any': '点位覆盖率（任一摄像机可见）',
  M2: '重点区域面积覆盖率',
  M3: '道路覆盖率',
  'M3.motor': '道路覆盖率·机动车道',
  'M3.nonMotor': '道路覆盖率·非机动车道',
  'M3.sidewalk': '道路覆盖率·人行道',
  'M3.mixed': '道路覆盖率·混合车道',
  'M4.area': '有效覆盖率·区域（按时间加权）',
  'M4.road': '有效覆盖率·道路（按时间加权）',
  'M4.road.motor': '有效覆盖率·机动车道',
  'M4.road.nonMotor': '有效覆盖率·非机动车道',
  'M4.road.sidewalk': '有效覆盖率·人行道',
  'M4.road.mixed': '有效覆盖率·混合车道',
  M5: '高清率（一类点新建、改建，官方口径）',
  'M5.allClasses': '高清率（各类点新建、改建）',
  M5b: '高清率（全部存量）',
  M6: '联网率（目录在册且七日内取流成功）',
  M7: '在线率（按时长合计）',
  M7b: '在线率（时点）',
  M8: '完好率（在线、图像正常且录像）',
  'M9.day': '图像质量合格率·白天',
  'M9.night': '图像质量合格率·夜间',
  M10: '录像完整率',
  M11: '存储达标率（最早录像满三十日）',
  'M11.suggested': '存储达标率（并要求录像完整率不低于95%）',
  M12: '时钟准确率',
  'M12.tracing': '时钟准确率·轨迹追踪摄像机',
  M13: 'OSD标注合规率（抽查）',
  'M14.complete': '一机一档完整率',
  'M14.accurate': '一机一档准确率',
  'M14.consistent': '一机一档一致率',
  M15: '建档率',
  'M16.meanDetectSeconds': '故障平均发现时长',
  'M16.meanRepairSeconds': '故障平均修复时长',
  'M16.onTime': '故障按期修复率',
};

/** Figures that stand beside an official one and cannot be bettered by paperwork. */
export const variantWords: Readonly<Record<string, string>> = {
  surveyedOnly: '仅计实测视场',
  boundOnly: '仅计绑定关系',
  withoutBuildings: '不计建筑遮挡',
  withPtzReach: '计入球机可转及范围',
  fullHd: '其中1080P及以上（台）',
  declaredHd: '档案声称高清（台）',
  declaredNetworked: '档案声称联网（台）',
  inCatalog: '目录在册（台）',
  manualSeconds: '人工录入改变的秒数',
  withoutManual: '不计人工录入',
  cameraMean: '按摄像机平均',
  withError: '计入测量误差仍准确（台）',
  oldestMeasurementS: '最早一次测量距期末秒数',
  sampledShare: '抽查比例',
  faultlessCameras: '各项全部通过的摄像机比例',
  refusedTickets: '时间矛盾而不计的工单',
  sinceOccurred: '自发生起平均修复秒数',
};

export const levelWords: Readonly<Record<string, string>> = {
  district: '全区',
  street: '街道',
  policeStation: '派出所',
  pointClass: '点位类型',
  owner: '权属单位',
  day: '按日',
};

export const statusWords: Readonly<Record<Figure['status'], string>> = {
  ok: '正常',
  estimated: '含估算',
  'insufficient-data': '采样不足，不作评定',
  'no-data': '无数据',
  sample: '抽查',
};

const classWords: Readonly<Record<string, string>> = { 1: '一类点', 2: '二类点', 3: '三类点', 9: '其他' };

/** How a scope is called in a report. */
export function scopeWords(scope: string, name: string): string {
  if (scope === 'district') return '全区';
  const [kind, code = ''] = scope.split(':');
  return kind === 'pointClass' ? (classWords[code] ?? name) : name;
}

/** Values of a figure as people read them: shares as percentages, mean times as hours. Never rounded up to a target. */
export function valueWords({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  if (value === null) return '—';
  if (unit === 'secondsEach') return `${(value / 3_600).toFixed(2)} 小时`;
  // 97.996 % must not look like the 98 % that it misses.
  return `${(Math.floor(value * 100_000) / 1_000).toFixed(2)}%`;
}
