import { request } from 'node:http';
import type { TestDistrict } from './district.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

type Headers_ = Readonly<Record<string, string>>;

/** Requests of one visitor: its cookie or token, over real HTTP. */
export interface Visitor {
  readonly headers: Headers_;
  get(path: string, headers?: Headers_): Promise<Answer>;
  post(path: string, body: unknown, headers?: Headers_): Promise<Answer>;
}

/** Somebody with these headers and nothing else. */
export function visitor(url: string, headers: Headers_): Visitor {
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  return {
    headers,
    get: (path, more = {}) => ask(path, { headers: { ...headers, ...more } }),
    post: (path, body, more = {}) =>
      ask(path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', ...more },
        body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body),
      }),
  };
}

/** The cookie that an answer sets, as a request sends it back. */
export const cookieOf = (answer: Answer): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

export const tokenOf = (link: string): string => link.slice(link.indexOf('#') + 1);

/** Somebody who has come in by a one-time link. */
export async function logIn({ api }: Pick<TestDistrict, 'api'>): Promise<Visitor> {
  const answer = await visitor(api.url, {}).post('/api/login/link', {
    token: tokenOf(await api.loginLink()),
  });
  return visitor(api.url, { cookie: cookieOf(answer) });
}

/** A path exactly as it is written: fetch would tidy `..` away before it leaves. */
export function getRaw(url: string, path: string, headers: Headers_): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.once('error', reject);
    sent.end();
  });
}
