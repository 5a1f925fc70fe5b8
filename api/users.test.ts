import { expect, test } from 'vitest';
import type { UserInvitation } from '../contracts/index.ts';
import { cookieOf, logIn, visitor } from './testing/ask.ts';
import { openTestDistrict } from './testing/district.ts';

test('whoever is named first does not become the owner of the installation', async () => {
  await using district = await openTestDistrict();
  const first = await logIn(district);
  await first.post('/api/users', { name: '李强', unit: '', role: 'dutyOfficer' });
  const again = await logIn(district);
  expect((await again.get('/api/session')).body).toMatchObject({
    person: { userId: 'first' },
    role: 'admin',
  });
});

test('each person has an account, sees and does what the role allows, and loses it at once', async () => {
  await using district = await openTestDistrict();
  const { url } = district.api;
  const admin = await logIn(district);
  await admin.post('/api/password', { name: '王芳', unit: '区局', password: '正确的马电池订书钉！' });

  const invite = async (name: string, role: string): Promise<UserInvitation> => {
    const { status, body } = await admin.post('/api/users', { name, unit: '南苑派出所', role });
    expect(status).toBe(200);
    return body as UserInvitation;
  };
  const enter = async ({ loginUrl }: UserInvitation) => {
    const token = new URL(loginUrl).hash.slice(1);
    const answer = await visitor(url, {}).post('/api/login/link', { token });
    expect(answer.status).toBe(200);
    return visitor(url, { cookie: cookieOf(answer) });
  };
  const invited = await invite('李强', 'dutyOfficer');
  const officer = await enter(invited);
  expect((await officer.get('/api/session')).body).toMatchObject({
    person: { name: '李强', unit: '南苑派出所' },
    role: 'dutyOfficer',
    isPasswordMissing: true,
  });
  const analyst = await enter(await invite('赵敏', 'analyst'));

  expect((await officer.get('/api/incidents')).status).toBe(200);
  expect(await analyst.get('/api/incidents')).toMatchObject({
    status: 403,
    body: { code: 'PERMISSION_DENIED', message: expect.stringContaining('analyst') },
  });
  expect((await analyst.get('/api/cameras')).status).toBe(200);
  expect((await officer.get('/api/audit')).status).toBe(403);
  expect((await officer.get('/api/users')).status).toBe(403);
  expect((await officer.post('/api/users', { name: 'x', unit: '', role: 'admin' })).status).toBe(403);

  // His own password, not the administrator's; nobody can take the name of another.
  const wanted = { name: '李强', unit: '南苑派出所', password: '另一个很长很长的好密码' };
  expect((await officer.post('/api/password', { ...wanted, name: '王芳' })).status).toBe(400);
  expect((await officer.post('/api/password', wanted)).status).toBe(200);
  expect((await admin.get('/api/session')).status).toBe(200);
  const back = await visitor(url, {}).post('/api/login/password', {
    name: '李强',
    password: wanted.password,
  });
  expect(back.body).toMatchObject({ role: 'dutyOfficer', isPasswordMissing: false });

  const disabled = await admin.post(`/api/users/${invited.user.userId}`, { isDisabled: true });
  expect(disabled.body).toMatchObject({ isDisabled: true });
  expect((await officer.get('/api/session')).status).toBe(401);
  const again = await visitor(url, {}).post('/api/login/password', {
    name: '李强',
    password: wanted.password,
  });
  expect(again.status).toBe(401);

  const { body } = await admin.get('/api/users');
  const { items } = body as { items: { userId: string }[] };
  expect(JSON.stringify(body)).not.toContain('scrypt');
  // The last one who may change accounts stays.
  expect((await admin.post(`/api/users/${items[0]?.userId}`, { role: 'analyst' })).status).toBe(400);
  const { body: audit } = await admin.get('/api/audit');
  expect(JSON.stringify(audit)).toContain('"action":"userAdded"');
});
