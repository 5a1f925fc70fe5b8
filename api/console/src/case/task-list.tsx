import { Button, Dropdown, Flex, Form, Select, Tag } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgencyTask, CaseAction, Deadline, TaskStep } from '../../../../contracts/index.ts';
import { dateTime } from '../format.ts';
import { useDesks } from '../queries.ts';
import { NoteDialog } from './note-dialog.tsx';
import type { CaseParts } from './parts.ts';

type Advance = Extract<CaseAction, { kind: 'advanceTask' }>['to'];

/** What an agency does next, as it is usually done. */
const nextOf: Readonly<Record<AgencyTask['state'], Advance | null>> = {
  open: 'acknowledged',
  acknowledged: 'arrived',
  arrived: 'handling',
  handling: 'feedback',
  feedback: null,
  done: null,
};

const steps: readonly TaskStep[] = ['acknowledge', 'arrive', 'feedback'];

interface Asking {
  readonly task: AgencyTask;
  readonly kind: 'advance' | 'urge' | 'transferTask';
}

/** One task per agency, with its terms and what can be done next. */
export function TaskList({ incident, penaltyCase, command }: CaseParts): ReactNode {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Asking | null>(null);
  const isResting = penaltyCase.suspendedSinceMs !== null || incident.state === 'closed';
  const done = (): void => setAsking(null);
  const send = (action: CaseAction): void => command.mutate(action, { onSettled: done });
  return (
    <>
      <ul className="plain-list tasks">
        {incident.tasks.map((task) => {
          const next = nextOf[task.state];
          return (
            <li key={task.agency} className="task">
              <Flex justify="space-between" gap="small" wrap>
                <span>
                  <strong>{t(`case.agency.${task.agency}`)}</strong>{' '}
                  <span className="quiet">
                    {task.deskName === '' ? t('case.noDesk') : task.deskName} ·{' '}
                    {t(task.isLead ? 'case.lead' : 'case.coHandler')}
                  </span>
                </span>
                <Tag color={task.state === 'done' ? 'green' : task.state === 'open' ? 'red' : 'blue'}>
                  {t(`case.taskState.${task.state}`)}
                </Tag>
              </Flex>
              <p className="quiet task-terms">
                {task.onDuty.length > 0 && <span>{t('case.onDuty', { names: task.onDuty.join('、') })}</span>}
                {steps.map((step) => (
                  <Term key={step} step={step} term={task.deadlines[step]} />
                ))}
                {task.reworkCount > 0 && <span>{t('case.rework', { count: task.reworkCount })}</span>}
                {task.urgedCount > 0 && <span>{t('case.urged', { count: task.urgedCount })}</span>}
              </p>
              {task.feedback.map(({ atMs, by, text }) => (
                <p key={atMs} className="task-feedback">
                  {text} <small className="quiet">{`${dateTime(atMs)} · ${by.name}`}</small>
                </p>
              ))}
              {next !== null && !isResting && (
                <Flex gap="small" wrap>
                  <Button size="small" type="primary" onClick={() => setAsking({ task, kind: 'advance' })}>
                    {t(`case.advance.${next}`)}
                  </Button>
                  <Dropdown
                    trigger={['click']}
                    menu={{
                      items: (['urge', 'transferTask'] as const).map((kind) => ({
                        key: kind,
                        label: t(`case.actions.${kind}`),
                        onClick: () => setAsking({ task, kind }),
                      })),
                    }}
                  >
                    <Button size="small" aria-label={`${t(`case.agency.${task.agency}`)} …`}>
                      …
                    </Button>
                  </Dropdown>
                </Flex>
              )}
            </li>
          );
        })}
      </ul>
      {asking !== null && (
        <TaskDialog asking={asking} isBusy={command.isPending} onCancel={done} onSend={send} />
      )}
    </>
  );
}

function TaskDialog(props: {
  asking: Asking;
  isBusy: boolean;
  onCancel: () => void;
  onSend: (action: CaseAction) => void;
}): ReactNode {
  const { t } = useTranslation();
  const { task, kind } = props.asking;
  const desks = useDesks();
  const { agency } = task;
  const next = nextOf[task.state];
  const common = { isBusy: props.isBusy, onCancel: props.onCancel };
  if (kind === 'transferTask') {
    const others = (desks.data?.items ?? []).filter(
      (desk) => desk.agency === agency && desk.deskId !== task.deskId,
    );
    return (
      <NoteDialog<{ deskId: string }>
        {...common}
        title={t('case.actions.transferTask')}
        isNoteNeeded
        onSubmit={({ deskId, note }) => props.onSend({ kind, agency, deskId, note })}
      >
        <Form.Item
          name="deskId"
          label={t(`case.agency.${agency}`)}
          rules={[{ required: true, message: t('decide.choose') }]}
        >
          <Select options={others.map(({ deskId, name }) => ({ value: deskId, label: name }))} />
        </Form.Item>
      </NoteDialog>
    );
  }
  if (kind === 'urge') {
    return (
      <NoteDialog
        {...common}
        title={t('case.actions.urge')}
        isNoteNeeded
        onSubmit={({ note }) => props.onSend({ kind, agency, note })}
      />
    );
  }
  if (next === null) return null;
  return (
    <NoteDialog
      {...common}
      title={t(`case.advance.${next}`)}
      isNoteNeeded={next === 'feedback'}
      onSubmit={({ note }) => props.onSend({ kind: 'advanceTask', agency, to: next, note })}
    />
  );
}

function Term({ step, term }: { step: TaskStep; term: Deadline }): ReactNode {
  const { t } = useTranslation();
  const name = t(`case.step.${step}`);
  const due = dateTime(term.dueAtMs);
  if (term.doneAtMs !== null) {
    const time = dateTime(term.doneAtMs);
    return term.doneAtMs <= term.dueAtMs ? (
      <span>{t('case.met', { step: name, time })}</span>
    ) : (
      <span className="late">{t('case.lateMet', { step: name, time, due })}</span>
    );
  }
  // The page is drawn anew with every change; a term that runs out in between is told by a notice.
  const isLate = Date.now() > term.dueAtMs;
  return (
    <span className={isLate ? 'late' : ''}>
      {t(isLate ? 'case.late' : 'case.due', { step: name, time: due })}
    </span>
  );
}
