import i18next from 'i18next';
import type { Person } from '../../../../contracts/index.ts';

/** Name of a person; whoever came by the first link before any name was set has none yet. */
export const personName = ({ userId, name }: Person): string =>
  userId === 'first' ? i18next.t('shell.firstPerson') : name;
