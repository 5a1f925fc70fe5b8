import { Button, Card, Flex } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StatutoryDeadline } from '../../../../contracts/index.ts';
import { dateTime } from '../format.ts';
import type { CaseParts } from './parts.ts';

const kinds: readonly StatutoryDeadline['kind'][] = [
  'decision',
  'limitation',
  'preservation',
  'hearingRequest',
  'delivery',
];

/** Terms of the law: those that run, those that were met, and those that something outside starts. */
export function Terms({ penaltyCase, command }: CaseParts): ReactNode {
  const { t } = useTranslation();
  const send = (term: StatutoryDeadline['kind'], to: 'started' | 'met'): void =>
    command.mutate({ kind: 'setTerm', term, to, note: '' });
  return (
    <Card title={t('case.terms.title')}>
      <ul className="plain-list">
        {kinds.map((kind) => {
          const term = penaltyCase.deadlines.find((other) => other.kind === kind);
          const isLate = term !== undefined && term.doneAtMs === null && Date.now() > term.dueAtMs;
          return (
            <li key={kind} className="evidence-line">
              <span>
                {t(`case.terms.kind.${kind}`)}{' '}
                {term !== undefined && (
                  <span className={isLate ? 'late' : 'quiet'}>
                    {term.doneAtMs === null
                      ? t('case.terms.due', { time: dateTime(term.dueAtMs) })
                      : t('case.terms.done', { time: dateTime(term.doneAtMs) })}{' '}
                    · {term.basis}
                  </span>
                )}
              </span>
              <Flex gap={4}>
                {term === undefined && (
                  <Button size="small" loading={command.isPending} onClick={() => send(kind, 'started')}>
                    {t('case.actions.started')}
                  </Button>
                )}
                {term !== undefined && term.doneAtMs === null && kind !== 'limitation' && (
                  <Button size="small" loading={command.isPending} onClick={() => send(kind, 'met')}>
                    {t('case.actions.metTerm')}
                  </Button>
                )}
              </Flex>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
