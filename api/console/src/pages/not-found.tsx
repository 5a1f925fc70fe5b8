import { Button, Result } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

export default function NotFound(): ReactNode {
  const { t } = useTranslation();
  return (
    <Result
      status="404"
      title={t('error.notFoundTitle')}
      extra={
        <Link to="/incidents">
          <Button type="primary">{t('incident.back')}</Button>
        </Link>
      }
    />
  );
}
