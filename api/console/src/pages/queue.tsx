import { EnvironmentOutlined, LinkOutlined, PictureOutlined } from '@ant-design/icons';
import { Button, Empty, Flex, Segmented, Tag, Typography } from 'antd';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { IncidentState, IncidentSummary } from '../../../../contracts/index.ts';
import { mediaUrl } from '../client.ts';
import { clockTime, dateTime, wholePercent } from '../format.ts';
import { useHotkeys } from '../hotkeys.ts';
import { useLive } from '../live.tsx';
import { useIncidents } from '../queries.ts';
import { Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';
import { openStates, StateTag } from '../shared/state-tag.tsx';

const filters: Readonly<Record<'all' | 'open' | 'decided' | 'rejected', readonly IncidentState[]>> = {
  all: [],
  open: openStates,
  decided: [
    'registered',
    'dispatched',
    'acknowledged',
    'arrived',
    'handling',
    'feedback',
    'verified',
    'closed',
  ],
  rejected: ['rejected'],
};
type Filter = keyof typeof filters;
const isFilter = (text: string | null): text is Filter => text !== null && text in filters;

export default function Queue(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { freshIds } = useLive();
  const [search, setSearch] = useSearchParams();
  const chosen = search.get('show');
  const filter: Filter = isFilter(chosen) ? chosen : 'all';
  const queue = useIncidents(filters[filter]);
  const items = useMemo(() => queue.data?.pages.flatMap((page) => page.items) ?? [], [queue.data]);
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const selected = items.findIndex((item) => item.incidentId === selectedId);

  const keys = useMemo(() => {
    const move = (step: number): void => {
      const next = items[Math.max(0, Math.min(items.length - 1, selected + step))];
      if (next !== undefined) setSelectedId(next.incidentId);
    };
    return {
      j: () => move(1),
      k: () => move(-1),
      Enter: () => {
        if (selectedId !== null) void navigate(`/incidents/${selectedId}`);
      },
    };
  }, [items, selected, selectedId, navigate]);
  useHotkeys(keys);

  return (
    <>
      <Flex justify="space-between" align="center" gap="middle" wrap className="page-head">
        <Typography.Title level={4} className="page-title">
          {t('queue.title')}
        </Typography.Title>
        <Flex gap="middle" align="center" wrap>
          <Typography.Text type="secondary" className="keys-hint">
            {t('queue.keys')}
          </Typography.Text>
          <Segmented<Filter>
            aria-label={t('queue.filter')}
            value={filter}
            onChange={(next) => setSearch(next === 'all' ? {} : { show: next }, { replace: true })}
            options={(Object.keys(filters) as Filter[]).map((name) => ({
              value: name,
              label: t(`queue.${name}`),
            }))}
          />
        </Flex>
      </Flex>
      {queue.isPending && <Loading />}
      {queue.isError && queue.data === undefined && (
        <Failure error={queue.error} retry={() => void queue.refetch()} />
      )}
      {queue.data !== undefined && items.length === 0 && (
        <Empty className="empty" description={<strong>{t('queue.empty')}</strong>}>
          <Typography.Text type="secondary">{t('queue.emptyHint')}</Typography.Text>
        </Empty>
      )}
      <ul className="queue" aria-label={t('queue.title')}>
        {items.map((item) => (
          <QueueLine
            key={item.incidentId}
            item={item}
            isFresh={freshIds.has(item.incidentId)}
            isSelected={item.incidentId === selectedId}
          />
        ))}
      </ul>
      {queue.hasNextPage && (
        <Flex justify="center">
          <Button onClick={() => void queue.fetchNextPage()} loading={queue.isFetchingNextPage}>
            {t('queue.more')}
          </Button>
        </Flex>
      )}
    </>
  );
}

function QueueLine(props: { item: IncidentSummary; isFresh: boolean; isSelected: boolean }): ReactNode {
  const { item, isFresh, isSelected } = props;
  const { t } = useTranslation();
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (isSelected) link.current?.focus();
  }, [isSelected]);
  const kind = t(`kind.${item.kind}`);
  const { linkedRecordCount, suggestedRecordCount } = item;
  return (
    <li className={isFresh ? 'queue-line queue-line-fresh' : 'queue-line'}>
      <Link ref={link} to={`/incidents/${item.incidentId}`} className="queue-link">
        <Thumbnail item={item} alt={t('queue.stillOf', { kind })} />
        <div className="queue-body">
          <Flex gap="small" align="center" wrap>
            <strong className="queue-kind">{kind}</strong>
            <StateTag state={item.state} />
            {isFresh && <Tag color="volcano">{t('queue.fresh')}</Tag>}
          </Flex>
          <div className="queue-camera">{item.cameraName ?? item.cameraIds[0]}</div>
          <div className="queue-place">
            <EnvironmentOutlined aria-hidden /> {item.address ?? t('queue.noAddress')}
          </div>
        </div>
        <div className="queue-side">
          <time dateTime={new Date(item.raisedAtMs).toISOString()} title={dateTime(item.raisedAtMs)}>
            <b>{clockTime(item.raisedAtMs)}</b>
            <span>{dateTime(item.raisedAtMs).split(/,? /)[0]}</span>
          </time>
          <span>{t('queue.confidence', { value: wholePercent(item.confidence) })}</span>
          <span className={linkedRecordCount > 0 ? 'queue-records' : 'queue-records-none'}>
            <LinkOutlined aria-hidden />{' '}
            {linkedRecordCount > 0 ? t('queue.records', { count: linkedRecordCount }) : t('queue.noRecords')}
            {suggestedRecordCount > 0 && ` · ${t('queue.suggested', { count: suggestedRecordCount })}`}
          </span>
        </div>
      </Link>
    </li>
  );
}

function Thumbnail({ item, alt }: { item: IncidentSummary; alt: string }): ReactNode {
  const { t } = useTranslation();
  if (item.thumbnailMediaId === null) {
    return (
      <span className="queue-still queue-still-none" role="img" aria-label={t('queue.noStill')}>
        <PictureOutlined aria-hidden />
      </span>
    );
  }
  return (
    <img
      className="queue-still"
      src={mediaUrl(item.thumbnailMediaId, item.incidentId)}
      alt={alt}
      loading="lazy"
    />
  );
}
