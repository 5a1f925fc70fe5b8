import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi } from '../index.ts';
import { openTestDistrict, type TestDistrict } from '../testing/district.ts';
import { cookieOf, getRaw, logIn, tokenOf, visitor } from '../testing/ask.ts';

let district: TestDistrict;
beforeAll(async () => {
  district = await openTestDistrict();
});
afterAll(async () => {
  await district[Symbol.asyncDispose]();
});

const closedPaths = [
  '/api/session',
  '/api/incidents',
  '/api/incidents/0197a1b2-0000-7000-8000-000000000000',
  '/api/cameras',
  '/api/cameras/33020300001320000101',
  '/api/key-places',
  '/api/measures',
  '/api/media/0197a1b2-0000-7000-8000-000000000000',
  '/api/events/stream',
  '/api/audit',
  '/openapi.json',
];

test('without a login nothing but health and the page answers', async () => {
  const stranger = visitor(district.api.url, {});
  for (const path of closedPaths) {
    const answer = await stranger.get(path);
    expect([path, answer.status, answer.body]).toEqual([
      path,
      401,
      expect.objectContaining({ code: 'AUTH_REQUIRED', hint: expect.stringContaining('/login') }),
    ]);
  }
  expect((await stranger.get('/healthz')).status).toBe(200);
  const page = await stranger.get('/login', { accept: 'text/html' });
  expect(page.headers.get('content-type')).toContain('text/html');
});

test('every route of the API needs a login, except the ones that say why not', async () => {
  const inside = await logIn(district);
  const { body } = await inside.get('/openapi.json');
  const { paths } = body as { paths: Record<string, Record<string, { security: unknown[] }>> };
  const open = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) =>
      security.length === 0 ? [`${method} ${path}`] : [],
    ),
  );
  expect(open).toEqual([
    'post /api/login/link',
    'post /api/login/password',
    // The page on which residents report, and what it sends.
    'get /report',
    'get /report.css',
    'get /report.js',
    'post /api/public/reports',
    'get /healthz',
  ]);
});

test('forged cookies and tokens are worth nothing', async () => {
  const { url } = district.api;
  const inside = await logIn(district);
  const [name] = (inside.headers['cookie'] ?? '').split('=');
  const forged = randomBytes(32).toString('base64url');
  for (const headers of [
    { cookie: `${name}=${forged}` },
    { cookie: `${name}=` },
    { authorization: `Bearer ${forged}` },
    { authorization: 'Bearer ' },
    { authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` },
    // A wrong token is not made good by a right cookie.
    { authorization: `Bearer ${forged}`, cookie: inside.headers['cookie'] ?? '' },
  ]) {
    expect((await visitor(url, headers).get('/api/session')).status).toBe(401);
  }
});

test('the cookie is out of reach of scripts and other sites, and only its hash is kept', async () => {
  const { api, dataDir } = district;
  const answer = await visitor(api.url, {}).post('/api/login/link', {
    token: tokenOf(await api.loginLink()),
  });
  expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
  const [, sessionId = ''] = cookieOf(answer).split('=');
  expect(Buffer.from(sessionId, 'base64url')).toHaveLength(32);
  for (const file of ['sessions.json', 'local-token']) {
    const path = join(dataDir, 'api', file);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).not.toContain(sessionId);
  }
});

test('a login link works once and for 15 minutes', async () => {
  const { api, clock } = district;
  const stranger = visitor(api.url, {});
  const token = tokenOf(await api.loginLink());
  expect((await stranger.post('/api/login/link', { token })).status).toBe(200);
  expect(await stranger.post('/api/login/link', { token })).toMatchObject({
    status: 401,
    body: { code: 'AUTH_REFUSED' },
  });
  const late = tokenOf(await api.loginLink());
  clock.move(15 * 60_000);
  expect((await stranger.post('/api/login/link', { token: late })).status).toBe(401);
});

test('a session ends when its hours are over, and when somebody logs out', async () => {
  const early = await logIn(district);
  district.clock.move(12 * 3_600_000);
  expect((await early.get('/api/session')).status).toBe(401);
  const other = await logIn(district);
  const leaving = await logIn(district);
  expect((await leaving.post('/api/logout', {})).headers.get('set-cookie')).toMatch(
    /Expires=Thu, 01 Jan 1970/,
  );
  expect((await leaving.get('/api/session')).status).toBe(401);
  expect((await other.get('/api/session')).status).toBe(200);
});

test('a page of another site can make a browser send nothing that changes', async () => {
  const inside = await logIn(district);
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: district.api.url.replace('127.0.0.1', 'localhost') },
  ];
  for (const headers of foreign) {
    expect(await inside.post('/api/logout', {}, headers)).toMatchObject({
      status: 403,
      body: { code: 'AUTH_REFUSED' },
    });
  }
  // What a form can send without asking first is no content type of ours.
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const answer = await inside.post('/api/login/link', { token: 'x' }, { 'content-type': type });
    expect(answer.status).toBe(415);
  }
  const own = { origin: district.api.url, 'sec-fetch-site': 'same-origin' };
  expect((await inside.post('/api/logout', {}, own)).status).toBe(204);
});

test('the local token opens everything but setting a password', async () => {
  const { url, localToken } = district.api;
  const program = visitor(url, { authorization: `Bearer ${localToken}` });
  expect(await program.get('/api/session')).toMatchObject({ status: 200, body: { openedBy: 'localToken' } });
  const password = { name: 'x', unit: '', password: 'long enough for anybody' };
  expect((await program.post('/api/password', password)).status).toBe(403);
});

test('metrics answer programs on this machine, not a name that only leads here', async () => {
  const stranger = visitor(district.api.url, {});
  expect(await stranger.get('/metrics')).toMatchObject({
    status: 200,
    body: expect.stringContaining('http_request_duration_seconds'),
  });
  expect((await stranger.get('/metrics', { 'x-forwarded-for': '10.0.0.9' })).status).toBe(401);
  expect(await getRaw(district.api.url, '/metrics', { host: 'rebound.example' })).toBe(401);
});

test('a password is set once, ends other sessions, survives a restart, and is guessed at most ten times', async () => {
  await using own = await district.anotherApi();
  const dataDir = join(district.dataDir, 'another-1');
  const first = await logIn({ api: own });
  const other = await logIn({ api: own });
  expect(await first.get('/api/session')).toMatchObject({ body: { isPasswordMissing: true } });
  const wanted = { name: '王芳', unit: '综合执法中队', password: '正确的马电池订书钉！' };
  expect((await first.post('/api/password', { ...wanted, password: 'short' })).body).toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringContaining('body.password'),
  });
  expect(await first.post('/api/password', wanted)).toMatchObject({
    status: 200,
    body: { person: { name: '王芳' }, isPasswordMissing: false },
  });
  expect((await other.get('/api/session')).status).toBe(401);
  expect((await first.get('/api/session')).status).toBe(200);
  const kept = await readFile(join(dataDir, 'api', 'users.json'), 'utf8');
  expect(kept).toContain('scrypt$');
  expect(kept).not.toContain(wanted.password);
  expect((await stat(join(dataDir, 'api', 'users.json'))).mode & 0o777).toBe(0o600);

  await own.close();
  const { options } = district;
  await using again = await startApi({ ...options, dataDir, config: { ...options.config, port: 0 } });
  const stranger = visitor(again.url, {});
  const login = { name: '王芳', password: wanted.password };
  const back = await stranger.post('/api/login/password', login);
  expect(back).toMatchObject({ status: 200, body: { openedBy: 'password' } });
  const inside = visitor(again.url, { cookie: cookieOf(back) });
  expect((await inside.post('/api/password', { ...wanted, password: 'another password' })).status).toBe(401);

  const answers: number[] = [];
  for (let guess = 0; guess < 11; guess++) {
    const { status } = await stranger.post('/api/login/password', {
      name: '王芳',
      password: `guess number ${guess}`,
    });
    answers.push(status);
  }
  expect(answers.filter((status) => status === 401).length).toBe(10);
  expect(answers.at(-1)).toBe(429);
  // The right one comes too late as well: otherwise the limit would tell it.
  expect((await stranger.post('/api/login/password', login)).status).toBe(429);
});
