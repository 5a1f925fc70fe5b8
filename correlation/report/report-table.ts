import type { Figure } from '../../contracts/index.ts';
import { disarmed } from '../cameras/index.ts';
import { type SheetCell, writeCsv, writeWorkbook } from '../records/index.ts';
import { chinaIso, type PeriodReport } from './report-json.ts';
import { levelWords, metricWords, scopeWords, statusWords } from './words.ts';

const heading = [
  '层级',
  '代码',
  '名称',
  '指标',
  '指标名称',
  '值',
  '分子',
  '分母',
  '单位',
  '原始值',
  '原始分子',
  '原始分母',
  '剔除记录数',
  '剔除摄像机数',
  '剔除秒数',
  '其中批准',
  '其中探测中断',
  '未知秒数',
  '采样覆盖率',
  '状态',
  '目标',
  '达标',
  '其他口径',
];

const judged = (pass: boolean | null): string => (pass === null ? '不评定' : pass ? '达标' : '未达标');

function rowOf(scope: string, name: string, figure: Figure): SheetCell[] {
  const { excluded, rawShare } = figure;
  const [kind = '', code = ''] = scope.split(':');
  return [
    levelWords[kind] ?? kind,
    code,
    disarmed(scopeWords(scope, name)),
    figure.metric,
    metricWords[figure.metric] ?? figure.metric,
    figure.value,
    figure.numerator,
    figure.denominator,
    figure.unit,
    figure.raw,
    rawShare?.numerator ?? null,
    rawShare?.denominator ?? null,
    excluded?.records ?? null,
    excluded?.cameras ?? null,
    excluded?.cameraSeconds ?? null,
    excluded?.approvedSeconds ?? null,
    excluded?.proberSeconds ?? null,
    figure.unknownSeconds,
    figure.sampleCoverage,
    statusWords[figure.status],
    figure.target,
    judged(figure.pass),
    figure.variants === undefined ? '' : JSON.stringify(figure.variants),
  ];
}

function figureRows({ scorecard }: PeriodReport): SheetCell[][] {
  return [
    heading,
    ...scorecard.scopes.flatMap(({ scope, name, figures }) =>
      figures.map((figure) => rowOf(scope, name, figure)),
    ),
  ];
}

/** Every figure in one row each, unrounded; UTF-8 with a mark, as spreadsheets want it. */
export const reportCsv = (report: PeriodReport): Uint8Array => writeCsv(figureRows(report));

/** The same as a workbook, with the exclusions and their verdicts on a sheet of their own. */
export function reportWorkbook(report: PeriodReport): Uint8Array {
  const exclusions: SheetCell[][] = [
    ['编号', '摄像机', '开始', '结束', '原因', '审批人', '结论', '准予秒数'],
    ...report.exclusions.map((one): SheetCell[] => [
      disarmed(one.exclusionId),
      one.cameraId,
      chinaIso(one.fromMs),
      chinaIso(one.toMs),
      disarmed(one.reason),
      disarmed(one.approver),
      one.verdict,
      one.grantedSeconds,
    ]),
  ];
  return writeWorkbook([
    { name: '指标', rows: figureRows(report) },
    { name: '剔除', rows: exclusions },
  ]);
}
