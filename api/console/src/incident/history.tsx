import { Timeline } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimelineEntry } from '../../../../contracts/index.ts';
import { dateTime } from '../format.ts';
import { inWords } from '../shared/in-words.ts';
import { personName } from '../shared/person-name.ts';

/** What happened to the incident and who did it, newest first. */
export function History({ timeline }: { timeline: readonly TimelineEntry[] }): ReactNode {
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
        {note !== '' && <div className="history-note">{inWords(note)}</div>}
        <small className="quiet">
          {dateTime(atMs)} · {who}
        </small>
      </>
    );
  }
}
