import type { Figure, ScopeFigures } from '../../contracts/index.ts';
import { chinaIso, type PeriodReport } from './report-json.ts';
import { levelWords, metricWords, scopeWords, statusWords, valueWords, variantWords } from './words.ts';

/** What a district is judged on, in the order of the official targets. */
const official = ['M1', 'M5', 'M6', 'M7', 'M8'] as const;
const officialWords = ['覆盖率', '高清率', '联网率', '在线率', '完好率'] as const;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const figureIn = ({ figures }: ScopeFigures, metric: string): Figure | undefined =>
  figures.find((one) => one.metric === metric);

const number = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 1 });
const countOf = (value: number, unit: Figure['unit']): string =>
  unit === 'seconds' ? `${number.format(value / 3_600)} 小时` : number.format(value);

const row = (cells: readonly string[], tag = 'td'): string =>
  `<tr>${cells.map((text) => `<${tag}>${text}</${tag}>`).join('')}</tr>`;
const table = (head: readonly string[], rows: readonly string[]): string =>
  `<table><thead>${row(head, 'th')}</thead><tbody>${rows.join('')}</tbody></table>`;

function cell(figure: Figure | undefined): string {
  if (figure === undefined) return '<span class="quiet">无来源</span>';
  const word = figure.pass === false ? 'fail' : figure.pass === true ? 'pass' : 'open';
  const note = figure.status === 'ok' ? '' : `<small>${statusWords[figure.status]}</small>`;
  return `<b class="${word}">${valueWords(figure)}</b><small>${countOf(figure.numerator, figure.unit)} / ${countOf(figure.denominator, figure.unit)}</small>${note}`;
}

const targetOf = (figure: Figure | undefined): string =>
  figure?.target === null || figure === undefined ? '' : `（目标 ${(figure.target * 100).toFixed(0)}%）`;

function officialTable(report: PeriodReport, kind: string): string {
  const scopes = report.scorecard.scopes.filter(({ scope }) => scope.split(':')[0] === kind);
  const district = report.scorecard.scopes.find(({ scope }) => scope === 'district');
  const head = official.map((metric, index) => {
    const target = district === undefined ? '' : targetOf(figureIn(district, metric));
    return `${officialWords[index]}<small>${metric}${metric === 'M8' ? '（一类点 98%，二类点 95%）' : target}</small>`;
  });
  const rows = scopes.map((scope) =>
    row([
      escaped(scopeWords(scope.scope, scope.name)),
      ...official.map((metric) => cell(figureIn(scope, metric))),
    ]),
  );
  return table([levelWords[kind] ?? kind, ...head], rows);
}

/** A line of one figure by day; days without a value leave a gap. */
function trend(days: readonly ScopeFigures[], metric: string): string {
  const values = days.map((day) => figureIn(day, metric)?.value ?? null);
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return '';
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const at = (index: number, value: number): string =>
    `${((600 * index) / Math.max(1, values.length - 1)).toFixed(1)},${(70 - (60 * (value - low)) / span).toFixed(1)}`;
  const path = values
    .map((value, index) =>
      value === null ? '' : `${index === 0 || values[index - 1] === null ? 'M' : 'L'}${at(index, value)}`,
    )
    .join('');
  const ends = `${escaped(days[0]?.name ?? '')} – ${escaped(days.at(-1)?.name ?? '')}，${(low * 100).toFixed(2)}% – ${((low + span) * 100).toFixed(2)}%`;
  return `<figure><figcaption>${metricWords[metric] ?? metric}<small>${ends}</small></figcaption><svg viewBox="0 0 600 80" role="img"><path d="${path}"/></svg></figure>`;
}

function fullTable({ scope, name, figures }: ScopeFigures): string {
  const rows = figures.map((figure) => {
    const others = Object.entries(figure.variants ?? {}).map(([key, value]) => {
      const shown =
        value === null
          ? '—'
          : Number.isInteger(value) || value > 1
            ? number.format(value)
            : `${(value * 100).toFixed(2)}%`;
      return `${variantWords[key] ?? key} ${shown}`;
    });
    const raw = figure.rawShare === undefined ? '—' : valueWords({ value: figure.raw, unit: figure.unit });
    const excluded =
      figure.excluded === undefined
        ? '—'
        : `${figure.excluded.records} 条，${figure.excluded.cameras} 台，${number.format(figure.excluded.cameraSeconds / 3_600)} 小时`;
    const sample = figure.sampleCoverage === null ? '—' : `${(figure.sampleCoverage * 100).toFixed(2)}%`;
    return row([
      figure.metric,
      metricWords[figure.metric] ?? figure.metric,
      cell(figure),
      raw,
      excluded,
      sample,
      others.join('<br>'),
    ]);
  });
  const title = `${levelWords[scope.split(':')[0] ?? ''] ?? ''} ${escaped(scopeWords(scope, name))}`;
  const head = ['指标', '名称', '值（分子/分母）', '原始值', '剔除', '采样覆盖率', '其他口径'];
  return `<h3>${title}</h3>${table(head, rows)}`;
}

const style = `body{font:13px/1.5 "Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:24px;color:#1c2733}
h1{font-size:20px;margin:0}h2{font-size:16px;margin:24px 0 8px}h3{font-size:14px;margin:16px 0 6px}
table{border-collapse:collapse;width:100%;margin-bottom:8px}th,td{border:1px solid #c9d2dc;padding:4px 8px;text-align:left;vertical-align:top}
th{background:#eef2f6}small{display:block;color:#5b6b7c;font-weight:400}.quiet{color:#7b8a99}
.pass{color:#1d7a3e}.fail{color:#b3261e}figure{margin:8px 0}svg{width:100%;height:80px}path{fill:none;stroke:#1f5f99;stroke-width:2}
@media print{body{margin:0}h2{break-before:page}tr{break-inside:avoid}}`;

/** The month as a page that can be printed; it loads nothing from anywhere. */
export function reportPage(report: PeriodReport): string {
  const { fromMs, toMs, instantMs, scopes } = report.scorecard;
  const days = scopes.filter(({ scope }) => scope.startsWith('day:'));
  const district = scopes.filter(({ scope }) => scope === 'district');
  const verdicts = Map.groupBy(report.exclusions, ({ verdict }) => verdict);
  const levels = ['district', 'street', 'policeStation', 'owner'].filter((kind) =>
    scopes.some(({ scope }) => scope.split(':')[0] === kind),
  );
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>视频监控建设联网应用指标报告</title><style>${style}</style></head><body>
<h1>视频监控建设联网应用指标报告</h1>
<p>${chinaIso(fromMs)} 至 ${chinaIso(toMs)}（不含），时点指标取 ${chinaIso(instantMs)}。数值按未舍入值与目标比较，显示时只舍不入。</p>
${levels.map((kind) => `<h2>五项指标·${levelWords[kind] ?? kind}</h2>${officialTable(report, kind)}`).join('')}
<h2>按日走势</h2>${['M7', 'M8', 'M10', 'M4.area', 'M4.road'].map((metric) => trend(days, metric)).join('')}
<h2>剔除申请</h2>${table(
    ['结论', '件数', '准予小时'],
    [...verdicts].map(([verdict, list]) =>
      row([
        escaped(verdict),
        String(list.length),
        number.format(list.reduce((sum, { grantedSeconds }) => sum + grantedSeconds, 0) / 3_600),
      ]),
    ),
  )}
<h2>各项指标</h2>${[...district, ...scopes.filter(({ scope }) => /^(street|policeStation|pointClass|owner):/.test(scope))].map(fullTable).join('')}
</body></html>
`;
}
