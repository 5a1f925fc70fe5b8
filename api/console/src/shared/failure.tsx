import { Button, Result } from 'antd';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RequestFailed } from '../client.ts';
import { inWords } from './in-words.ts';

/** Codes that say little without what was found. */
const explained: ReadonlySet<string> = new Set(['BAD_REQUEST', 'COMMAND_REFUSED', 'PERMISSION_DENIED']);

/** What went wrong, in the language of the page where the code is known, else in the API's own words. */
export function errorText(error: unknown): string {
  if (!(error instanceof RequestFailed)) return error instanceof Error ? error.message : String(error);
  const { code, message } = error.body;
  const what = i18next.t(`error.${code as 'other'}`, { defaultValue: message, message });
  return explained.has(code) && message !== what ? `${what} ${inWords(message)}` : what;
}

export function Failure({ error, retry }: { error: unknown; retry: () => void }): ReactNode {
  const { t } = useTranslation();
  const code = error instanceof RequestFailed ? t('error.code', { code: error.body.code }) : '';
  return (
    <Result
      status="warning"
      title={t('error.title')}
      subTitle={`${errorText(error)} ${code}`}
      extra={
        <Button type="primary" onClick={retry}>
          {t('error.retry')}
        </Button>
      }
    />
  );
}
