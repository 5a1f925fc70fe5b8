import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestHandler } from 'express';
import type { Parts } from '../parts.ts';
import { type Route, route } from '../route.ts';

export interface Metrics {
  readonly registry: Registry;
  /** Times every request of a route under the route's path, never under the path that was asked for. */
  timed(path: string): RequestHandler;
}

/** Prometheus figures of this process. A registry of its own, so that two APIs in one process do not collide. */
export function openMetrics({ feed, trail }: Pick<Parts, 'feed' | 'trail'>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from request to answer, per route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  const gauge = (name: string, help: string, read: () => number): void => {
    const made = new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read());
      },
    });
    registry.registerMetric(made);
  };
  gauge('sharp_eyes_event_stream_clients', 'Pages that listen to incident changes', () => feed.listenerCount);
  gauge('sharp_eyes_incident_feed_following', '1 while the incident topic is followed', () =>
    Number(feed.isFollowing),
  );
  gauge('sharp_eyes_audit_entries_waiting', 'Audit entries not stored yet', () => trail.waitingCount());
  return {
    registry,
    timed: (path) => (req, res, next) => {
      const end = durations.startTimer({ method: req.method, route: path });
      res.once('close', () => end({ status: String(res.statusCode) }));
      next();
    },
  };
}

export function metricsRoutes(registry: Registry): Route[] {
  return [
    route({
      method: 'get',
      path: '/metrics',
      tag: 'operation',
      summary: 'Figures for Prometheus; with the local token, or asked on this machine',
      access: 'scrape',
      answers: { 200: { description: 'Exposition text', contentType: 'text/plain' } },
      async handle({ res }) {
        res.set('Content-Type', registry.contentType).send(await registry.metrics());
        return null;
      },
    }),
  ];
}
