import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Form, Input, Modal, Segmented, Select, Tag, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type {
  ExclusionDecision,
  ExclusionReason,
  ExclusionRequest,
  ExclusionWish,
  FaultTicket,
} from '../../../../contracts/index.ts';
import { post } from '../client.ts';
import { dateTime, districtTimeMs, span } from '../format.ts';
import { keys, useCameras, useExclusions, useFaults } from '../queries.ts';
import { DataTable } from '../shared/data-table.tsx';
import { dialogContainer } from '../shared/dialog-container.ts';
import { errorText, Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';
import { personName } from '../shared/person-name.ts';

const reasons: readonly ExclusionReason[] = [
  'plannedMaintenance',
  'roadWorks',
  'trialRun',
  'gridPowerCut',
  'forceMajeure',
];
const faultStates = ['open', 'repaired', 'all'] as const;

/** What is broken and since when, and what cameras are excused from being judged. */
export default function Upkeep(): ReactNode {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const cameras = useCameras();
  const names = new Map(cameras.data?.items.map(({ camera }) => [camera.cameraId, camera.name]));
  const nameOf = (cameraId: string): string => names.get(cameraId) ?? cameraId;
  return (
    <Flex vertical gap={16}>
      <Flex justify="space-between" align="center" gap="middle" wrap>
        <Typography.Title level={4} className="page-title">
          {t('upkeep.title')}
        </Typography.Title>
        <Link to="/figures">{t('figures.back')}</Link>
      </Flex>
      <Faults nameOf={nameOf} />
      <Exclusions names={names} nameOf={nameOf} wishedFor={search.get('cameraId')} />
    </Flex>
  );
}

function Faults({ nameOf }: { readonly nameOf: (cameraId: string) => string }): ReactNode {
  const { t } = useTranslation();
  const [state, setState] = useState<(typeof faultStates)[number]>('open');
  const faults = useFaults(state);
  return (
    <Card
      title={t('upkeep.faults')}
      extra={
        <Segmented
          aria-label={t('upkeep.faults')}
          value={state}
          onChange={setState}
          options={faultStates.map((value) => ({ value, label: t(`upkeep.faultState.${value}`) }))}
        />
      }
    >
      {faults.isPending && <Loading />}
      {faults.data === undefined && faults.isError && (
        <Failure error={faults.error} retry={() => void faults.refetch()} />
      )}
      {faults.data?.items.length === 0 && <p className="quiet">{t('upkeep.noFaults')}</p>}
      {faults.data !== undefined && faults.data.items.length > 0 && (
        <DataTable<FaultTicket>
          rowKey={({ ticketId }) => ticketId}
          rows={faults.data.items}
          columns={[
            {
              title: t('upkeep.camera'),
              render: ({ cameraId }) => <Link to={`/figures/cameras/${cameraId}`}>{nameOf(cameraId)}</Link>,
            },
            {
              title: t('upkeep.fault'),
              render: ({ kind }) => t(`upkeep.faultKind.${kind as 'offline'}`, { defaultValue: kind }),
            },
            { title: t('upkeep.occurred'), render: ({ occurredAtMs }) => dateTime(occurredAtMs) },
            { title: t('upkeep.detected'), render: ({ detectedAtMs }) => dateTime(detectedAtMs) },
            { title: t('upkeep.repaired'), render: (fault) => <Repair fault={fault} /> },
          ]}
        />
      )}
    </Card>
  );
}

/** When it was repaired, and whether within its hours. */
function Repair({ fault }: { readonly fault: FaultTicket }): ReactNode {
  const { t } = useTranslation();
  const { detectedAtMs, repairedAtMs, limitHours } = fault;
  const limitAtMs = detectedAtMs + limitHours * 3_600_000;
  const isLate = (repairedAtMs ?? Date.now()) > limitAtMs;
  return (
    <>
      {repairedAtMs === null ? t('upkeep.until', { time: dateTime(limitAtMs) }) : dateTime(repairedAtMs)}{' '}
      {isLate && <Tag color="red">{t('upkeep.late')}</Tag>}
    </>
  );
}

const stateColor = { pending: 'gold', approved: 'green', refused: 'default' } as const;

function Exclusions({
  names,
  nameOf,
  wishedFor,
}: {
  readonly names: ReadonlyMap<string, string>;
  readonly nameOf: (cameraId: string) => string;
  /** Camera for which the page was opened to ask. */
  readonly wishedFor: string | null;
}): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const exclusions = useExclusions();
  const [isAsking, setIsAsking] = useState(wishedFor !== null);
  const decide = useMutation({
    mutationFn: ({ requestId, decision }: { requestId: string; decision: ExclusionDecision['decision'] }) =>
      post<ExclusionRequest>(`/api/exclusions/${requestId}/decision`, { decision }),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.exclusions }),
  });
  return (
    <Card
      title={t('upkeep.exclusions')}
      extra={<Button onClick={() => setIsAsking(true)}>{t('upkeep.ask')}</Button>}
    >
      <p className="quiet">{t('upkeep.exclusionRules')}</p>
      {decide.error !== null && (
        <Alert type="warning" showIcon role="alert" title={errorText(decide.error)} />
      )}
      {exclusions.data === undefined && exclusions.isError && (
        <Failure error={exclusions.error} retry={() => void exclusions.refetch()} />
      )}
      {exclusions.data?.items.length === 0 && <p className="quiet">{t('upkeep.noExclusions')}</p>}
      {exclusions.data !== undefined && exclusions.data.items.length > 0 && (
        <DataTable<ExclusionRequest>
          rowKey={({ requestId }) => requestId}
          rows={exclusions.data.items}
          columns={[
            { title: t('upkeep.camera'), render: ({ cameraId }) => nameOf(cameraId) },
            {
              title: t('upkeep.window'),
              render: ({ fromMs, toMs }) => (
                <>
                  {dateTime(fromMs)} — {dateTime(toMs)} <small className="quiet">{span(toMs - fromMs)}</small>
                </>
              ),
            },
            {
              title: t('upkeep.reason'),
              render: ({ reason, evidence, note }) => (
                <>
                  {t(`upkeep.reasons.${reason}`)} {evidence}
                  {note !== '' && <p className="quiet">{note}</p>}
                </>
              ),
            },
            { title: t('upkeep.askedBy'), render: ({ askedBy }) => personName(askedBy) },
            {
              title: t('upkeep.state'),
              render: ({ requestId, state, decidedBy }) => (
                <Flex gap={4} align="center" wrap>
                  <Tag color={stateColor[state]}>{t(`upkeep.states.${state}`)}</Tag>
                  {decidedBy !== null && <small className="quiet">{personName(decidedBy)}</small>}
                  {state === 'pending' &&
                    (['approved', 'refused'] as const).map((decision) => (
                      <Button
                        key={decision}
                        size="small"
                        loading={decide.isPending}
                        onClick={() => decide.mutate({ requestId, decision })}
                      >
                        {t(`upkeep.decide.${decision}`)}
                      </Button>
                    ))}
                </Flex>
              ),
            },
          ]}
        />
      )}
      {isAsking && <AskDialog names={names} cameraId={wishedFor} onClose={() => setIsAsking(false)} />}
    </Card>
  );
}

interface Fields {
  readonly cameraId: string;
  readonly from: string;
  readonly to: string;
  readonly reason: ExclusionReason;
  readonly evidence?: string;
  readonly note?: string;
}

function AskDialog({
  names,
  cameraId,
  onClose,
}: {
  readonly names: ReadonlyMap<string, string>;
  readonly cameraId: string | null;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const ask = useMutation({
    mutationFn: ({ from, to, evidence = '', note = '', ...wish }: Fields) => {
      const body: ExclusionWish = {
        ...wish,
        fromMs: districtTimeMs(from),
        toMs: districtTimeMs(to),
        evidence,
        note,
      };
      return post<ExclusionRequest>('/api/exclusions', body);
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.exclusions });
      onClose();
    },
  });
  const needed = [{ required: true, message: t('login.required') }];
  return (
    <Modal
      open
      getContainer={dialogContainer}
      title={t('upkeep.askTitle')}
      okText={t('upkeep.send')}
      cancelText={t('decide.cancel')}
      okButtonProps={{ loading: ask.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {ask.error !== null && <Alert type="warning" showIcon role="alert" title={errorText(ask.error)} />}
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ reason: 'plannedMaintenance', ...(cameraId === null ? {} : { cameraId }) }}
        onFinish={(fields) => ask.mutate(fields)}
      >
        <Form.Item name="cameraId" label={t('upkeep.camera')} rules={needed}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={[...names].map(([value, name]) => ({ value, label: `${name} ${value}` }))}
          />
        </Form.Item>
        <Form.Item name="reason" label={t('upkeep.reason')}>
          <Select options={reasons.map((value) => ({ value, label: t(`upkeep.reasons.${value}`) }))} />
        </Form.Item>
        <Form.Item name="from" label={t('upkeep.from')} rules={needed}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="to" label={t('upkeep.to')} rules={needed}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="evidence" label={t('upkeep.evidence')}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="note" label={t('upkeep.note')}>
          <Input.TextArea maxLength={2_000} rows={2} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
