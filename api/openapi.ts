import { z } from 'zod';
import { ApiError, openApiSchemas } from '../contracts/index.ts';
import { ok, type Route, route } from './route.ts';

/** OpenAPI 3.1 of the routes; components are the schemas of contracts and of the routes themselves. */
export function openApiDocument(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const declared of routes) {
    paths[declared.path] = { ...paths[declared.path], [declared.method]: operation(declared) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sharp Eyes 雪亮工程',
      version: '1',
      description: 'Times are milliseconds since 1970-01-01T00:00:00Z.',
    },
    paths,
    components: {
      schemas: openApiSchemas(),
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'sharp_eyes_PORT' },
        localToken: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function operation(declared: Route): Record<string, unknown> {
  const { tag, summary, access, params, query, body, answers, maxFailures } = declared;
  const failures: Record<string, string> = {
    ...(params === undefined && query === undefined && body === undefined
      ? {}
      : { 400: 'A field is not valid' }),
    ...(access === 'open' ? {} : { 401: 'Nobody is logged in' }),
    ...(params === undefined ? {} : { 404: 'There is no such thing' }),
    ...(maxFailures === undefined ? {} : { 429: 'Too many failed tries' }),
  };
  const responses: Record<string, unknown> = {};
  for (const [status, description] of Object.entries(failures))
    responses[status] = answer({ description, schema: ApiError });
  for (const [status, spec] of Object.entries(answers)) responses[status] = answer(spec);
  return {
    tags: [tag],
    summary,
    security: access === 'open' ? [] : [{ session: [] }, { localToken: [] }],
    parameters: [...parameters('path', params), ...parameters('query', query)],
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    responses,
  };
}

function parameters(where: 'path' | 'query', schema: z.ZodObject | undefined): unknown[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { $schema: _, ...inline } = z.toJSONSchema(field, {
      unrepresentable: 'any',
      io: 'output',
      reused: 'inline',
    });
    return { name, in: where, required: !z.safeParse(field, undefined).success, schema: inline };
  });
}

function requestBody(body: NonNullable<Route['body']>): unknown {
  const content =
    body.kind === 'json'
      ? { 'application/json': { schema: reference(body.schema) } }
      : { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
  return { required: true, content };
}

function answer({ description, schema, contentType }: Route['answers'][number]): unknown {
  if (schema === undefined && contentType === undefined) return { description };
  const type = contentType ?? 'application/json';
  const body = schema === undefined ? { type: 'string', format: 'binary' } : reference(schema);
  return { description, content: { [type]: { schema: body } } };
}

function reference(schema: z.ZodType): unknown {
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined)
    throw new TypeError('The schema of a body needs meta({ id }): it is an OpenAPI component.');
  return { $ref: `#/components/schemas/${id}` };
}

/** `/openapi.json` describes the other routes and itself. */
export function withOpenApi(routes: readonly Route[]): Route[] {
  const all: Route[] = [
    ...routes,
    route({
      method: 'get',
      path: '/openapi.json',
      tag: 'operation',
      summary: 'This description',
      access: 'person',
      answers: { 200: { description: 'OpenAPI 3.1', contentType: 'application/json' } },
      handle: async () => ok(document),
    }),
  ];
  const document = openApiDocument(all);
  return all;
}
