import {
  QueryClient,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  type InfiniteData,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query';
import type {
  AuditReport,
  CameraList,
  CameraView,
  ClosedLoopReport,
  DeskList,
  Incident,
  IncidentBackground,
  IncidentPage,
  IncidentState,
  KeyPlaceList,
  LoopLevel,
  MeasureReport,
  SessionView,
  UserList,
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
  users: ['users'],
  suppressed: ['suppressed'],
  measures: (scope: string) => ['measures', scope],
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

export const useCameras = (): UseQueryResult<CameraList> =>
  useQuery({ queryKey: keys.cameras, queryFn: () => get<CameraList>('/api/cameras') });

export const useCamera = (cameraId: string | undefined): UseQueryResult<CameraView> =>
  useQuery({
    queryKey: [...keys.cameras, cameraId],
    queryFn: () => get<CameraView>(`/api/cameras/${cameraId}`),
    enabled: cameraId !== undefined,
  });

export const useKeyPlaces = (): UseQueryResult<KeyPlaceList> =>
  useQuery({ queryKey: ['keyPlaces'], queryFn: () => get<KeyPlaceList>('/api/key-places') });

export const useMeasures = (scope: string): UseQueryResult<MeasureReport> =>
  useQuery({
    queryKey: keys.measures(scope),
    queryFn: () => get<MeasureReport>(`/api/measures?${new URLSearchParams({ scope })}`),
    refetchInterval: 60_000,
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

export const useAudit = (): UseQueryResult<AuditReport> =>
  useQuery({ queryKey: ['audit'], queryFn: () => get<AuditReport>('/api/audit?limit=200'), staleTime: 0 });

export const useSuppressed = (): UseQueryResult<SuppressedEventList> =>
  useQuery({
    queryKey: keys.suppressed,
    queryFn: () => get<SuppressedEventList>('/api/suppressed-events?limit=200'),
    // Nothing tells of it: it is no alert.
    refetchInterval: 60_000,
  });
