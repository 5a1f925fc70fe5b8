import { Button, Card, Flex, Tag, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EvidenceState } from '../../../../contracts/index.ts';
import { dateTime } from '../format.ts';
import { personName } from '../shared/person-name.ts';
import { NoteDialog } from './note-dialog.tsx';
import type { CaseParts } from './parts.ts';

type ReviewTo = Exclude<EvidenceState, 'captured'>;
const nextOf: Readonly<Record<EvidenceState, ReviewTo | null>> = {
  captured: 'technicallyReviewed',
  technicallyReviewed: 'legallyReviewed',
  legallyReviewed: 'admissible',
  admissible: null,
  rejected: null,
};
const order: readonly EvidenceState[] = [
  'captured',
  'technicallyReviewed',
  'legallyReviewed',
  'admissible',
  'rejected',
];

/** Pieces of evidence by how far their review is; each step is taken for all that are equally far. */
export function EvidenceReview({ incident, penaltyCase, command }: CaseParts): ReactNode {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<{ to: ReviewTo; mediaIds: string[] } | null>(null);
  // What came in after registration is taken up by the first review.
  const known = new Set(penaltyCase.evidence.map(({ mediaId }) => mediaId));
  const fresh = incident.events
    .flatMap(({ media }) => media.map(({ mediaId }) => mediaId))
    .filter((mediaId) => !known.has(mediaId));
  const idsIn = (state: EvidenceState): string[] => [
    ...penaltyCase.evidence.filter((piece) => piece.state === state).map(({ mediaId }) => mediaId),
    ...(state === 'captured' ? fresh : []),
  ];
  const isOpen = incident.state !== 'closed';
  const last = penaltyCase.evidence.flatMap(({ custody }) => custody).toSorted((a, b) => b.atMs - a.atMs);
  return (
    <Card title={t('case.evidence.title')}>
      <Typography.Paragraph type="secondary">{t('case.evidence.hint')}</Typography.Paragraph>
      <ul className="plain-list">
        {order.map((state) => {
          const mediaIds = idsIn(state);
          const next = nextOf[state];
          if (mediaIds.length === 0) return null;
          return (
            <li key={state} className="evidence-line">
              <span>
                <Tag color={state === 'admissible' ? 'green' : state === 'rejected' ? 'red' : 'blue'}>
                  {t(`case.evidence.state.${state}`)}
                </Tag>
                {t('case.evidence.count', { count: mediaIds.length })}
              </span>
              {isOpen && next !== null && (
                <Flex gap={4}>
                  <Button size="small" type="primary" onClick={() => setAsking({ to: next, mediaIds })}>
                    {t(`case.evidence.next.${state}`)}
                  </Button>
                  <Button size="small" onClick={() => setAsking({ to: 'rejected', mediaIds })}>
                    {t('case.evidence.rejectAll')}
                  </Button>
                </Flex>
              )}
            </li>
          );
        })}
      </ul>
      {last[0] !== undefined && (
        <p className="quiet">
          {t('case.evidence.custody')}: {t(`case.evidence.state.${last[0].toState}`)} ·{' '}
          {dateTime(last[0].atMs)} · {last[0].by === null ? '' : personName(last[0].by)}
        </p>
      )}
      {asking !== null && (
        <NoteDialog
          title={t(`case.evidence.state.${asking.to}`)}
          isBusy={command.isPending}
          isNoteNeeded={asking.to === 'rejected'}
          isDanger={asking.to === 'rejected'}
          onCancel={() => setAsking(null)}
          onSubmit={({ note }) =>
            command.mutate(
              { kind: 'reviewEvidence', mediaIds: asking.mediaIds, to: asking.to, note },
              { onSettled: () => setAsking(null) },
            )
          }
        />
      )}
    </Card>
  );
}
