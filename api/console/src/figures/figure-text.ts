import i18next from 'i18next';
import type { Figure } from '../../../../contracts/index.ts';
import { amount, percent } from '../format.ts';

/** A dot would be read as a level of the dictionary. */
const key = (metric: string): string => metric.replaceAll('.', '_');

/** Name of a figure in the language of the page; its own code where the page does not know it. */
export const metricName = (metric: string): string =>
  i18next.t(`metric.${key(metric) as 'M1'}`, { defaultValue: metric });

export const metricHelp = (metric: string): string =>
  i18next.t(`metricHelp.${key(metric) as 'M1'}`, { defaultValue: '' });

/** A numerator or denominator in the unit of its figure; seconds are shown as hours, so that they can be read. */
export function inUnit(value: number, unit: Figure['unit']): string {
  if (unit === 'seconds') {
    return new Intl.NumberFormat(i18next.language, {
      style: 'unit',
      unit: 'hour',
      unitDisplay: 'short',
      // Nobody reads minutes behind a hundred hours.
      maximumFractionDigits: value >= 360_000 ? 0 : 2,
    }).format(value / 3_600);
  }
  const name: string = i18next.t(`unit.${unit as 'count'}`);
  return `${amount(value)} ${name}`.trim();
}

/** A share as a percentage, a mean time as hours; null where there is nothing to divide by. */
export function valueText({ value, unit }: Figure): string {
  if (value === null) return i18next.t('figures.none');
  return (unit as string) === 'secondsEach' ? inUnit(value, 'seconds') : percent(value);
}
