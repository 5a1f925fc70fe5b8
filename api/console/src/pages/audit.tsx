import { Alert, Card, Flex, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AuditEntry } from '../../../../contracts/index.ts';
import { dateTime } from '../format.ts';
import { useAudit } from '../queries.ts';
import { DataTable } from '../shared/data-table.tsx';
import { Failure } from '../shared/failure.tsx';
import { inWords } from '../shared/in-words.ts';
import { Loading } from '../shared/loading.tsx';
import { personName } from '../shared/person-name.ts';

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
      <Card>
        <DataTable<AuditEntry>
          rowKey={(entry) => entry.hash}
          rows={items}
          columns={[
            { title: t('audit.time'), render: ({ atMs }) => dateTime(atMs) },
            { title: t('audit.who'), render: ({ by }) => personName(by) },
            { title: t('audit.unit'), render: ({ by }) => by.unit },
            { title: t('audit.action'), render: ({ action }) => t(`audit.actions.${action}`) },
            { title: t('audit.subject'), render: (entry) => <Subject entry={entry} /> },
            { title: t('audit.reason'), render: ({ reason }) => inWords(reason) },
          ]}
        />
      </Card>
    </Flex>
  );
}

function Subject({ entry: { incidentId, subjectId } }: { entry: AuditEntry }): ReactNode {
  if (incidentId === null) return subjectId;
  return <Link to={`/incidents/${incidentId}`}>{incidentId.slice(0, 8)}</Link>;
}
