import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkConfig } from '../kernel/index.ts';
import { localCameraCode, resolveCameraSource, vaultOf } from './index.ts';
import { scratchDir } from './testing/session.ts';

const config = checkConfig({ dataDir: scratchDir() });
const vault = vaultOf(config);
const resolveSource = async (source: string, over: object = {}, options: object = {}) =>
  await resolveCameraSource(
    { name: 'gate', source, zones: [], ...over },
    { config, environment: {}, ...options },
  );

test('a camera that no file knows gets a valid code of its own, always the same', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const code = localCameraCode('330203', name);
      expect(code).toMatch(/^330203\d{2}00132 ?9\d{6}$/);
      expect(code).toHaveLength(20);
      expect(localCameraCode('330203', name)).toBe(code);
    }),
  );
  const codes = Array.from({ length: 2_000 }, (_, i) => localCameraCode('330203', `camera ${i}`));
  expect(new Set(codes).size).toBe(2_000);
});

test('a file: absolute path, code of the name, start as given', async () => {
  const source = await resolveSource('sample/street.mp4', { startedAt: '2026-06-15T08:30:00+08:00' });
  expect(source).toMatchObject({ kind: 'file', credential: null, areaCode: config.district.areaCode });
  expect(source.address).toMatch(/^\/.*\/sample\/street\.mp4$/);
  expect(source.cameraId).toBe(localCameraCode('330203', 'gate'));
  expect(source.startedAtMs).toBe(Date.UTC(2026, 5, 15, 0, 30));
  const coded = await resolveSource('a.mp4', { name: '33020300001320000101' });
  expect(coded.cameraId).toBe('33020300001320000101');
});

test('a login comes from the environment', async () => {
  const environment = { GATE: 'viewer:p:ss@/' };
  const source = await resolveSource(
    'rtsp://10.20.0.11:554/live',
    { credentialEnv: 'GATE' },
    { environment },
  );
  expect(source).toMatchObject({
    kind: 'rtsp',
    address: 'rtsp://10.20.0.11:554/live',
    credential: { user: 'viewer', password: 'p:ss@/' },
  });
  for (const value of [undefined, 'nocolon']) {
    await expect(
      resolveSource('rtsp://10.20.0.11/live', { credentialEnv: 'GATE' }, { environment: { GATE: value } }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  }
});

test('a login comes from the vault by its name', async () => {
  await vault.set('north', { user: 'viewer', password: 'k3pt' });
  expect(await resolveSource('rtsp://10.20.0.11/live', { credentialRef: 'north' })).toMatchObject({
    credential: { user: 'viewer', password: 'k3pt' },
  });
  await expect(resolveSource('rtsp://10.20.0.11/live', { credentialRef: 'south' })).rejects.toMatchObject({
    code: 'CREDENTIAL_NOT_FOUND',
  });
});

test('a password in the address is refused, or taken out at once when a person typed it', async () => {
  const typed = 'rtsp://viewer:s%40cret@10.20.0.11/live?channel=1';
  const error = await resolveSource(typed).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'INGEST_ADDRESS_REFUSED' });
  expect(JSON.stringify([(error as Error).message, error])).not.toMatch(/s%40cret|s@cret/);
  const source = await resolveSource(typed, {}, { acceptsInlineCredential: true });
  expect(source).toMatchObject({
    address: 'rtsp://10.20.0.11/live?channel=1',
    credential: { user: 'viewer', password: 's@cret' },
  });
});

test.each([
  ['http://10.20.0.11/x.mp4', 'not read here'],
  ['rtsp://', 'no address'],
  ['rtsp://169.254.169.254/live', 'metadata'],
  ['rtsp://[fe80::1]/live', 'link-local'],
  ['rtsp://100.100.100.200/live', 'metadata'],
  ['rtsp://0.0.0.0/live', 'itself'],
  ['rtsp://127.0.0.2/live', 'itself'],
])('%s is refused', async (address, why) => {
  await expect(resolveSource(address)).rejects.toMatchObject({
    code: 'INGEST_ADDRESS_REFUSED',
    message: expect.stringContaining(why) as unknown,
  });
});

test('allowedHosts lets guarded addresses in: by name, address or range', async () => {
  await expect(resolveSource('rtsp://127.0.0.1:8554/live')).resolves.toMatchObject({ kind: 'rtsp' });
  await expect(resolveSource('rtsp://localhost:8554/live')).resolves.toMatchObject({ kind: 'rtsp' });
  const strict = { config: checkConfig({ ingest: { allowedHosts: [] } }) };
  await expect(resolveSource('rtsp://localhost:8554/live', {}, strict)).rejects.toMatchObject({
    code: 'INGEST_ADDRESS_REFUSED',
  });
  const ranged = { config: checkConfig({ ingest: { allowedHosts: ['169.254.10.0/24'] } }) };
  await expect(resolveSource('rtsp://169.254.10.7/live', {}, ranged)).resolves.toMatchObject({
    kind: 'rtsp',
  });
  await expect(resolveSource('rtsp://169.254.11.7/live', {}, ranged)).rejects.toThrow('link-local');
});
