import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scratchDir } from '../testing/session.ts';
import { openVault } from './index.ts';
import { withLogin, withoutSecrets, withSecrets } from './secret-uri.ts';

const login = { user: 'viewer', password: "p@ss w'rd:1/%密" };

test('a login comes back as it was set; nothing on disk shows it', async () => {
  const dataDir = scratchDir();
  const vault = openVault({ dataDir });
  expect(await vault.list()).toEqual([]);
  await vault.set('street-north', login);
  await vault.set('gate', { user: 'admin', password: 'other' });
  expect(await openVault({ dataDir }).get('street-north')).toEqual(login);
  expect(await vault.list()).toEqual([
    { name: 'gate', user: 'admin' },
    { name: 'street-north', user: 'viewer' },
  ]);
  for (const name of await readdir(join(dataDir, 'credentials'))) {
    const path = join(dataDir, 'credentials', name);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).not.toMatch(/p@ss|other|viewer|admin/);
  }
  const before = await vault.version();
  expect(await vault.remove('gate')).toBe(true);
  expect(await vault.remove('gate')).toBe(false);
  expect(await vault.version()).not.toBe(before);
  await expect(vault.get('gate')).rejects.toMatchObject({
    code: 'CREDENTIAL_NOT_FOUND',
    hint: expect.stringContaining('street-north') as unknown,
  });
});

test('what was changed, moved under another name or sealed with another key does not open', async () => {
  const dataDir = scratchDir();
  const vault = openVault({ dataDir });
  await vault.set('a', login);
  const path = join(dataDir, 'credentials', 'logins.json');
  const text = await readFile(path, 'utf8');
  const file = JSON.parse(text) as { logins: Record<string, { text: string }> };
  await writeFile(path, JSON.stringify({ ...file, logins: { b: file.logins['a'] } }));
  await expect(vault.get('b')).rejects.toMatchObject({ code: 'CREDENTIAL_KEY' });
  const cut = { ...file.logins['a'], text: Buffer.from('nonsense').toString('base64') };
  await writeFile(path, JSON.stringify({ ...file, logins: { a: cut } }));
  await expect(vault.get('a')).rejects.toMatchObject({ code: 'CREDENTIAL_KEY' });
  await writeFile(path, text);
  const other = join(dataDir, 'other-key');
  await writeFile(other, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
  await expect(openVault({ dataDir, keyFile: other }).get('a')).rejects.toMatchObject({
    code: 'CREDENTIAL_KEY',
  });
  await writeFile(other, 'short');
  await expect(openVault({ dataDir, keyFile: other }).get('a')).rejects.toThrow('holds no key');
});

test('a key that others may read is not used', async () => {
  const dataDir = scratchDir();
  const vault = openVault({ dataDir });
  await vault.set('a', login);
  await chmod(join(dataDir, 'credentials', 'key'), 0o644);
  await expect(vault.get('a')).rejects.toMatchObject({ code: 'CREDENTIAL_KEY' });
});

test('two that begin at once make one key', async () => {
  const dataDir = scratchDir();
  const [a, b] = [openVault({ dataDir }), openVault({ dataDir })];
  await Promise.all([a.set('a', login), b.set('b', login)]);
  await a.set('a', login);
  await b.set('b', login);
  expect(await a.get('b')).toEqual(login);
});

test('a login in the path of an address is taken out and put back only where it is needed', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 3 }), fc.string({ minLength: 3 }), (user, password) => {
      const credential = { user: `u${user}`, password: `p${password}` };
      const raw = `rtsp://10.0.0.1/user=${encodeURIComponent(credential.user)}&password=${encodeURIComponent(credential.password)}&channel=1`;
      const kept = withoutSecrets(raw, credential) ?? '';
      expect(kept).toBe('rtsp://10.0.0.1/user={user}&password={password}&channel=1');
      // What a URL makes of the braces.
      const filled = withSecrets(new URL(kept).href, credential);
      expect(decodeURIComponent(filled)).toContain(`password=${credential.password}&channel=1`);
      expect(withLogin('rtsp://10.0.0.1/live', credential)).toMatch(
        /^rtsp:\/\/u[^@]*:p[^@]*@10\.0\.0\.1\/live$/,
      );
    }),
  );
  expect(withoutSecrets('rtsp://10.0.0.1/cam?channel=1&subtype=0', null)).toBe(
    'rtsp://10.0.0.1/cam?channel=1&subtype=0',
  );
  expect(withoutSecrets('rtsp://10.0.0.1/?usr=admin&pwd=12345', null)).toBeNull();
});
