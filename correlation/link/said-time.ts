import { dayOf, daysOf } from '../measures/calendar.ts';

/** A span of time that a text speaks of, captured time; softly bounded by `errorMs` on both sides. */
export interface SaidSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly errorMs: number;
  /** The words. */
  readonly said: string;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Hours of the day that a word means; hours beyond 24 belong to the night after. */
const parts: readonly (readonly [RegExp, number, number])[] = [
  [/凌晨|拂晓|后半夜|下半夜/u, 0, 5.5],
  [/半夜|深夜|午夜|大半夜/u, -2, 4.5],
  [/清早|清晨|早晨|大清早|一早|早上|今早|早间/u, 5, 9.5],
  [/上午|早上/u, 7, 12],
  [/中午|正午|晌午/u, 11, 14],
  [/下午|午后/u, 12, 18.5],
  [/傍晚|黄昏|天黑前|擦黑/u, 16.5, 20],
  [/晚上|今晚|昨晚|夜里|夜间|晚间|昨夜|当晚|夜晚/u, 17.5, 25],
];

const daysBack: readonly (readonly [RegExp, number])[] = [
  [/大前天|大前日/u, 3],
  [/前天|前日|前晚/u, 2],
  [/昨天|昨日|昨晚|昨夜|昨早/u, 1],
  [/今天|今日|今早|今晚|今晨|今夜|当天|当晚/u, 0],
];

const clock =
  /(\d{1,2})(?:点钟?|:|：|时(?!间))(半|\d{1,2}分?|一刻|三刻)?(多|左右|不到|许|钟|前后|光景|差一点)?/u;
const ago = /(\d+|半|几)个?(小时|钟头|分钟|分|天)(?:多|左右)?(?:之前|以前|前)/u;
const date = /(?:(\d{1,2})月)(\d{1,2})[日号]/u;
const justNow = /刚刚|刚才|方才|刚(?=有|看|被|倒|来|开|发)|就在刚|前脚/u;
const rightNow = /现在|正在|此刻|眼下|目前|这会儿|当前|就这会|这个点/u;
const someDays = /前几天|前两天|这几天|几天前|前些天|前阵子|上周|这两天/u;

function hourSpan(
  text: string,
  part: readonly [number, number] | null,
): { readonly fromH: number; readonly toH: number }[] | null {
  const found = clock.exec(text);
  if (found === null) return null;
  const hour = Number(found[1]);
  if (hour > 24) return null;
  const minutes = found[2];
  const half =
    minutes === undefined
      ? 0
      : minutes === '半'
        ? 0.5
        : minutes === '一刻'
          ? 0.25
          : minutes === '三刻'
            ? 0.75
            : Number.parseInt(minutes, 10) / 60;
  const shade = found[3];
  const [beforeH, afterH] =
    shade === '多' || shade === '许'
      ? [0, 0.95]
      : shade === '不到' || shade === '差一点'
        ? [0.5, 0]
        : shade === undefined && half !== 0
          ? [0.2, 0.25]
          : [0.4, 0.5];
  const candidates = new Set([hour % 24, hour + 12, hour - 12, hour, hour + 24]);
  const fits = [...candidates].filter((h) =>
    part === null ? h >= 0 && h < 24 && (h === hour || hour <= 12) : h >= part[0] - 0.6 && h <= part[1] + 0.6,
  );
  return fits.map((h) => ({ fromH: h + half - beforeH, toH: h + half + afterH }));
}

/**
 * When, by its words, the thing happened or was seen: `昨天夜里11点多`, `今天上午`, `几分钟前`, `现在`.
 * @param text as `plainText` makes it.
 * @param reportedAtMs when it was said.
 * @param utcOffsetMs of the place.
 * @returns null when it says no time; several spans where the words leave it open.
 */
export function saidSpans(text: string, reportedAtMs: number, utcOffsetMs: number): SaidSpan[] {
  const relative = ago.exec(text);
  if (relative !== null) {
    const [said, count = '', unit = ''] = relative;
    const unitMs = unit.startsWith('分') ? minuteMs : unit === '天' ? dayMs : hourMs;
    if (count === '几')
      return [{ fromMs: reportedAtMs - 12 * unitMs, toMs: reportedAtMs - unitMs, errorMs: 4 * unitMs, said }];
    const backMs = (count === '半' ? 0.5 : Number(count)) * unitMs;
    const errorMs = Math.max(8 * minuteMs, backMs * 0.25);
    return [
      { fromMs: reportedAtMs - backMs - errorMs, toMs: reportedAtMs - backMs + errorMs, errorMs, said },
    ];
  }
  const localDayMs = Math.floor((reportedAtMs + utcOffsetMs) / dayMs) * dayMs - utcOffsetMs;
  const named = date.exec(text);
  const dayWord = daysBack.find(([pattern]) => pattern.test(text));
  const partWord = parts.find(([pattern]) => pattern.test(text));
  const part = partWord === undefined ? null : ([partWord[1], partWord[2]] as const);
  const several = someDays.exec(text);
  const hours = hourSpan(text, part);
  if (named === null && dayWord === undefined && part === null && several === null && hours === null) {
    const recent = justNow.exec(text);
    if (recent !== null)
      return [
        { fromMs: reportedAtMs - 35 * minuteMs, toMs: reportedAtMs, errorMs: 12 * minuteMs, said: recent[0] },
      ];
    const now = rightNow.exec(text);
    if (now !== null)
      return [
        { fromMs: reportedAtMs - 60 * minuteMs, toMs: reportedAtMs, errorMs: 25 * minuteMs, said: now[0] },
      ];
    return [];
  }
  const wholeDay = { fromH: 0, toH: 24 };
  const spansH = hours ?? (part === null ? [wholeDay] : [{ fromH: part[0], toH: part[1] }]);
  const days =
    named !== null
      ? [dayOfDate(localDayMs + utcOffsetMs, Number(named[1]), Number(named[2])) - utcOffsetMs]
      : several !== null
        ? [1, 2, 3, 4, 5, 6].map((back) => localDayMs - back * dayMs)
        : dayWord === undefined
          ? // No day said: today, or yesterday where today's has not come yet.
            [localDayMs, localDayMs - dayMs]
          : [localDayMs - dayWord[1] * dayMs];
  const said = [
    named?.[0],
    dayWord?.[0].exec(text)?.[0],
    partWord?.[0].exec(text)?.[0],
    clock.exec(text)?.[0],
    several?.[0],
  ]
    .filter((word) => word !== undefined)
    .join('');
  const errorMs = hours === null ? 30 * minuteMs : 15 * minuteMs;
  // Last night is the one that ended this morning: its small hours are of the next day.
  const isNight = dayWord !== undefined && dayWord[1] > 0 && /夜|晚|凌晨/u.test(text);
  const nights =
    isNight && hours === null && part !== null && part[0] < 5
      ? [0, 24]
      : isNight && hours !== null
        ? [0, 24]
        : [0];
  const shiftedH = spansH.flatMap(({ fromH, toH }) =>
    nights
      .filter((shift) => shift === 0 || fromH < 6)
      .map((shift) => ({ fromH: fromH + shift, toH: toH + shift })),
  );
  const spans = days.flatMap((day) =>
    shiftedH.map(({ fromH, toH }) => ({
      fromMs: day + fromH * hourMs,
      toMs: day + toH * hourMs,
      errorMs,
      said,
    })),
  );
  const past = spans.filter(({ fromMs }) => fromMs <= reportedAtMs + 10 * minuteMs);
  const newest =
    dayWord === undefined && named === null && several === null
      ? past.slice(0, Math.max(1, spansH.length))
      : past;
  return newest.map((span) => ({ ...span, toMs: Math.min(span.toMs, Math.max(span.fromMs, reportedAtMs)) }));
}

/** Local midnight of the last such date before or on a local day. */
function dayOfDate(localDayMs: number, month: number, day: number): number {
  const { year } = dayOf(Math.floor(localDayMs / dayMs));
  const thisYear = daysOf({ year, month, day }) * dayMs;
  return thisYear > localDayMs ? daysOf({ year: year - 1, month, day }) * dayMs : thisYear;
}
