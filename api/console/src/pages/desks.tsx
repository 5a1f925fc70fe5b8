import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Empty, Flex, Tag, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeskView, WebhookStatus } from '../../../../contracts/index.ts';
import { post } from '../client.ts';
import { dateTime } from '../format.ts';
import { keys, useDesks } from '../queries.ts';
import { errorText, Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';

/** Which desks there are, who is on duty, and whether an alert would reach them. */
export default function Desks(): ReactNode {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const desks = useDesks();
  const selfTest = useMutation({
    mutationFn: () => post<{ askedCount: number }>('/api/desks/self-test'),
    onSuccess: ({ askedCount }) => {
      void message.success(t('case.desks.tested', { count: askedCount }));
      // Answers take a moment; the list is asked again when most are there.
      setTimeout(() => void client.invalidateQueries({ queryKey: keys.desks }), 2_000);
    },
    onError: (error) => void message.error(errorText(error)),
  });
  if (desks.isPending) return <Loading />;
  if (desks.data === undefined) return <Failure error={desks.error} retry={() => void desks.refetch()} />;
  const { items } = desks.data;
  return (
    <Flex vertical gap={16}>
      <Flex justify="space-between" align="center" wrap>
        <Typography.Title level={4} className="page-title">
          {t('case.desks.title')}
        </Typography.Title>
        <Button
          loading={selfTest.isPending}
          disabled={items.every(({ webhooks }) => webhooks.length === 0)}
          onClick={() => selfTest.mutate()}
        >
          {t('case.desks.test')}
        </Button>
      </Flex>
      {items.length === 0 && <Empty description={t('case.desks.none')} />}
      {items.map((desk) => (
        <Desk key={desk.deskId} desk={desk} />
      ))}
    </Flex>
  );
}

function Desk({ desk }: { desk: DeskView }): ReactNode {
  const { t } = useTranslation();
  return (
    <Card title={`${desk.name} · ${t(`case.agency.${desk.agency}`)}`}>
      <p>
        {t('case.desks.onDutyNow')}:{' '}
        {desk.onDuty.length === 0 ? t('case.desks.nobody') : desk.onDuty.join('、')}
      </p>
      <ul className="plain-list">
        {desk.webhooks.map((webhook) => (
          <Webhook key={webhook.webhookId} webhook={webhook} />
        ))}
      </ul>
    </Card>
  );
}

function Webhook({ webhook }: { webhook: WebhookStatus }): ReactNode {
  const { t } = useTranslation();
  const { lastSelfTestOkAtMs, queuedCount, deadLetteredCount, lastError } = webhook;
  return (
    <li className="evidence-line">
      <span>
        {t('case.desks.webhook')}: <strong>{webhook.webhookId}</strong> ({webhook.format})
        {lastError !== '' && <small className="late"> {lastError}</small>}
      </span>
      <span>
        {t('case.desks.lastSelfTest')}{' '}
        {lastSelfTestOkAtMs === null ? t('case.desks.never') : dateTime(lastSelfTestOkAtMs)}{' '}
        {queuedCount > 0 && <Tag color="gold">{t('case.desks.queued', { count: queuedCount })}</Tag>}
        {deadLetteredCount > 0 && <Tag color="red">{t('case.desks.dead', { count: deadLetteredCount })}</Tag>}
      </span>
    </li>
  );
}
