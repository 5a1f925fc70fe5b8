import {
  AlertOutlined,
  BarChartOutlined,
  DownOutlined,
  FileProtectOutlined,
  GlobalOutlined,
  PhoneOutlined,
  RetweetOutlined,
  TeamOutlined,
  StopOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Dropdown, Layout, Modal, Space, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, useNavigate } from 'react-router';
import type { SessionView } from '../../../contracts/index.ts';
import { isLoggedOut, post } from './client.ts';
import { dateTime } from './format.ts';
import { switchLanguage } from './i18n/index.ts';
import { useLive } from './live.tsx';
import { dialogContainer } from './shared/dialog-container.ts';
import { PasswordForm } from './shared/password-form.tsx';

const putOffKey = 'sharp-eyes.password-later';

/** Asked once per tab; the banner stays. */
function wasPutOff(): boolean {
  try {
    return sessionStorage.getItem(putOffKey) !== null;
  } catch {
    // Storage may be forbidden; then it is asked on every load.
    return false;
  }
}

function putOff(): void {
  try {
    sessionStorage.setItem(putOffKey, '1');
  } catch {
    // As above.
  }
}

/** Header, notices and the page in between. */
export function Shell({ session, children }: { session: SessionView; children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [isPasswordOpen, setIsPasswordOpen] = useState(session.isPasswordMissing && !wasPutOff());
  const later = (): void => {
    putOff();
    setIsPasswordOpen(false);
  };
  return (
    <Layout className="shell">
      <a className="skip-link" href="#content">
        {t('shell.skip')}
      </a>
      <Layout.Header className="header">
        <Link to="/incidents" className="brand">
          <img src="/icon.svg" alt="" width={28} height={28} />
          <span>{t('product')}</span>
          <small>{t('productLine')}</small>
        </Link>
        <nav className="nav">
          <Entry to="/incidents" icon={<AlertOutlined />} text={t('nav.queue')} />
          <Entry to="/suppressed" icon={<StopOutlined />} text={t('nav.suppressed')} />
          <Entry to="/figures" icon={<BarChartOutlined />} text={t('nav.figures')} />
          <Entry to="/closed-loop" icon={<RetweetOutlined />} text={t('case.loop.nav')} />
          <Entry to="/desks" icon={<PhoneOutlined />} text={t('case.desks.nav')} />
          {['admin', 'reviewer'].includes(session.role) && (
            <Entry to="/audit" icon={<FileProtectOutlined />} text={t('nav.audit')} />
          )}
          {session.role === 'admin' && (
            <Entry to="/users" icon={<TeamOutlined />} text={t('case.users.nav')} />
          )}
        </nav>
        <Space size={4} className="header-tools">
          <LiveMark />
          <Button
            type="text"
            icon={<GlobalOutlined />}
            onClick={() => void switchLanguage()}
            className="on-dark"
          >
            {t('shell.language')}
          </Button>
          <Account session={session} onPassword={() => setIsPasswordOpen(true)} />
        </Space>
      </Layout.Header>
      {session.isPasswordMissing && (
        <Alert
          banner
          type="warning"
          title={t('password.missing')}
          action={
            <Button size="small" onClick={() => setIsPasswordOpen(true)}>
              {t('password.set')}
            </Button>
          }
        />
      )}
      <Layout.Content id="content" className="content" tabIndex={-1}>
        {children}
      </Layout.Content>
      <Announcer />
      <Modal
        open={isPasswordOpen}
        title={t('password.title')}
        footer={null}
        destroyOnHidden
        getContainer={dialogContainer}
        onCancel={later}
      >
        <PasswordForm
          session={session}
          onLater={later}
          onDone={() => {
            setIsPasswordOpen(false);
            void message.success(t('password.saved'));
          }}
        />
      </Modal>
    </Layout>
  );
}

/** Where the screen is narrow only the icon shows; the name stays for those who hear it or point at it. */
function Entry({ to, icon, text }: { to: string; icon: ReactNode; text: string }): ReactNode {
  return (
    <NavLink to={to} aria-label={text} title={text}>
      {icon} <span>{text}</span>
    </NavLink>
  );
}

function LiveMark(): ReactNode {
  const { t } = useTranslation();
  const { isConnected } = useLive();
  const text = isConnected ? t('shell.live') : t('shell.notLive');
  return (
    <Tooltip title={text}>
      <span className={isConnected ? 'live-mark' : 'live-mark live-mark-off'} role="status">
        <i aria-hidden /> <span>{text}</span>
      </span>
    </Tooltip>
  );
}

function Account({ session, onPassword }: { session: SessionView; onPassword: () => void }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const logout = useMutation({
    mutationFn: () => post('/api/logout'),
    // Somebody whose session has ended meanwhile is logged out as well.
    onSettled: async (_done, error) => {
      if (error !== null && !isLoggedOut(error)) return;
      client.clear();
      await navigate('/login');
    },
  });
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'password', label: t('shell.changePassword'), onClick: onPassword },
          { key: 'logout', label: t('shell.logout'), onClick: () => logout.mutate() },
        ],
      }}
    >
      <Button type="text" className="on-dark" icon={<UserOutlined />} aria-label={t('shell.menu')}>
        <span className="account-name">
          {session.isPasswordMissing ? t('shell.menu') : session.person.name}
        </span>
        <DownOutlined className="account-arrow" />
      </Button>
    </Dropdown>
  );
}

/** Tells those who do not see the queue that an alert came in. */
function Announcer(): ReactNode {
  const { t } = useTranslation();
  const { newest } = useLive();
  return (
    <div className="visually-hidden" aria-live="assertive" data-testid="announcer">
      {newest !== null &&
        t('queue.announce', {
          kind: t(`kind.${newest.kind}`),
          camera: newest.cameraName ?? newest.cameraIds[0] ?? '',
          time: dateTime(newest.raisedAtMs),
        })}
    </div>
  );
}
