import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { IncidentNotice, IncidentSummary } from '../../../contracts/index.ts';
import { keys } from './queries.ts';

/** How long a new line of the queue stays marked. */
const freshMs = 20_000;

interface Live {
  readonly isConnected: boolean;
  /** Incidents that opened or changed a moment ago. */
  readonly freshIds: ReadonlySet<string>;
  /** The newest alert since the page was opened; what a screen reader announces. */
  readonly newest: IncidentSummary | null;
}

const LiveContext = createContext<Live>({ isConnected: false, freshIds: new Set(), newest: null });
export const useLive = (): Live => useContext(LiveContext);

/** Listens to incident changes once for the whole console and marks what they make stale. */
export function LiveProvider({ children }: { children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [isConnected, setIsConnected] = useState(false);
  const [freshIds, setFreshIds] = useState<ReadonlySet<string>>(new Set());
  const [newest, setNewest] = useState<IncidentSummary | null>(null);

  useEffect(() => {
    // The browser comes back by itself and says what it saw last.
    const source = new EventSource('/api/events/stream');
    const timers = new Set<ReturnType<typeof setTimeout>>();
    let pending: ReturnType<typeof setTimeout> | null = null;
    // A burst of changes asks for the queue once.
    const refreshQueue = (): void => {
      pending ??= setTimeout(() => {
        pending = null;
        void client.invalidateQueries({ queryKey: keys.incidents });
      }, 300);
    };
    source.addEventListener('open', () => setIsConnected(true));
    source.addEventListener('error', () => {
      setIsConnected(false);
      // Closed for good: the session has ended, or the server says so. The session query finds out.
      if (source.readyState === EventSource.CLOSED) void client.invalidateQueries({ queryKey: keys.session });
    });
    source.addEventListener('reset', () => {
      void client.invalidateQueries({ queryKey: keys.incidents });
      void client.invalidateQueries({ queryKey: ['incident'] });
    });
    source.addEventListener('incident', ({ data }: MessageEvent<string>) => {
      const { cause, incident } = JSON.parse(data) as IncidentNotice;
      refreshQueue();
      void client.invalidateQueries({ queryKey: keys.incident(incident.incidentId) });
      if (cause.kind === 'command') return;
      if (incident.version === 1) setNewest(incident);
      setFreshIds((before) => new Set(before).add(incident.incidentId));
      const timer = setTimeout(() => {
        timers.delete(timer);
        setFreshIds((before) => new Set([...before].filter((id) => id !== incident.incidentId)));
      }, freshMs);
      timers.add(timer);
    });
    return () => {
      source.close();
      for (const timer of timers) clearTimeout(timer);
      if (pending !== null) clearTimeout(pending);
    };
  }, [client]);

  const live = useMemo(() => ({ isConnected, freshIds, newest }), [isConnected, freshIds, newest]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
