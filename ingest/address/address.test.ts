import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AddressRules, isRefused, parseAddress, pinAddress, pinHost } from './index.ts';

const strict: AddressRules = { allowedHosts: [] };
const pin = async (address: string, rules: AddressRules = strict) =>
  await pinAddress('Camera gate', address, 'stream', rules);

test('a name is looked up once; what it points to later changes nothing', async () => {
  const answers = [['10.20.0.11'], ['127.0.0.1']];
  let lookups = 0;
  const lookup = async (): Promise<readonly string[]> => {
    lookups++;
    return await Promise.resolve(answers.shift() ?? ['127.0.0.1']);
  };
  const pinned = await pin('rtsp://camera.example:8554/live?channel=1', { ...strict, lookup });
  expect(pinned).toMatchObject({
    host: 'camera.example',
    ip: '10.20.0.11',
    port: 8_554,
    address: 'rtsp://10.20.0.11:8554/live?channel=1',
  });
  expect(lookups).toBe(1);
  // The next connection looks again, and refuses what the name has become.
  await expect(pin('rtsp://camera.example/live', { ...strict, lookup })).rejects.toMatchObject({
    code: 'INGEST_ADDRESS_REFUSED',
  });
});

test('one guarded address among several refuses the name', async () => {
  const lookup = async (): Promise<readonly string[]> =>
    await Promise.resolve(['10.20.0.11', '169.254.169.254']);
  await expect(pin('rtsp://camera.example/live', { ...strict, lookup })).rejects.toThrow('metadata');
});

test('a name that is not known is tried again later', async () => {
  const lookup = async (): Promise<readonly string[]> => await Promise.reject(new Error('ENOTFOUND'));
  await expect(pin('rtsp://camera.example/live', { ...strict, lookup })).rejects.toMatchObject({
    code: 'INGEST_RTSP_UNREACHABLE',
    retryable: true,
  });
  expect(await pinHost('Camera gate', 'camera.example', { ...strict, lookup })).toBeNull();
});

describe('spellings of this machine and of metadata services', () => {
  test.each([
    '127.0.0.1',
    '127.255.0.1',
    '0.0.0.0',
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::1',
    'fe80::1',
    'ff02::1',
    'fd00:ec2::254',
  ])('%s is refused', (ip) => {
    expect(isRefused(ip, strict)).toBe(true);
  });
  test.each([
    '10.20.0.11',
    '192.168.1.64',
    '172.16.3.4',
    '100.64.0.9',
    '203.0.113.7',
    'fd12::5',
    '2001:db8::1',
    '::ffff:10.0.0.1',
  ])('%s may be a camera', (ip) => {
    expect(isRefused(ip, strict)).toBe(false);
  });
  test.each([
    'rtsp://2130706433/live',
    'rtsp://0x7f.1/live',
    'rtsp://0177.0.0.1/live',
    'rtsp://localhost/live',
  ])('%s is refused, however it is written', async (address) => {
    await expect(pin(address)).rejects.toMatchObject({ code: 'INGEST_ADDRESS_REFUSED' });
  });
});

test('no login survives in an address, whatever it is made of', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 20 }), (secret) => {
      const text = `rtsp://viewer:${encodeURIComponent(`${secret}S3CR3T`)}@10.20.0.11/live`;
      const { url, credential } = parseAddress('Camera gate', text, 'stream');
      expect(url.href).toBe('rtsp://10.20.0.11/live');
      expect(credential?.password).toBe(`${secret}S3CR3T`);
    }),
  );
});

test.each([
  ['stream', 'http://10.20.0.11/onvif'],
  ['stream', 'file:///etc/passwd'],
  ['stream', 'concat:a|b'],
  ['stream', '/dev/video0'],
  ['onvif', 'rtsp://10.20.0.11/live'],
  ['onvif', 'ftp://10.20.0.11/'],
  ['onvif', 'javascript:alert(1)'],
] as const)('for a %s, %s is refused', (purpose, address) => {
  expect(() => parseAddress('Camera gate', address, purpose)).toThrow(
    expect.objectContaining({ code: 'INGEST_ADDRESS_REFUSED' }) as Error,
  );
});

test('an IPv6 address keeps its brackets', async () => {
  expect((await pin('rtsp://[fd12::5]:554/a')).address).toBe('rtsp://[fd12::5]:554/a');
  expect((await pin('rtsp://[fd12::5]/a')).port).toBe(554);
});
