import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Form, Input, Modal, Select, Tag, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Agency, Role, UserInvitation, UserView } from '../../../../contracts/index.ts';
import { agencies } from '../case/dispatch-dialog.tsx';
import { post } from '../client.ts';
import { keys, useUsers } from '../queries.ts';
import { DataTable } from '../shared/data-table.tsx';
import { dialogContainer } from '../shared/dialog-container.ts';
import { errorText, Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';

const roles: readonly Role[] = ['dutyOfficer', 'agencyOfficer', 'reviewer', 'analyst', 'operator', 'admin'];

interface Fields {
  name: string;
  unit?: string;
  role: Role;
  agency?: Agency;
}

/** Accounts: one per person, each with a role. */
export default function Users(): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const users = useUsers();
  const [isAdding, setIsAdding] = useState(false);
  const [invitation, setInvitation] = useState<UserInvitation | null>(null);
  const onSettled = (): void => void client.invalidateQueries({ queryKey: keys.users });
  const add = useMutation({
    mutationFn: ({ name, unit = '', role, agency }: Fields) =>
      post<UserInvitation>('/api/users', { name, unit, role, agency: agency ?? null }),
    onSuccess: (made) => {
      setIsAdding(false);
      setInvitation(made);
    },
    onSettled,
  });
  const invite = useMutation({
    mutationFn: (userId: string) => post<UserInvitation>(`/api/users/${userId}/link`),
    onSuccess: setInvitation,
  });
  const change = useMutation({
    mutationFn: ({ userId, isDisabled }: UserView) =>
      post<UserView>(`/api/users/${userId}`, { isDisabled: !isDisabled }),
    onSettled,
  });
  if (users.isPending) return <Loading />;
  if (users.data === undefined) return <Failure error={users.error} retry={() => void users.refetch()} />;
  const failed = change.error ?? invite.error;
  return (
    <Flex vertical gap={16}>
      <Flex justify="space-between" align="center" wrap>
        <Typography.Title level={4} className="page-title">
          {t('case.users.title')}
        </Typography.Title>
        <Button type="primary" onClick={() => setIsAdding(true)}>
          {t('case.users.add')}
        </Button>
      </Flex>
      {failed !== null && <Alert type="warning" showIcon role="alert" title={errorText(failed)} />}
      <Card>
        <DataTable<UserView>
          rowKey={({ userId }) => userId}
          rows={users.data.items}
          columns={[
            { title: t('case.users.name'), render: ({ name }) => name },
            { title: t('case.users.unit'), render: ({ unit }) => unit },
            {
              title: t('case.users.role'),
              render: ({ role, agency }) =>
                agency === null
                  ? t(`case.users.roles.${role}`)
                  : `${t(`case.users.roles.${role}`)} · ${t(`case.agency.${agency}`)}`,
            },
            {
              title: t('case.users.state'),
              render: (user) => (
                <Flex gap={4} align="center" wrap>
                  <Marks user={user} />
                  <Button size="small" onClick={() => invite.mutate(user.userId)} disabled={user.isDisabled}>
                    {t('case.users.link')}
                  </Button>
                  <Button size="small" danger={!user.isDisabled} onClick={() => change.mutate(user)}>
                    {t(user.isDisabled ? 'case.users.enable' : 'case.users.disable')}
                  </Button>
                </Flex>
              ),
            },
          ]}
        />
      </Card>
      {isAdding && (
        <AddDialog
          isBusy={add.isPending}
          failure={add.error === null ? null : errorText(add.error)}
          onCancel={() => setIsAdding(false)}
          onAdd={(fields) => add.mutate(fields)}
        />
      )}
      {invitation !== null && (
        <Modal
          open
          getContainer={dialogContainer}
          title={`${invitation.user.name} · ${t('case.users.link')}`}
          footer={null}
          onCancel={() => setInvitation(null)}
        >
          <Typography.Paragraph copyable code>
            {invitation.loginUrl}
          </Typography.Paragraph>
          <Typography.Paragraph type="secondary">{t('case.users.linkHint')}</Typography.Paragraph>
        </Modal>
      )}
    </Flex>
  );
}

function Marks({ user }: { user: UserView }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {user.isDisabled && <Tag color="red">{t('case.users.disabled')}</Tag>}
      {!user.hasPassword && <Tag>{t('case.users.noPassword')}</Tag>}
    </>
  );
}

function AddDialog(props: {
  isBusy: boolean;
  failure: string | null;
  onCancel: () => void;
  onAdd: (fields: Fields) => void;
}): ReactNode {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const role = Form.useWatch('role', form);
  return (
    <Modal
      open
      getContainer={dialogContainer}
      title={t('case.users.add')}
      okText={t('case.users.add')}
      cancelText={t('decide.cancel')}
      okButtonProps={{ loading: props.isBusy }}
      onOk={() => form.submit()}
      onCancel={props.onCancel}
    >
      {props.failure !== null && <Alert type="warning" showIcon role="alert" title={props.failure} />}
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ role: 'dutyOfficer' }}
        onFinish={props.onAdd}
      >
        <Form.Item
          name="name"
          label={t('case.users.name')}
          rules={[{ required: true, whitespace: true, message: t('login.required') }]}
        >
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="unit" label={t('case.users.unit')}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="role" label={t('case.users.role')}>
          <Select options={roles.map((value) => ({ value, label: t(`case.users.roles.${value}`) }))} />
        </Form.Item>
        {role === 'agencyOfficer' && (
          <Form.Item
            name="agency"
            label={t('case.leadAgency')}
            rules={[{ required: true, message: t('decide.choose') }]}
          >
            <Select options={agencies.map((value) => ({ value, label: t(`case.agency.${value}`) }))} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
