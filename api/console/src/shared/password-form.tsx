import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Input, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../../../contracts/index.ts';
import { post } from '../client.ts';
import { keys } from '../queries.ts';
import { errorText } from './failure.tsx';

interface Fields {
  name: string;
  unit: string;
  currentPassword?: string;
  password: string;
}

/** Name, unit and password of the person who is logged in. */
export function PasswordForm(props: {
  session: SessionView;
  onDone: () => void;
  onLater: () => void;
}): ReactNode {
  const { session, onDone, onLater } = props;
  const { t } = useTranslation();
  const client = useQueryClient();
  const needsCurrent = session.openedBy === 'password';
  const save = useMutation({
    mutationFn: ({ name, unit, password, currentPassword }: Fields) =>
      post<SessionView>('/api/password', {
        name,
        unit: unit ?? '',
        password,
        currentPassword: currentPassword ?? null,
      }),
    onSuccess: (view) => {
      client.setQueryData(keys.session, view);
      onDone();
    },
  });
  const required = { required: true, message: t('login.required') };
  const known = session.isPasswordMissing ? { name: '', unit: '' } : session.person;
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      initialValues={known}
      onFinish={(fields) => save.mutate(fields)}
    >
      <Typography.Paragraph type="secondary">{t('password.intro')}</Typography.Paragraph>
      <Form.Item name="name" label={t('login.name')} rules={[required]}>
        <Input autoComplete="username" maxLength={100} autoFocus />
      </Form.Item>
      <Form.Item name="unit" label={t('password.unit')}>
        <Input autoComplete="organization" maxLength={200} placeholder={t('password.unitPlaceholder')} />
      </Form.Item>
      {needsCurrent && (
        <Form.Item name="currentPassword" label={t('password.current')} rules={[required]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
      )}
      <Form.Item
        name="password"
        label={t('password.next')}
        rules={[required, { min: 10, message: t('password.short') }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="repeat"
        label={t('password.repeat')}
        dependencies={['password']}
        rules={[
          required,
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              value === getFieldValue('password')
                ? Promise.resolve()
                : Promise.reject(new Error(t('password.differ'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {save.isError && <Alert type="error" showIcon title={errorText(save.error)} className="form-alert" />}
      <Flex justify="end" gap="small">
        <Button onClick={onLater}>
          {session.isPasswordMissing ? t('password.later') : t('decide.cancel')}
        </Button>
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('password.save')}
        </Button>
      </Flex>
    </Form>
  );
}
