import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Form, Input, Modal, Tag, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Incident, SuppressedEvent, SuppressedEventList } from '../../../../contracts/index.ts';
import { lookUrl, post } from '../client.ts';
import { dateTime, wholePercent } from '../format.ts';
import { keys, useCameras, useSuppressed } from '../queries.ts';
import { DataTable } from '../shared/data-table.tsx';
import { dialogContainer } from '../shared/dialog-container.ts';
import { errorText, Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';

type Item = SuppressedEventList['items'][number];

/** What zones kept from the queue, with its still: an officer may make an alert of it. */
export default function Suppressed(): ReactNode {
  const { t } = useTranslation();
  const suppressed = useSuppressed();
  const cameras = useCameras();
  const [asking, setAsking] = useState<SuppressedEvent | null>(null);
  if (suppressed.isPending) return <Loading />;
  if (suppressed.data === undefined)
    return <Failure error={suppressed.error} retry={() => void suppressed.refetch()} />;
  const nameOf = (cameraId: string): string =>
    cameras.data?.items.find(({ camera }) => camera.cameraId === cameraId)?.camera.name ?? cameraId;
  return (
    <Flex vertical gap={16}>
      <Typography.Title level={4} className="page-title">
        {t('suppressed.title')}
      </Typography.Title>
      <Typography.Text type="secondary">{t('suppressed.intro')}</Typography.Text>
      <Card>
        {suppressed.data.items.length === 0 ? (
          <p className="quiet">{t('suppressed.empty')}</p>
        ) : (
          <DataTable<Item>
            rowKey={({ event }) => event.eventId}
            rows={suppressed.data.items}
            columns={[
              {
                title: t('suppressed.still'),
                render: ({ event, footageDeletedAtMs }) => (
                  <Still event={event} isThere={footageDeletedAtMs === null} />
                ),
              },
              { title: t('suppressed.time'), render: ({ event }) => dateTime(event.raisedAtMs) },
              { title: t('suppressed.kind'), render: ({ event }) => t(`kind.${event.kind}`) },
              { title: t('suppressed.camera'), render: ({ event }) => nameOf(event.cameraId) },
              {
                title: t('suppressed.because'),
                render: ({ event: { suppression } }) => (
                  <>
                    <Tag>{t(`suppressed.reasons.${suppression.because}`)}</Tag> {suppression.zoneId}
                  </>
                ),
              },
              {
                title: t('suppressed.confidence'),
                isNumeric: true,
                render: ({ event }) => wholePercent(event.confidence),
              },
              {
                title: t('suppressed.alert'),
                render: ({ event, incidentId, footageDeletedAtMs }) => {
                  if (incidentId !== null)
                    return <Link to={`/incidents/${incidentId}`}>{t('suppressed.raised')}</Link>;
                  if (footageDeletedAtMs !== null) {
                    const time = dateTime(footageDeletedAtMs);
                    return <span className="quiet">{t('suppressed.footageDeleted', { time })}</span>;
                  }
                  return (
                    <Button size="small" onClick={() => setAsking(event)}>
                      {t('suppressed.raise')}
                    </Button>
                  );
                },
              },
            ]}
          />
        )}
      </Card>
      {asking !== null && <RaiseDialog event={asking} onClose={() => setAsking(null)} />}
    </Flex>
  );
}

function Still({ event: { media, kind }, isThere }: { event: SuppressedEvent; isThere: boolean }): ReactNode {
  const { t } = useTranslation();
  const still =
    media.find(({ role, isMasked }) => isMasked && role === 'after') ??
    media.find(({ isMasked }) => isMasked);
  if (still === undefined || !isThere) return <span className="quiet">{t('queue.noStill')}</span>;
  return (
    <img
      className="suppressed-still"
      src={lookUrl(still.mediaId)}
      alt={t('queue.stillOf', { kind: t(`kind.${kind}`) })}
    />
  );
}

function RaiseDialog({ event, onClose }: { event: SuppressedEvent; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [form] = Form.useForm<{ note?: string }>();
  const raise = useMutation({
    mutationFn: ({ note = '' }: { note?: string }) =>
      post<Incident>(`/api/suppressed-events/${event.eventId}/raise`, { note }),
    onSuccess: async ({ incidentId }) => {
      void client.invalidateQueries({ queryKey: keys.suppressed });
      void client.invalidateQueries({ queryKey: keys.incidents });
      await navigate(`/incidents/${incidentId}`);
    },
  });
  return (
    <Modal
      open
      getContainer={dialogContainer}
      title={t('suppressed.raiseTitle')}
      okText={t('suppressed.raise')}
      cancelText={t('decide.cancel')}
      okButtonProps={{ loading: raise.isPending, autoFocus: true }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" onFinish={(fields) => raise.mutate(fields)}>
        <Form.Item name="note" label={t('suppressed.note')}>
          <Input.TextArea maxLength={2_000} rows={3} />
        </Form.Item>
      </Form>
      {raise.error !== null && <p role="alert">{errorText(raise.error)}</p>}
    </Modal>
  );
}
