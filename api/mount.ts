import express, { type Express, type RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { z } from 'zod';
import { badRequest, HttpError } from './api-error.ts';
import type { Auth } from './auth/auth.ts';
import type { Caller } from './auth/caller.ts';
import { may } from './auth/permissions.ts';
import { isFromThisMachine, refuseForeignOrigin } from './auth/origin.ts';
import type { BodySpec, Route } from './route.ts';
import type { Metrics } from './routes/metrics.ts';

const failureWindowMs = 15 * 60_000;
const jsonMax = '64kb';

/** Give express one handler per route: who asks, what is asked, then the route itself. */
export function mount(app: Express, routes: readonly Route[], auth: Auth, metrics: Metrics): void {
  for (const declared of routes) {
    const path = declared.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const steps = [
      metrics.timed(declared.path),
      ...(declared.maxFailures === undefined ? [] : [limitFailures(declared.maxFailures)]),
      ...(declared.maxRequests === undefined ? [] : [limitRequests(declared.maxRequests)]),
      admit(declared, auth),
      ...bodyReaders(declared.body),
      answer(declared),
    ];
    app[declared.method](path, ...steps);
  }
}

const callers = new WeakMap<object, Caller>();

function admit({ method, access, permission }: Route, auth: Auth): RequestHandler {
  return (req, res, next) => {
    const caller = auth.callerOf(req);
    callers.set(req, caller);
    // The local token is never sent by a browser on its own, so nobody else's page can use it.
    if (method === 'post' && caller.kind !== 'local') refuseForeignOrigin(req);
    const isAdmitted =
      access === 'open' || caller.kind !== 'nobody' || (access === 'scrape' && isFromThisMachine(req));
    if (!isAdmitted) {
      throw new HttpError(
        401,
        'AUTH_REQUIRED',
        'Nobody is logged in, or the session has ended.',
        'Log in at /login; programs send the local token as `Authorization: Bearer …`.',
      );
    }
    if (permission !== undefined && caller.kind !== 'nobody' && !may(caller.role, permission)) {
      throw new HttpError(
        403,
        'PERMISSION_DENIED',
        `The role ${caller.role} may not do this (${permission}).`,
        'Ask an administrator for another role, or somebody who has it to do it.',
      );
    }
    // What a person may see must not stay behind in a shared cache; routes that allow more say so.
    res.set('Cache-Control', 'no-store');
    next();
  };
}

function bodyReaders(body: BodySpec | undefined): RequestHandler[] {
  if (body === undefined) return [];
  // Only types a browser never sends across sites without asking first.
  const types = body.kind === 'json' ? ['application/json'] : ['application/octet-stream', 'text/csv'];
  const checkType: RequestHandler = (req, _res, next) => {
    if (types.some((type) => req.is(type))) next();
    else
      throw new HttpError(
        415,
        'BAD_REQUEST',
        'The body has another content type.',
        `Send it as ${types.join(' or ')}.`,
      );
  };
  return [
    checkType,
    body.kind === 'json'
      ? express.json({ limit: jsonMax })
      : express.raw({ type: types, limit: body.maxBytes }),
  ];
}

function answer(declared: Route): RequestHandler {
  return async (req, res) => {
    const { params, query, body } = declared;
    const asked = {
      params: params === undefined ? undefined : check('path', params, req.params),
      query: query === undefined ? undefined : check('query', query, req.query),
      body: body?.kind === 'json' ? check('body', body.schema, req.body) : checkFile(body, req.body),
      caller: callers.get(req) ?? ({ kind: 'nobody' } as const),
      req,
      res,
    };
    const given = await declared.handle(asked);
    if (given === null) return;
    if (given.body === undefined) res.status(given.status).end();
    else res.status(given.status).json(given.body);
  };
}

function check(where: 'path' | 'query' | 'body', schema: z.ZodType, given: unknown): unknown {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${[where, ...path].join('.')}: ${message}`);
  throw badRequest(
    `${faults.join('; ')}.`,
    'Correct the fields that are named; /openapi.json describes them all.',
  );
}

function checkFile(body: BodySpec | undefined, given: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (Buffer.isBuffer(given) && given.length > 0) return given;
  throw badRequest('body: the file is empty.', 'Send the bytes of the file as the body.');
}

function limitFailures(limit: number): RequestHandler {
  return rateLimit({
    windowMs: failureWindowMs,
    limit,
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler() {
      throw new HttpError(
        429,
        'AUTH_REFUSED',
        'Too many failed tries from this address.',
        'Wait 15 minutes, or restart the process and take its new one-time link.',
      );
    },
  });
}

function limitRequests(limit: number): RequestHandler {
  return rateLimit({
    windowMs: failureWindowMs,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler() {
      throw new HttpError(429, 'AUTH_REFUSED', 'Too many requests from this address.', 'Wait 15 minutes.');
    },
  });
}
