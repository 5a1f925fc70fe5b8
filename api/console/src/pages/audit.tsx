import { Alert, Flex, Table, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AuditEntry } from '../../../../contracts/index.ts';
import { dateTime } from '../format.ts';
import { useAudit } from '../queries.ts';
import { Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';

/** Who looked at what and who decided what, and whether the register is what was written. */
export default function Audit(): ReactNode {
  const { t } = useTranslation();
  const audit = useAudit();
  if (audit.isPending) return <Loading />;
  if (audit.data === undefined) return <Failure error={audit.error} retry={() => void audit.refetch()} />;
  const { items, verification } = audit.data;
  return (
    <Flex vertical gap={16}>
      <Typography.Title level={4} className="page-title">
        {t('audit.title')}
      </Typography.Title>
      {verification.isIntact ? (
        <Alert type="success" showIcon title={t('audit.intact', { count: verification.checkedEntries })} />
      ) : (
        <Alert
          type="error"
          showIcon
          title={t('audit.broken')}
          description={verification.broken.map(({ chainId, sequence, because }) => (
            <div key={`${chainId} ${sequence} ${because}`}>
              {t('audit.brokenAt', { chain: chainId, sequence, because: t(`audit.because.${because}`) })}
            </div>
          ))}
        />
      )}
      <Table<AuditEntry>
        size="small"
        rowKey={(entry) => entry.hash}
        dataSource={items}
        scroll={{ x: 'max-content' }}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: t('audit.time'), dataIndex: 'atMs', render: dateTime },
          { title: t('audit.who'), render: (_, { by }) => by.name },
          { title: t('audit.unit'), render: (_, { by }) => by.unit },
          { title: t('audit.action'), render: (_, { action }) => t(`audit.actions.${action}`) },
          {
            title: t('audit.subject'),
            render: (_, { incidentId, subjectId }) =>
              incidentId === null ? (
                subjectId
              ) : (
                <Link to={`/incidents/${incidentId}`}>{incidentId.slice(0, 8)}</Link>
              ),
          },
          { title: t('audit.reason'), dataIndex: 'reason' },
        ]}
      />
    </Flex>
  );
}
