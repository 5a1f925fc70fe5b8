import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Form, Input, Typography } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import type { SessionView } from '../../../../contracts/index.ts';
import { post } from '../client.ts';
import { switchLanguage } from '../i18n/index.ts';
import { keys } from '../queries.ts';
import { errorText } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';

/** The token of a one-time link: `/login#TOKEN`, or `/login?token=TOKEN` where a program cannot open the other. */
function tokenIn({ hash, search }: { hash: string; search: string }): string | null {
  return hash.length > 1 ? hash.slice(1) : new URLSearchParams(search).get('token');
}

export default function Login(): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const location = useLocation();
  const token = tokenIn(location);
  const from = (location.state as { from?: string } | null)?.from ?? '/incidents';
  const enter = (view: SessionView): void => {
    client.setQueryData(keys.session, view);
    void navigate(from, { replace: true });
  };
  const byLink = useMutation({
    // A link works once, so it must be sent once, also where React mounts twice to find mistakes.
    mutationFn: (once: string) => redeemOnce(once),
    onSuccess: enter,
  });
  const byPassword = useMutation({
    mutationFn: (fields: { name: string; password: string }) =>
      post<SessionView>('/api/login/password', fields),
    onSuccess: enter,
  });
  const { mutate } = byLink;
  useEffect(() => {
    if (token === null) return;
    mutate(token);
    // Out of the address bar and the history, used or not.
    void navigate('/login', { replace: true, state: location.state });
  }, [token, mutate, navigate, location.state]);

  const error = byPassword.error ?? byLink.error;
  const required = { required: true, message: t('login.required') };
  return (
    <main className="login-page">
      <Card className="login-card">
        <Flex vertical align="center" gap={4} className="login-brand">
          <img src="/icon.svg" alt="" width={52} height={52} />
          <Typography.Title level={3}>{t('product')}</Typography.Title>
          <Typography.Text type="secondary">{t('productLine')}</Typography.Text>
        </Flex>
        {byLink.isPending || token !== null ? (
          <>
            <Loading />
            <Typography.Paragraph className="centered">{t('login.checking')}</Typography.Paragraph>
          </>
        ) : (
          <Form layout="vertical" requiredMark={false} onFinish={(fields) => byPassword.mutate(fields)}>
            {error !== null && (
              <Alert type="error" showIcon title={errorText(error)} className="form-alert" />
            )}
            <Form.Item name="name" label={t('login.name')} rules={[required]}>
              <Input size="large" autoComplete="username" autoFocus />
            </Form.Item>
            <Form.Item name="password" label={t('login.password')} rules={[required]}>
              <Input.Password size="large" autoComplete="current-password" />
            </Form.Item>
            <Button type="primary" size="large" block htmlType="submit" loading={byPassword.isPending}>
              {t('login.submit')}
            </Button>
            <Typography.Paragraph type="secondary" className="login-hint">
              {t('login.linkHint')}
            </Typography.Paragraph>
          </Form>
        )}
        <Flex justify="center">
          <Button type="link" onClick={() => void switchLanguage()}>
            {t('shell.language')}
          </Button>
        </Flex>
      </Card>
    </main>
  );
}

const redeemed = new Map<string, Promise<SessionView>>();
function redeemOnce(token: string): Promise<SessionView> {
  const sent = redeemed.get(token) ?? post<SessionView>('/api/login/link', { token });
  redeemed.set(token, sent);
  return sent;
}
