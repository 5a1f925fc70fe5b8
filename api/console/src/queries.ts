import {
  keepPreviousData,
  QueryClient,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  type InfiniteData,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query';
import type {
  AuditReport,
  BlindSpotPage,
  CameraHealthView,
  CameraPeriod,
  FigureRowPage,
  CameraList,
  CameraView,
  DrawnZones,
  FootageDeletion,
  FootageDeletionList,
  ExclusionRequestList,
  FaultTicketList,
  ClosedLoopReport,
  DeskList,
  Incident,
  IncidentBackground,
  IncidentPage,
  IncidentState,
  LoopLevel,
  MeasureReport,
  MeasureScorecard,
  SessionView,
  UserList,
  VehicleRoutes,
  VehiclesAbout,
  SuppressedEventList,
} from '../../../contracts/index.ts';
import { get, RequestFailed } from './client.ts';

/** Live events say what is stale; nothing is asked for on a timer but what has no events. */
export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: true,
        // Who is refused once is refused again.
        retry: (count, error) =>
          count < 2 && !(error instanceof RequestFailed && error.status >= 400 && error.status < 500),
      },
    },
  });

export const keys = {
  session: ['session'],
  incidents: ['incidents'],
  incident: (incidentId: string) => ['incident', incidentId],
  cameras: ['cameras'],
  desks: ['desks'],
  routes: (incidentId: string) => ['incident', incidentId, 'routes'],
  users: ['users'],
  exclusions: ['exclusions'],
  suppressed: ['suppressed'],
  footageDeletions: (subjectId: string) => ['incident', subjectId, 'footage-deletions'],
  zones: (cameraId: string) => ['cameras', cameraId, 'zones'],
  measures: (what: string, asked: Readonly<Record<string, string>>) => ['measures', what, asked],
} as const;

export const useSession = (): UseQueryResult<SessionView> =>
  useQuery({
    queryKey: keys.session,
    queryFn: () => get<SessionView>('/api/session'),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The queue, newest first; no states: all of them. */
export const useIncidents = (
  states: readonly IncidentState[],
): UseInfiniteQueryResult<InfiniteData<IncidentPage>> =>
  useInfiniteQuery({
    queryKey: [...keys.incidents, states],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const search = new URLSearchParams({ limit: '50' });
      if (states.length > 0) search.set('state', states.join(','));
      if (pageParam !== '') search.set('cursor', pageParam);
      return get<IncidentPage>(`/api/incidents?${search}`);
    },
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

export const useIncident = (incidentId: string): UseQueryResult<Incident> =>
  useQuery({
    queryKey: keys.incident(incidentId),
    queryFn: () => get<Incident>(`/api/incidents/${incidentId}`),
  });

export const useBackground = (incidentId: string): UseQueryResult<IncidentBackground> =>
  useQuery({
    queryKey: [...keys.incident(incidentId), 'background'],
    queryFn: () => get<IncidentBackground>(`/api/incidents/${incidentId}/background`),
  });

/** Nothing tells of what others decide on a route, nor that it has expired. */
const routesEveryMs = 10_000;

export const useRoutes = (incidentId: string, isRegistered: boolean): UseQueryResult<VehicleRoutes> =>
  useQuery({
    queryKey: keys.routes(incidentId),
    queryFn: () => get<VehicleRoutes>(`/api/incidents/${incidentId}/routes`),
    refetchInterval: routesEveryMs,
    enabled: isRegistered,
  });

export const useVehiclesAbout = (incidentId: string): UseQueryResult<VehiclesAbout> =>
  useQuery({
    queryKey: [...keys.incident(incidentId), 'vehicles'],
    queryFn: () => get<VehiclesAbout>(`/api/incidents/${incidentId}/vehicles`),
  });

export const useCameras = (): UseQueryResult<CameraList> =>
  useQuery({ queryKey: keys.cameras, queryFn: () => get<CameraList>('/api/cameras') });

export const useCamera = (cameraId: string | undefined): UseQueryResult<CameraView> =>
  useQuery({
    queryKey: [...keys.cameras, cameraId],
    queryFn: () => get<CameraView>(`/api/cameras/${cameraId}`),
    enabled: cameraId !== undefined,
  });

/** Figures of a running window move on; so do their pages. */
const figuresEveryMs = 60_000;

export const useMeasures = (scope: string, month: string): UseQueryResult<MeasureReport> =>
  useQuery({
    queryKey: keys.measures('report', { scope, month }),
    queryFn: () => get<MeasureReport>(`/api/measures?${new URLSearchParams({ scope, month, rows: '0' })}`),
    refetchInterval: figuresEveryMs,
    placeholderData: keepPreviousData,
  });

export const useScorecard = (asked: {
  readonly by: string;
  readonly month: string;
  readonly metrics?: readonly string[];
}): UseQueryResult<MeasureScorecard> => {
  const { by, month, metrics = [] } = asked;
  return useQuery({
    queryKey: keys.measures('scorecard', { by, month, metrics: metrics.join(',') }),
    queryFn: () => {
      const search = new URLSearchParams({ by, month });
      if (metrics.length > 0) search.set('metrics', metrics.join(','));
      return get<MeasureScorecard>(`/api/measures/scorecard?${search}`);
    },
    refetchInterval: figuresEveryMs,
    placeholderData: keepPreviousData,
  });
};

export const useFigureRows = (asked: {
  readonly scope: string;
  readonly month: string;
  readonly metric: string;
  readonly offset: number;
  readonly limit: number;
}): UseQueryResult<FigureRowPage> => {
  const { offset, limit, ...query } = asked;
  const search = new URLSearchParams({ ...query, offset: String(offset), limit: String(limit) });
  return useQuery({
    queryKey: keys.measures('rows', { search: String(search) }),
    queryFn: () => get<FigureRowPage>(`/api/measures/rows?${search}`),
    placeholderData: keepPreviousData,
  });
};

export const useBlindSpots = (scope: string, month: string, limit: number): UseQueryResult<BlindSpotPage> =>
  useQuery({
    queryKey: keys.measures('blindSpots', { scope, month }),
    queryFn: () => {
      const search = new URLSearchParams({ scope, month, limit: String(limit) });
      return get<BlindSpotPage>(`/api/coverage/blind-spots?${search}`);
    },
  });

export const useCameraPeriod = (cameraId: string, month: string): UseQueryResult<CameraPeriod> =>
  useQuery({
    queryKey: keys.measures('camera', { cameraId, month }),
    queryFn: () => get<CameraPeriod>(`/api/measures/cameras/${cameraId}?${new URLSearchParams({ month })}`),
  });

export const useDesks = (): UseQueryResult<DeskList> =>
  useQuery({ queryKey: keys.desks, queryFn: () => get<DeskList>('/api/desks') });

export const useUsers = (): UseQueryResult<UserList> =>
  useQuery({ queryKey: keys.users, queryFn: () => get<UserList>('/api/users') });

export const useClosedLoop = (level: LoopLevel, days: number): UseQueryResult<ClosedLoopReport> =>
  useQuery({
    queryKey: ['closedLoop', level, days],
    queryFn: () => {
      const toMs = Date.now();
      const search = { from: String(toMs - days * 86_400_000), to: String(toMs), level };
      return get<ClosedLoopReport>(`/api/closed-loop?${new URLSearchParams(search)}`);
    },
  });

export const useCameraHealth = (cameraId: string): UseQueryResult<CameraHealthView> =>
  useQuery({
    queryKey: [...keys.cameras, cameraId, 'health'],
    queryFn: () => get<CameraHealthView>(`/api/cameras/${cameraId}/health`),
    refetchInterval: 10_000,
  });

export const useZones = (cameraId: string): UseQueryResult<DrawnZones> =>
  useQuery({
    queryKey: keys.zones(cameraId),
    queryFn: () => get<DrawnZones>(`/api/cameras/${cameraId}/zones`),
    // What is being drawn must not vanish because the window was looked at again.
    refetchOnWindowFocus: false,
  });

export const useFaults = (state: 'open' | 'repaired' | 'all'): UseQueryResult<FaultTicketList> =>
  useQuery({
    queryKey: [...keys.cameras, 'faults', state],
    queryFn: () => get<FaultTicketList>(`/api/tickets?${new URLSearchParams({ state })}`),
    refetchInterval: figuresEveryMs,
  });

export const useExclusions = (): UseQueryResult<ExclusionRequestList> =>
  useQuery({
    queryKey: keys.exclusions,
    queryFn: () => get<ExclusionRequestList>('/api/exclusions'),
    refetchInterval: figuresEveryMs,
  });

export const useAudit = (): UseQueryResult<AuditReport> =>
  useQuery({ queryKey: ['audit'], queryFn: () => get<AuditReport>('/api/audit?limit=200'), staleTime: 0 });

/** The proof that the pictures of a rejected incident are gone; null: they are there. */
export const useFootageDeletion = ({
  incidentId,
  state,
}: Pick<Incident, 'incidentId' | 'state'>): UseQueryResult<FootageDeletion | null> =>
  useQuery({
    queryKey: keys.footageDeletions(incidentId),
    queryFn: async () => {
      const found = await get<FootageDeletionList>(`/api/footage-deletions?subjectId=${incidentId}`);
      return found.items[0] ?? null;
    },
    enabled: state === 'rejected',
  });

export const useSuppressed = (): UseQueryResult<SuppressedEventList> =>
  useQuery({
    queryKey: keys.suppressed,
    queryFn: () => get<SuppressedEventList>('/api/suppressed-events?limit=200'),
    // Nothing tells of it: it is no alert.
    refetchInterval: 60_000,
  });
