import { Alert, Button, Card, Flex } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incident, PersonAction } from '../../../../contracts/index.ts';
import { dateTime } from '../format.ts';
import { useCommand } from '../incident/command.ts';
import { errorText } from '../shared/failure.tsx';
import { DispatchDialog } from './dispatch-dialog.tsx';
import { EvidenceReview } from './evidence-review.tsx';
import { NoteDialog } from './note-dialog.tsx';
import { Parties } from './parties.tsx';
import { TaskList } from './task-list.tsx';
import { Terms } from './terms.tsx';

type CaseStep = 'dispatch' | 'suspend' | 'resume' | 'pass' | 'rework' | 'close';

/** What can be done with the whole of it now, in the order in which it is done. */
function stepsOf({ state, penaltyCase }: Incident): CaseStep[] {
  const isResting = penaltyCase !== null && penaltyCase.suspendedSinceMs !== null;
  if (isResting) return ['resume'];
  switch (state) {
    case 'registered':
      return ['dispatch', 'suspend'];
    case 'dispatched':
    case 'acknowledged':
    case 'arrived':
    case 'handling':
      return ['suspend'];
    case 'feedback':
      return ['pass', 'rework'];
    case 'verified':
      return ['close', 'rework'];
    default:
      return [];
  }
}

const actionOf = (step: Exclude<CaseStep, 'dispatch'>, note: string): PersonAction => {
  switch (step) {
    case 'pass':
    case 'rework':
      return { kind: 'verify', result: step, agencies: [], note };
    case 'suspend':
    case 'resume':
    case 'close':
      return { kind: step, note };
  }
};

/** A registered incident as the agencies handle it: tasks, parties, evidence, terms. */
export function CasePanel({ incident }: { incident: Incident }): ReactNode {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<CaseStep | null>(null);
  const command = useCommand(incident, () => setAsking(null));
  const { penaltyCase } = incident;
  if (penaltyCase === null) return null;
  const parts = { incident, penaltyCase, command };
  const steps = stepsOf(incident);
  return (
    <>
      <Card title={t('case.title')}>
        {command.error !== null && (
          <Alert
            type="warning"
            showIcon
            role="alert"
            className="form-alert"
            title={`${t('decide.refused')}${errorText(command.error)}`}
          />
        )}
        {penaltyCase.suspendedSinceMs !== null && (
          <Alert
            type="info"
            showIcon
            className="form-alert"
            title={t('case.suspended', { time: dateTime(penaltyCase.suspendedSinceMs) })}
          />
        )}
        <TaskList {...parts} />
        <Flex gap="small" wrap className="case-steps">
          {steps.map((step, index) => (
            <Button key={step} type={index === 0 ? 'primary' : 'default'} onClick={() => setAsking(step)}>
              {t(`case.actions.${step}`)}
            </Button>
          ))}
        </Flex>
      </Card>
      <Parties {...parts} />
      <EvidenceReview {...parts} />
      <Terms {...parts} />
      {asking === 'dispatch' && (
        <DispatchDialog
          isBusy={command.isPending}
          onCancel={() => setAsking(null)}
          onDispatch={(action) => command.mutate(action)}
        />
      )}
      {asking !== null && asking !== 'dispatch' && (
        <NoteDialog
          title={t(`case.actions.${asking}`)}
          isBusy={command.isPending}
          isNoteNeeded={asking === 'rework' || asking === 'suspend'}
          isDanger={asking === 'rework'}
          onCancel={() => setAsking(null)}
          onSubmit={({ note }) => command.mutate(actionOf(asking, note))}
        />
      )}
    </>
  );
}
