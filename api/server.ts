import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { footageAnswers as footageTopic, routeChanges } from '../contracts/index.ts';
import { errorFields, PipelineError, systemCodeOf } from '../kernel/index.ts';
import { answerErrors } from './api-error.ts';
import { openLooks } from './audit/looks.ts';
import { openAuditTrail, theClock } from './audit/trail.ts';
import { type Auth, openAuth } from './auth/auth.ts';
import { openChangeFeed } from './live/change-feed.ts';
import { openAnswers } from './live/answers.ts';
import { mount } from './mount.ts';
import { withOpenApi } from './openapi.ts';
import type { ApiOptions, Parts } from './parts.ts';
import type { Route } from './route.ts';
import { auditRoutes } from './routes/audit.ts';
import { cameraHealthRoutes } from './routes/camera-health.ts';
import { cameraRoutes } from './routes/cameras.ts';
import { exclusionRoutes } from './routes/exclusions.ts';
import { closedLoopRoutes } from './routes/closed-loop.ts';
import { commandRoutes } from './routes/commands.ts';
import { footageDeletionRoutes } from './routes/footage-deletions.ts';
import { suppressedRoutes } from './routes/suppressed.ts';
import { zoneRoutes } from './routes/zones.ts';
import { deskRoutes } from './routes/desks.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { importRoutes } from './routes/imports.ts';
import { onboardingRoutes } from './routes/onboarding.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { loginRoutes } from './routes/login.ts';
import { measureRoutes } from './routes/measures.ts';
import { mediaRoutes } from './routes/media.ts';
import { metricsRoutes, openMetrics } from './routes/metrics.ts';
import { userRoutes } from './routes/users.ts';
import { recordRoutes } from './routes/records.ts';
import { vehicleRouteRoutes } from './routes/vehicle-routes.ts';
import { securityHeaders, serveConsole } from './static.ts';

/** The running API. */
export interface Api extends AsyncDisposable {
  /** Address to open, without a slash at the end. */
  readonly url: string;
  /** For programs on this machine, as `Authorization: Bearer …`; kept in the data folder. */
  readonly localToken: string;
  /** A fresh link that logs in once, within 15 minutes. Print it; never log it. */
  loginLink(): Promise<string>;
  /**
   * The same accounts at one more door, with parts of its own: a matter that has passed is played by another clock.
   * Closes with `options.signal` or by itself.
   */
  beside(options: ApiOptions): Promise<Api>;
  /** Take no more requests, end open ones, store the last audit entries. */
  close(): Promise<void>;
}

/** Changes a page may have missed and still resume; a change is 10–50 KB. */
const feedCapacity = 200;
const closeGraceMs = 3_000;

/**
 * Serve API and console over HTTP.
 * @throws PipelineError PORT_IN_USE, CONFIG_INVALID (host or port cannot be listened on), DATA_DIR_UNUSABLE.
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { config, clock, dataDir } = options;
  let port = config.port;
  const auth = await openAuth({ dataDir, clock, sessionHours: config.sessionHours, portOf: () => port });
  return await serve(options, auth, (taken) => {
    port = taken;
  });
}

async function serve(options: ApiOptions, auth: Auth, onPort: (port: number) => void): Promise<Api> {
  const { config, bus, store, clock } = options;
  const log = options.log.child({ stage: 'api' });
  const stop = new AbortController();
  const app = express();
  const server = createServer(app);
  await listen(server, config.host, config.port);
  const { port } = server.address() as AddressInfo;
  onPort(port);
  const url = `http://${hostForPeople(config.host)}:${port}`;

  // After the #, so that no server, proxy or log on the way ever sees it.
  const loginUrl = (token: string): string => `${url}/login#${token}`;
  const trail = openAuditTrail({ store, clock, log });
  const feed = openChangeFeed({ bus, clock, log, capacity: feedCapacity });
  const footageAnswers = openAnswers({
    bus,
    clock,
    log,
    topic: footageTopic,
    questionOf: ({ requestId }) => requestId,
  });
  const routeAnswers = openAnswers({
    bus,
    clock,
    log,
    topic: routeChanges,
    questionOf: ({ commandId }) => commandId,
    onNews({ routeId, incidentId }) {
      trail.note({
        by: theClock,
        action: 'routeDeleted',
        subjectId: routeId,
        incidentId,
        reason: 'the incident has ended',
      });
    },
  });
  const parts: Parts = {
    ...options,
    log,
    auth,
    trail,
    feed,
    routeAnswers,
    footageAnswers,
    looks: openLooks(clock),
    loginUrl,
    signal: stop.signal,
  };
  const metrics = openMetrics(parts);
  const routes = withOpenApi(routesOf(parts, metrics));
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(securityHeaders());
  mount(app, routes, auth, metrics);
  serveConsole(app, options.consoleDir ?? join(import.meta.dirname, 'console', 'dist'));
  app.use(answerErrors(log));

  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      options.signal.removeEventListener('abort', closeOnAbort);
      stop.abort();
      await closeServer(server);
      await feed[Symbol.asyncDispose]();
      await routeAnswers[Symbol.asyncDispose]();
      await footageAnswers[Symbol.asyncDispose]();
      await trail[Symbol.asyncDispose]();
    })();
    return closing;
  };
  const closeOnAbort = (): void => {
    close().catch((error: unknown) => log.error(errorFields(error), 'the API did not close well'));
  };
  if (options.signal.aborted) closeOnAbort();
  else options.signal.addEventListener('abort', closeOnAbort, { once: true });

  log.info({ url }, 'the API answers');
  return {
    url,
    localToken: auth.localToken,
    loginLink: async () => loginUrl(auth.links.issue()),
    // Cookies stay those of the first door.
    beside: async (others) => await serve(others, auth, () => {}),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function routesOf(parts: Parts, { registry }: ReturnType<typeof openMetrics>): Route[] {
  return [
    ...loginRoutes(parts),
    ...userRoutes(parts),
    ...incidentRoutes(parts),
    ...commandRoutes(parts),
    ...footageDeletionRoutes(parts),
    ...suppressedRoutes(parts),
    ...zoneRoutes(parts),
    ...vehicleRouteRoutes(parts),
    ...eventRoutes(parts),
    ...mediaRoutes(parts),
    ...cameraRoutes(parts),
    ...cameraHealthRoutes(parts),
    ...exclusionRoutes(parts),
    ...measureRoutes(parts),
    ...importRoutes(parts),
    ...closedLoopRoutes(parts),
    ...onboardingRoutes(parts),
    ...recordRoutes(parts),
    ...deskRoutes(parts),
    ...auditRoutes(parts),
    ...healthRoutes(parts),
    ...metricsRoutes(registry),
  ];
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const code = systemCodeOf(cause);
      if (code === 'EADDRINUSE') {
        reject(
          new PipelineError('PORT_IN_USE', `Port ${port} on ${host} is taken by another program.`, {
            hint: 'Stop that program, or choose another port with api.port (SHARP_EYES_API__PORT; 0 takes a free one).',
            cause,
          }),
        );
        return;
      }
      reject(
        new PipelineError('CONFIG_INVALID', `The API cannot listen on ${host}:${port}: ${cause.message}`, {
          hint:
            code === 'EACCES'
              ? 'Ports under 1024 belong to the system: choose a higher api.port.'
              : 'api.host must be an address of this machine; 127.0.0.1 is this machine only, 0.0.0.0 every network.',
          cause,
        }),
      );
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await closed;
  clearTimeout(timer);
}

/** An address that means "every network" is none to open; an IPv6 one needs brackets. */
function hostForPeople(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
