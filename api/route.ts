import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Permission } from './auth/permissions.ts';
import type { Caller } from './auth/caller.ts';

/** One possible answer: what it means, and the schema of its JSON body or the media type of other bodies. */
export interface AnswerSpec {
  readonly description: string;
  /** Must carry `meta({ id })`: it is an OpenAPI component. */
  readonly schema?: z.ZodType;
  readonly contentType?: string;
}

/** A JSON body by its schema, or the bytes of a file. */
export type BodySpec =
  | { readonly kind: 'json'; readonly schema: z.ZodType }
  | { readonly kind: 'file'; readonly maxBytes: number };

/** What a handler returns; `null`: it has answered by itself (streams, files). */
export type Answer = { readonly status: number; readonly body: unknown } | null;

/** What a handler is given: everything checked already. */
export interface Asked<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  readonly req: Request;
  readonly res: Response;
}

/**
 * One route. The list of routes drives express, validation and `/openapi.json`; there is no second list of fields.
 */
export interface Route {
  readonly method: 'get' | 'post';
  /** In OpenAPI's spelling, e.g. `/api/incidents/{incidentId}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** `open`: without login; `person`: any caller; `scrape`: any caller, or a program on this machine. */
  readonly access: 'open' | 'person' | 'scrape';
  /** What a person must be allowed to; none: everybody who is logged in. */
  readonly permission?: Permission;
  /** Answers 429 after this many failed tries per address in 15 minutes. */
  readonly maxFailures?: number;
  /** Answers 429 after this many requests per address in 15 minutes. */
  readonly maxRequests?: number;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: BodySpec;
  /** By HTTP status; the errors every route can give are added by the document. */
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  handle(asked: Asked<unknown, unknown, unknown>): Promise<Answer>;
}

type Checked<S> = S extends z.ZodType ? z.infer<S> : undefined;
type BodyOf<B> = B extends { kind: 'json'; schema: infer S }
  ? Checked<S>
  : B extends { kind: 'file' }
    ? Buffer
    : undefined;

/** Declare a route; its handler's parameters are typed by its schemas. */
export function route<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends BodySpec | undefined = undefined,
>(
  declared: Omit<Route, 'params' | 'query' | 'body' | 'handle'> & {
    readonly params?: P;
    readonly query?: Q;
    readonly body?: B;
    handle(asked: Asked<Checked<P>, Checked<Q>, BodyOf<B>>): Promise<Answer>;
  },
): Route {
  return declared as unknown as Route;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
