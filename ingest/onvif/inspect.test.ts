import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type DeviceOptions, soapFault, startOnvifDevice } from '../../test/onvif/device.ts';
import { material } from '../../test/material.ts';
import type { Credential } from '../credentials/credential.ts';
import { type FoundDevice, foundDevice, openOnvif, targetAt } from './index.ts';

const onvif = openOnvif();
afterAll(async () => await onvif[Symbol.asyncDispose]());

const rules = { allowedHosts: ['127.0.0.1'] };
const login = { user: 'viewer', password: 'p4ss-w0rd' };
const signal = AbortSignal.timeout(280_000);

async function inspect(
  url: string,
  credential: Credential | null = login,
  timeoutMs = 5_000,
): Promise<FoundDevice> {
  const target = await targetAt(url, rules);
  const answers = await onvif.inspect(target, credential, { timeoutMs, signal });
  return foundDevice({ target, endpoint: null, foundBy: 'scan' }, answers, credential);
}

const inspectNew = async (
  options: DeviceOptions,
  credential: Credential | null = login,
  timeoutMs?: number,
): Promise<FoundDevice> => {
  await using device = await startOnvifDevice(options);
  return await inspect(device.url, credential, timeoutMs);
};

test('a device says what it is, what it sends and how late it is; main and sub are proposed with a reason', async () => {
  const found = await inspectNew({ clockOffsetMs: 3_600_000 });
  expect(found).toMatchObject({
    manufacturer: '测试 & Co',
    model: 'T-1',
    // As a number it would lose its zeros and its last digits.
    serialNumber: '00012345678901234567',
    macAddress: '9C-8E-CD-01-02-03',
    problem: null,
    clock: { timeZone: 'CST-8', isSetByNetwork: false, isDaylightSaving: false },
  });
  const [channel] = found.channels;
  expect(channel?.main).toEqual({ profileToken: 'main', why: '1920×1080 h264 is the largest of 2' });
  expect(channel?.sub).toEqual({ profileToken: 'sub', why: '640×360 h264 is nearest to 640 px wide' });
  expect(channel?.profiles.map(({ stream }) => stream)).toEqual([
    { uri: 'rtsp://127.0.0.1:554/sub', note: null },
    { uri: 'rtsp://127.0.0.1:554/main', note: null },
  ]);
  expect(channel?.profiles[1]?.snapshot.uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/main\.jpg$/);
  expect(channel?.profiles[1]).toMatchObject({ codec: 'h264', fps: 25, bitrateKbps: 2_048 });
});

test.each([0, 3_600_000, -8 * 3_600_000, 437_000])(
  'a clock off by %i ms is measured within its error',
  async (offsetMs) => {
    const { clock } = await inspectNew({ clockOffsetMs: offsetMs, asks: 'digest' });
    expect(clock?.errorMs).toBeGreaterThanOrEqual(500);
    expect(Math.abs((clock?.offsetMs ?? 0) - offsetMs)).toBeLessThanOrEqual(clock?.errorMs ?? 0);
  },
);

describe('login', () => {
  test.each<[string, DeviceOptions]>([
    ['digest, MD5', { asks: 'digest' }],
    ['digest, no algorithm named', { asks: 'digest', algorithms: [null] }],
    ['digest, MD5 and SHA-256', { asks: 'digest', algorithms: ['MD5', 'SHA-256'] }],
    ['WS-Security', { asks: 'wsSecurity' }],
    ['either', { asks: 'either' }],
    ['WS-Security by a clock of 2014', { asks: 'wsSecurity', clockOffsetMs: -12 * 365 * 86_400_000 }],
    ['time only after login', { asks: 'digest', isTimeGuarded: true }],
    ['WS-Security, time only after login', { asks: 'wsSecurity', isTimeGuarded: true }],
    [
      'WS-Security checked against another clock than the device tells, digest as the way out',
      { asks: 'either', clockOffsetMs: 86_400_000, securityClockOffsetMs: -86_400_000 },
    ],
    [
      'WS-Security checked against the true time by a device that tells a wrong one',
      { asks: 'wsSecurity', clockOffsetMs: 86_400_000, securityClockOffsetMs: 0 },
    ],
    ['Media2 that works', { asks: 'digest', media2: 'works' }],
    ['Media2 that is announced and does not', { asks: 'digest', media2: 'broken' }],
  ])('%s', async (_name, options) => {
    const found = await inspectNew(options);
    expect(found.channels[0]?.main?.profileToken).toBe('main');
    expect(found.clock).not.toBeNull();
  });

  test.each(['digest', 'wsSecurity', 'either'] as const)(
    'a wrong password (%s) is an error, tried few times',
    async (asks) => {
      await using device = await startOnvifDevice({ asks });
      await expect(inspect(device.url, { user: 'viewer', password: 'wr0ng' })).rejects.toMatchObject({
        code: 'INGEST_ONVIF_AUTH',
      });
      // Devices lock a user out after five.
      expect(device.asked.filter((action) => action.endsWith('!')).length).toBeLessThanOrEqual(4);
      expect(device.heard.join('')).not.toMatch(/wr0ng/);
    },
  );

  test('without a login, a device that wants one is named as such, with its clock', async () => {
    const found = await inspectNew({ asks: 'digest' }, null);
    expect(found).toMatchObject({ login: 'required', channels: [] });
    expect(found.clock).not.toBeNull();
  });

  test('the password itself is never sent', async () => {
    await using device = await startOnvifDevice({ asks: 'either' });
    await inspect(device.url);
    expect(device.heard.length).toBeGreaterThan(5);
    expect(device.heard.join('')).not.toContain(login.password);
  });
});

describe('misbehaviour', () => {
  const deep = `<a>`.repeat(200_000);
  const wide = '<a/>'.repeat(200_000);
  const spaces = 'xmlns'.repeat(100_000);
  test.each<[string, string, number, string]>([
    ['a web page', '<!DOCTYPE html><html><body>Welcome</body></html>', 200, 'INGEST_ONVIF_ANSWER'],
    ['not found', '<html>404</html>', 404, 'INGEST_ONVIF_ANSWER'],
    ['not found, in plain text', 'nothing here', 404, 'INGEST_ONVIF_ANSWER'],
    ['busy', 'busy', 503, 'INGEST_ONVIF_UNREACHABLE'],
    ['an error without words', '', 500, 'INGEST_ONVIF_ANSWER'],
    ['a fault', soapFault('InvalidArgVal', 'Invalid argument'), 400, 'INGEST_ONVIF_FAULT'],
    ['an empty answer', '', 200, 'INGEST_ONVIF_ANSWER'],
    ['half an answer', '<s:Envelope><s:Body><tds:GetDevice', 200, 'INGEST_ONVIF_ANSWER'],
    ['an envelope with nothing in it', '<s:Envelope><s:Body/></s:Envelope>', 200, 'INGEST_ONVIF_ANSWER'],
    [
      'another answer',
      '<Envelope><Body><GetHostnameResponse/></Body></Envelope>',
      200,
      'INGEST_ONVIF_ANSWER',
    ],
    ['XML nested without end', `<Envelope><Body>${deep}`, 200, 'INGEST_ONVIF_ANSWER'],
    ['very many elements', `<Envelope><Body>${wide}</Body></Envelope>`, 200, 'INGEST_ONVIF_ANSWER'],
    ['more than a megabyte', 'x'.repeat(3_000_000), 200, 'INGEST_ONVIF_ANSWER'],
    ['name spaces without end', `<Envelope ${spaces}`, 200, 'INGEST_ONVIF_ANSWER'],
    [
      'an entity bomb',
      '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;">]><Envelope><Body>&c;</Body></Envelope>',
      200,
      'INGEST_ONVIF_ANSWER',
    ],
    ['noise', '\u0000\u0001\u0002\uFFFF', 200, 'INGEST_ONVIF_ANSWER'],
    ['a redirect', '', 302, 'INGEST_ONVIF_ANSWER'],
  ])('%s is said as it is, and in time', async (_name, body, status, code) => {
    const startedAt = performance.now();
    await expect(
      inspectNew({
        misbehaves: (action) =>
          action === 'GetDeviceInformation'
            ? {
                kind: 'raw',
                status,
                body,
                headers: status === 302 ? { location: 'http://169.254.169.254/' } : {},
              }
            : null,
      }),
    ).rejects.toMatchObject({ code });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  test.each(['GetProfiles', 'GetServices', 'GetNetworkInterfaces', 'GetSnapshotUri', 'GetStreamUri'])(
    'a device whose %s fails in any way still says the rest',
    async (broken) => {
      for (const body of [
        '<html>',
        soapFault('ActionNotSupported', 'no'),
        '<Envelope><Body><x/></Body></Envelope>',
        deep,
      ]) {
        const found = await inspectNew({
          misbehaves: (action) => (action === broken ? { kind: 'raw', status: 200, body } : null),
        });
        expect(found.model).toBe('T-1');
        expect(found.notes.length).toBeGreaterThan(0);
      }
    },
  );

  test('a device that stalls, at once or in the middle, is given up in time', async () => {
    for (const stalls of ['GetSystemDateAndTime', 'GetDeviceInformation']) {
      await expect(
        inspectNew({ misbehaves: (action) => (action === stalls ? { kind: 'stall' } : null) }, login, 500),
      ).rejects.toMatchObject({ code: 'INGEST_ONVIF_UNREACHABLE', retryable: true });
    }
    const found = await inspectNew(
      { misbehaves: (action) => (action.includes('Uri') ? { kind: 'stall' } : null) },
      login,
      500,
    );
    expect(found.channels[0]?.profiles).toHaveLength(2);
    expect(found.channels[0]?.main).toBeNull();
  });

  test('one that sends a byte at a time is given up in time', async () => {
    await expect(
      inspectNew({ misbehaves: () => ({ kind: 'slow', everyMs: 100 }) }, login, 1_000),
    ).rejects.toMatchObject({ code: 'INGEST_ONVIF_UNREACHABLE' });
  });

  test('one that hangs up is unreachable', async () => {
    await expect(inspectNew({ misbehaves: () => ({ kind: 'reset' }) })).rejects.toMatchObject({
      code: 'INGEST_ONVIF_UNREACHABLE',
    });
    await expect(inspect('http://127.0.0.1:9/onvif/device_service')).rejects.toMatchObject({
      code: 'INGEST_ONVIF_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED') as unknown,
    });
  });

  test('while one device is busy, the others and this thread go on', async () => {
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    await using bomb = await startOnvifDevice({
      misbehaves: () => ({
        kind: 'raw',
        status: 200,
        body: `<Envelope><Body>${'<a>'.repeat(60)}${wide.slice(0, 100_000)}`,
      }),
    });
    const jobs = Array.from(
      { length: 20 },
      async () => await inspect(bomb.url).catch((error: unknown) => error),
    );
    const good = await inspectNew({});
    await Promise.all(jobs);
    clearInterval(ticking);
    expect(good.model).toBe('T-1');
    expect(ticks).toBeGreaterThan(3);
  });
});

describe('addresses that a device gives', () => {
  const streamOf = async (streamUri: string) => {
    const found = await inspectNew({
      profiles: [{ token: 'a', encoding: 'H265', widthPx: 1280, heightPx: 720, streamUri }],
    });
    return found.channels[0]?.profiles[0]?.stream;
  };
  test('another host is taken to be the device itself, and told', async () => {
    expect(await streamOf('rtsp://192.168.68.111:554/live?channel=1')).toEqual({
      uri: 'rtsp://127.0.0.1:554/live?channel=1',
      note: "it named the host 192.168.68.111; the device's own is used",
    });
    expect((await streamOf('rtsp://169.254.169.254/latest/meta-data'))?.uri).toBe(
      'rtsp://127.0.0.1/latest/meta-data',
    );
  });
  test('a login is taken out, wherever it stands', async () => {
    expect((await streamOf('rtsp://viewer:p4ss-w0rd@HOST/live'))?.uri).toBe('rtsp://127.0.0.1/live');
    expect((await streamOf('rtsp://HOST:554/user=viewer&password=p4ss-w0rd&channel=1.sdp'))?.uri).toBe(
      'rtsp://127.0.0.1:554/user={user}&password={password}&channel=1.sdp',
    );
    expect(await streamOf('rtsp://HOST/user=viewer_password=tlJwpbo6_channel=1')).toMatchObject({
      uri: null,
    });
  });
  test.each(['http://HOST/stream', 'file:///etc/passwd', 'concat:a|b', 'rtsp://', 'udp://239.1.1.1:5000'])(
    '%s is no stream',
    async (uri) => {
      expect(await streamOf(uri)).toMatchObject({ uri: null });
    },
  );
  test('a service on another host is asked on the device', async () => {
    await using device = await startOnvifDevice({ namedBase: 'http://192.168.68.111:8999' });
    expect((await inspect(device.url)).channels[0]?.main?.profileToken).toBe('main');
  });
});

test('a recorder: one channel per source, each with its own proposal', async () => {
  const profile = (source: string, token: string, widthPx: number, encoding = 'H264') => ({
    token,
    source,
    encoding,
    widthPx,
    heightPx: (widthPx * 9) / 16,
    streamUri: `rtsp://HOST/${token}`,
  });
  const found = await inspectNew({
    profiles: [
      profile('1', '1a', 3840, 'H265'),
      profile('1', '1b', 704),
      profile('1', '1c', 352),
      profile('2', '2a', 1280),
      profile('2', '2jpeg', 1920, 'JPEG'),
      profile('3', '3a', 640),
    ],
  });
  expect(found.channels.map(({ main, sub }) => [main?.profileToken, sub?.profileToken])).toEqual([
    ['1a', '1b'],
    ['2a', undefined],
    ['3a', undefined],
  ]);
});

const folder = material('data/onvif-responses');
test.skipIf(folder === null)(
  `what real cameras said is understood${folder === null ? ' (their answers are not here)' : ''}`,
  async () => {
    const said = (name: string): string => readFileSync(join(folder ?? '', `${name}.xml`), 'utf8');
    const found = await inspectNew({
      asks: 'either',
      says: {
        GetSystemDateAndTime: said('GetSystemDateAndTime'),
        GetDeviceInformation: said('GetDeviceInformation'),
        GetProfiles: said('GetProfiles'),
        GetStreamUri: said('GetStreamUri'),
        GetSnapshotUri: said('GetSnapshotUri'),
        GetNetworkInterfaces: said('device.GetNetworkInterfaces'),
      },
    });
    expect(found.manufacturer).toMatch(/\S/);
    expect(found.channels.length).toBeGreaterThan(0);
    const profile = found.channels[0]?.profiles[0];
    expect(profile?.widthPx).toBeGreaterThan(0);
    expect(profile?.stream.uri).toMatch(/^rtsp:\/\/127\.0\.0\.1/);
    expect(profile?.stream.note).toContain('192.168.68.111');
    expect(found.macAddress).toMatch(/^(?:[\dA-F]{2}-){5}[\dA-F]{2}$/);
    expect(found.clock?.offsetMs).toBeLessThan(-86_400_000 * 365);
  },
);
