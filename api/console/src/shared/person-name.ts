import i18next from 'i18next';
import type { Person } from '../../../../contracts/index.ts';

const nameless = { first: 'shell.firstPerson', clock: 'shell.clock' } as const;

/** Name of a person; whoever came by the first link before any name was set has none yet, and a clock never has. */
export const personName = ({ userId, name }: Person): string =>
  userId === 'first' || userId === 'clock' ? i18next.t(nameless[userId]) : name;
