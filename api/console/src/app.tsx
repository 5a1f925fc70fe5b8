import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/es/locale/en_US';
import zhCN from 'antd/es/locale/zh_CN';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, Route, Routes, useLocation } from 'react-router';
import { isLoggedOut } from './client.ts';
import { currentLanguage } from './i18n/index.ts';
import { LiveProvider } from './live.tsx';
import { useSession } from './queries.ts';
import { Shell } from './shell.tsx';
import { Failure } from './shared/failure.tsx';
import { Loading } from './shared/loading.tsx';
import { theme } from './theme.ts';

// Each page is fetched when it is first opened.
const Login = lazy(() => import('./pages/login.tsx'));
const Queue = lazy(() => import('./pages/queue.tsx'));
const IncidentPage = lazy(() => import('./pages/incident.tsx'));
const CameraPeriod = lazy(() => import('./pages/camera-period.tsx'));
const Upkeep = lazy(() => import('./pages/upkeep.tsx'));
const Zones = lazy(() => import('./pages/zones.tsx'));
const Figures = lazy(() => import('./pages/figures.tsx'));
const ClosedLoop = lazy(() => import('./pages/closed-loop.tsx'));
const Desks = lazy(() => import('./pages/desks.tsx'));
const Users = lazy(() => import('./pages/users.tsx'));
const Suppressed = lazy(() => import('./pages/suppressed.tsx'));
const Audit = lazy(() => import('./pages/audit.tsx'));
const NotFound = lazy(() => import('./pages/not-found.tsx'));

/** The nonce that the API put into this page; Ant Design's style elements need it under the security policy. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;

export function App(): ReactNode {
  const { t } = useTranslation();
  const isEnglish = currentLanguage() === 'en';
  useEffect(() => {
    document.title = t('product');
  }, [t]);
  return (
    <ConfigProvider
      theme={theme}
      locale={isEnglish ? enUS : zhCN}
      {...(nonce === undefined ? {} : { csp: { nonce } })}
      button={{ autoInsertSpace: false }}
    >
      <AntApp notification={{ placement: 'topRight' }}>
        <Suspense fallback={<Loading isWholePage />}>
          <Routes>
            <Route path="/login" element={<Login />} />
            <Route element={<LoggedIn />}>
              <Route index element={<Navigate to="/incidents" replace />} />
              <Route path="/incidents" element={<Queue />} />
              <Route path="/incidents/:incidentId" element={<IncidentPage />} />
              <Route path="/figures" element={<Figures />} />
              <Route path="/figures/cameras/:cameraId" element={<CameraPeriod />} />
              <Route path="/upkeep" element={<Upkeep />} />
              <Route path="/cameras/:cameraId/zones" element={<Zones />} />
              <Route path="/closed-loop" element={<ClosedLoop />} />
              <Route path="/desks" element={<Desks />} />
              <Route path="/users" element={<Users />} />
              <Route path="/suppressed" element={<Suppressed />} />
              <Route path="/audit" element={<Audit />} />
              <Route path="*" element={<NotFound />} />
            </Route>
          </Routes>
        </Suspense>
      </AntApp>
    </ConfigProvider>
  );
}

/** Everything inside needs a session; without one the login page comes first and leads back. */
function LoggedIn(): ReactNode {
  const session = useSession();
  const location = useLocation();
  if (session.isPending) return <Loading isWholePage />;
  if (isLoggedOut(session.error)) {
    return <Navigate to="/login" replace state={{ from: location.pathname + location.search }} />;
  }
  if (session.data === undefined)
    return <Failure error={session.error} retry={() => void session.refetch()} />;
  return (
    <LiveProvider>
      <Shell session={session.data}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </Shell>
    </LiveProvider>
  );
}
