import { Timeline } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LegalBasis, TimelineEntry } from '../../../../contracts/index.ts';
import { dateTime } from '../format.ts';
import { inWords } from '../shared/in-words.ts';
import { personName } from '../shared/person-name.ts';
import { provisionTitle } from '../shared/provision.ts';

/** What happened to the incident and who did it, newest first. */
export function History(props: {
  timeline: readonly TimelineEntry[];
  bases: readonly LegalBasis[];
}): ReactNode {
  const { timeline, bases } = props;
  const { t } = useTranslation();
  return (
    <Timeline
      items={timeline
        .map((entry, index) => ({ entry, key: index }))
        .toReversed()
        .map(({ entry, key }) => ({
          key,
          color: entry.by === null ? 'gray' : 'blue',
          content: <Entry entry={entry} />,
        }))}
    />
  );

  /** A note about a provision, with its title instead of its id; null for any other note. */
  function basisText(note: string): string | null {
    const [, basisId, status] = /^(\S+) (chosen|struck|suggested)$/.exec(note) ?? [];
    const basis = bases.find((one) => one.basisId === basisId);
    if (basis === undefined || status === undefined) return null;
    return `${provisionTitle(basis)} · ${t(`case.basisStatus.${status as LegalBasis['status']}`)}`;
  }

  function Entry({ entry }: { entry: TimelineEntry }): ReactNode {
    const { by, kind, fromState, toState, note, atMs } = entry;
    const who =
      by === null
        ? t('incident.byPipeline')
        : by.unit === ''
          ? personName(by)
          : t('incident.by', { name: by.name, unit: by.unit });
    const states = [fromState, toState].flatMap((state) => (state === null ? [] : [t(`state.${state}`)]));
    return (
      <>
        <div>
          {t(`timelineKind.${kind}`)} {states.join(' → ')}
        </div>
        {note !== '' && <div className="history-note">{basisText(note) ?? inWords(note)}</div>}
        <small className="quiet">
          {dateTime(atMs)} · {who}
        </small>
      </>
    );
  }
}
