import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SceneEvent } from '../../../../contracts/index.ts';
import { clockTime, span } from '../format.ts';

const moments = ['arrivedAtMs', 'putDownAtMs', 'departedAtMs', 'clearedAtMs'] as const;

/** Arrival, put-down, departure and clearing in order, with the time between them. */
export function MomentLine({ event }: { event: SceneEvent }): ReactNode {
  const { t } = useTranslation();
  let beforeMs: number | null = null;
  return (
    <ol className="moments" aria-label={t('incident.moments')}>
      {moments.map((name) => {
        const atMs = event.moments[name];
        const sinceMs = atMs === null || beforeMs === null ? null : atMs - beforeMs;
        beforeMs = atMs ?? beforeMs;
        return (
          <li key={name} className={atMs === null ? 'moment moment-open' : 'moment'}>
            <b>{t(`moment.${name}`)}</b>
            <span>{atMs === null ? '—' : clockTime(atMs)}</span>
            <small>{sinceMs === null ? '\u00a0' : `+${span(sinceMs)}`}</small>
          </li>
        );
      })}
    </ol>
  );
}
