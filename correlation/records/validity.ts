import type { PermitValidity } from '../../contracts/index.ts';
import type { ColumnName } from './columns.ts';
import { offsetMs, readMoment } from './dates.ts';
import type { RecordProfile } from './profile.ts';

const dayMs = 86_400_000;
const hours = /(\d{1,2}):(\d{2})\s*(?:-|–|—|~|～|至|到)\s*(?:次日|翌日|第二天)?\s*(\d{1,2}):(\d{2})/u;
const wholeDay = /^(?:全天|全日|24小时|不限|all day)?$/iu;

/**
 * From when to when a permit holds; null for sources without such columns. Both days count in full.
 * @returns the column that cannot be read, where one cannot.
 */
export function readValidity(
  cell: (name: ColumnName) => string,
  { columns, dateFormats, utcOffset, timeZone }: RecordProfile,
): PermitValidity | { readonly column: ColumnName; readonly problem: string } | null {
  if (columns.validFrom === undefined || columns.validTo === undefined) return null;
  const formats = [...dateFormats, 'yyyy-MM-dd', 'yyyy/M/d', 'yyyy.M.d', 'yyyyMMdd', 'yyyy年M月d日'];
  const fromMs = readMoment(cell('validFrom'), formats, timeZone ?? utcOffset);
  if (fromMs === null) return { column: 'validFrom', problem: 'is no day of the calendar' };
  const lastMs = readMoment(cell('validTo'), formats, timeZone ?? utcOffset);
  if (lastMs === null) return { column: 'validTo', problem: 'is no day of the calendar' };
  const utcOffsetMin = Math.round(offsetMs(utcOffset) / 60_000);
  const base = { fromMs, toMs: lastMs + dayMs, utcOffsetMin };
  const said = cell('validHours').replaceAll('：', ':');
  const found = hours.exec(said);
  if (found === null) {
    return wholeDay.test(said.trim())
      ? { ...base, dailyFromMin: 0, dailyToMin: 1440 }
      : { column: 'validHours', problem: 'is no span like 20:00-06:00' };
  }
  const minutes = (hour: string | undefined, minute: string | undefined): number =>
    Math.min(1440, Number(hour) * 60 + Number(minute));
  return { ...base, dailyFromMin: minutes(found[1], found[2]), dailyToMin: minutes(found[3], found[4]) };
}
