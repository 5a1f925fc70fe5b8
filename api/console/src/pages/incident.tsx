import { ArrowLeftOutlined, DownOutlined, SafetyCertificateOutlined, UpOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Col, Flex, Result, Row, Tabs, Typography } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { Incident } from '../../../../contracts/index.ts';
import { RequestFailed } from '../client.ts';
import { useHotkeys } from '../hotkeys.ts';
import { CasePanel } from '../case/case-panel.tsx';
import { Clip } from '../incident/clip.tsx';
import { Decision } from '../incident/decision.tsx';
import { Facts } from '../incident/facts.tsx';
import { MomentLine } from '../incident/moment-line.tsx';
import { Records } from '../incident/records.tsx';
import { Background } from '../incident/background.tsx';
import { Stills } from '../incident/stills.tsx';
import { History } from '../incident/history.tsx';
import { RoutePanel } from '../vehicle-route/route-panel.tsx';
import { Trace } from '../incident/trace.tsx';
import { dateTime } from '../format.ts';
import { useFootageDeletion, useIncident, useIncidents } from '../queries.ts';
import { Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';
import { StateTag } from '../shared/state-tag.tsx';

export default function IncidentPage(): ReactNode {
  const { incidentId = '' } = useParams();
  const { t } = useTranslation();
  const incident = useIncident(incidentId);
  const neighbours = useNeighbours(incidentId);
  useHotkeys(neighbours.keys);

  if (incident.isPending) return <Loading />;
  if (incident.error instanceof RequestFailed && [400, 404].includes(incident.error.status)) {
    return <Result status="404" title={t('incident.missing')} extra={<BackLink />} />;
  }
  if (incident.data === undefined) {
    return <Failure error={incident.error} retry={() => void incident.refetch()} />;
  }
  return (
    <>
      <Flex justify="space-between" align="center" gap="small" wrap className="page-head">
        <Flex gap="small" align="center" wrap>
          <BackLink />
          <Typography.Title level={4} className="page-title">
            {t(`kind.${incident.data.kind}`)}
          </Typography.Title>
          <StateTag state={incident.data.state} />
          <Typography.Text type="secondary">
            {t('incident.version', { version: incident.data.version })}
          </Typography.Text>
        </Flex>
        <Flex gap="small">
          <Button
            icon={<UpOutlined />}
            disabled={neighbours.keys.k === undefined}
            onClick={neighbours.keys.k}
          >
            {t('incident.previous')}
          </Button>
          <Button
            icon={<DownOutlined />}
            disabled={neighbours.keys.j === undefined}
            onClick={neighbours.keys.j}
          >
            {t('incident.next')}
          </Button>
        </Flex>
      </Flex>
      <IncidentView key={incidentId} incident={incident.data} />
    </>
  );
}

function BackLink(): ReactNode {
  const { t } = useTranslation();
  return (
    <Link to="/incidents" className="back-link" aria-label={t('incident.back')} title={t('incident.back')}>
      <ArrowLeftOutlined />
    </Link>
  );
}

/** The lines above and below in the queue. */
function useNeighbours(incidentId: string): {
  keys: { j: (() => void) | undefined; k: (() => void) | undefined };
} {
  const navigate = useNavigate();
  const { data } = useIncidents([]);
  const keys = useMemo(() => {
    const ids = data?.pages.flatMap((page) => page.items.map((item) => item.incidentId)) ?? [];
    const at = ids.indexOf(incidentId);
    const go = (id: string | undefined): (() => void) | undefined =>
      id === undefined ? undefined : () => void navigate(`/incidents/${id}`);
    return { j: at === -1 ? undefined : go(ids[at + 1]), k: at > 0 ? go(ids[at - 1]) : undefined };
  }, [data, incidentId, navigate]);
  return { keys };
}

function IncidentView({ incident }: { incident: Incident }): ReactNode {
  const { t } = useTranslation();
  const { events, incidentId } = incident;
  return (
    <Row gutter={[16, 16]}>
      <Col xs={24} lg={15} xxl={16}>
        <Flex vertical gap={16}>
          {events.length <= 1 ? (
            events.map((event) => <Evidence key={event.eventId} event={event} incident={incident} />)
          ) : (
            <Tabs
              type="card"
              items={events.map((event, index) => ({
                key: event.eventId,
                label: `${t('incident.event', { number: index + 1 })} · ${t(`kind.${event.kind}`)}`,
                children: <Evidence event={event} incident={incident} />,
              }))}
            />
          )}
          <RoutePanel incident={incident} />
        </Flex>
      </Col>
      <Col xs={24} lg={9} xxl={8}>
        <Flex vertical gap={16}>
          <Decision incident={incident} />
          <CasePanel incident={incident} />
          <Facts incident={incident} />
          <Background incidentId={incidentId} kind={incident.kind} />
          <Records links={incident.records} />
          <Card title={t('incident.timeline')}>
            <History timeline={incident.timeline} bases={incident.penaltyCase?.legalBases ?? []} />
          </Card>
          <Typography.Paragraph type="secondary" className="audit-hint">
            <SafetyCertificateOutlined aria-hidden /> {t('incident.audit')}
          </Typography.Paragraph>
        </Flex>
      </Col>
    </Row>
  );
}

function Evidence({ event, incident }: { event: Incident['events'][number]; incident: Incident }): ReactNode {
  const { t } = useTranslation();
  const { incidentId } = incident;
  const deletion = useFootageDeletion(incident).data ?? null;
  return (
    <Flex vertical gap={16}>
      <Card title={t('incident.stills')} extra={<span className="masked">{t('incident.masked')}</span>}>
        {deletion === null ? (
          <Stills event={event} incidentId={incidentId} />
        ) : (
          <Alert
            type="info"
            showIcon
            title={t('incident.footageDeleted', {
              time: dateTime(deletion.deletedAtMs ?? deletion.lastNeededAtMs),
              days: deletion.keptDays,
            })}
          />
        )}
        <MomentLine event={event} />
      </Card>
      {deletion === null && (
        <Card title={t('incident.clip')} extra={<span className="masked">{t('incident.masked')}</span>}>
          <Clip event={event} incidentId={incidentId} />
        </Card>
      )}
      <Card title={t('incident.trace')} extra={<span className="masked">{t('incident.traceHint')}</span>}>
        <Trace event={event} />
      </Card>
    </Flex>
  );
}
