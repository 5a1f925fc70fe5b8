import i18next from 'i18next';
import type { Figure } from '../../../../contracts/index.ts';
import { amount } from '../format.ts';

/** Name of a figure in the language of the page; its own code where the page does not know it. */
export const metricName = (metric: string): string =>
  i18next.t(`metric.${metric as 'M1'}`, { defaultValue: metric });

export const metricHelp = (metric: string): string =>
  i18next.t(`metricHelp.${metric as 'M1'}`, { defaultValue: '' });

/** A numerator or denominator in the unit of its figure; seconds are shown as hours, so that they can be read. */
export function inUnit(value: number, unit: Figure['unit']): string {
  if (unit === 'seconds') {
    return new Intl.NumberFormat(i18next.language, {
      style: 'unit',
      unit: 'hour',
      unitDisplay: 'short',
      maximumFractionDigits: 2,
    }).format(value / 3_600);
  }
  return `${amount(value)} ${i18next.t(`unit.${unit}`)}`.trim();
}
