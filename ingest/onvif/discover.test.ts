import { join } from 'node:path';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { startOnvifDevice } from '../../test/onvif/device.ts';
import { inOwnNetwork, whyNoOwnNetwork } from '../../test/onvif/own-network.ts';
import { discover, type FoundDevice, openOnvif, planScan } from './index.ts';

const script = join(import.meta.dirname, '..', '..', 'test', 'onvif', 'call-and-answer.ts');
const why = whyNoOwnNetwork === null ? '' : ` (${whyNoOwnNetwork})`;

test.skipIf(whyNoOwnNetwork !== null)(
  `a call finds devices that answer it in any way, and survives what is no answer${why}`,
  { timeout: 120_000 },
  async () => {
    const text = await inOwnNetwork([process.execPath, script], 110_000);
    const { devices, calls } = JSON.parse(text) as Awaited<ReturnType<typeof discover>>;
    const bySerial = (serial: string): FoundDevice | undefined =>
      devices.find(({ serialNumber }) => serialNumber === serial);
    expect(bySerial('TYPED-0001X')).toMatchObject({ foundBy: 'probe', endpoint: 'urn:uuid:1' });
    expect(bySerial('UNTYPED-02X')?.channels[0]?.main?.profileToken).toBe('main');
    // It named a metadata address; it was asked where it answered from.
    expect(bySerial('FOREIGN-03X')?.address).toMatch(/^http:\/\/127\.0\.0\.1:/);
    const byEndpoint = (endpoint: string): FoundDevice | undefined =>
      devices.find((device) => device.endpoint === endpoint);
    expect(byEndpoint('urn:uuid:4')).toMatchObject({ login: 'required' });
    expect(byEndpoint('urn:uuid:5')?.problem?.code).toBe('INGEST_ADDRESS_REFUSED');
    expect(byEndpoint('urn:uuid:6')?.problem?.code).toBe('INGEST_ADDRESS_REFUSED');
    expect(byEndpoint('urn:uuid:7')?.problem?.code).toBe('INGEST_ONVIF_UNREACHABLE');
    expect(devices).toHaveLength(7);
    expect(calls).toMatchObject([{ interfaceName: 'lo', address: '127.0.0.1' }]);
  },
);

test.skipIf(whyNoOwnNetwork !== null)(
  `where no call can be sent, that is said${why}`,
  { timeout: 60_000 },
  async () => {
    const code = [
      `import { openOnvif } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};`,
      'const onvif = openOnvif();',
      "const found = await onvif.probe({ interfaceName: 'gone', address: '10.9.9.9' }, { timeoutMs: 500, signal: AbortSignal.timeout(20000) });",
      'process.stdout.write(JSON.stringify(found)); process.exit(0);',
    ].join('\n');
    const text = await inOwnNetwork(
      [
        'sh',
        '-c',
        'ip route del 239.0.0.0/8 dev lo && exec "$@"',
        'sh',
        process.execPath,
        '--input-type=module',
        '-e',
        code,
      ],
      50_000,
    );
    const found = JSON.parse(text) as { answers: unknown[]; problems: string[] };
    expect(found.answers).toEqual([]);
    expect(found.problems.join()).toMatch(/EADDRNOTAVAIL|ENETUNREACH/);
  },
);

test('a scan knocks at the planned addresses and ports, no faster than planned, and tells devices from the rest', {
  timeout: 60_000,
}, async () => {
  await using device = await startOnvifDevice();
  await using other = await startOnvifDevice({ serialNumber: 'OTHER-00007X' });
  const page = createServer((_request, response) => response.end('<html>Welcome</html>'));
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  const address = page.address();
  const pagePort = typeof address === 'object' && address !== null ? address.port : 0;
  const rules = { allowedHosts: ['127.0.0.0/24'] };
  const plan = planScan(
    ['127.0.0.0/29'],
    { ports: [device.port, other.port, pagePort], connectionsPerSecond: 20, maxAddresses: 100 },
    rules,
  );
  expect(plan.addresses).toHaveLength(6);
  await using onvif = openOnvif();
  const startedAt = performance.now();
  const found = await discover({
    onvif,
    rules,
    credential: null,
    interfaces: null,
    probeMs: 0,
    plan,
    timeoutMs: 5_000,
    onDevice: () => undefined,
    signal: AbortSignal.timeout(50_000),
  });
  // 18 connections at 20 per second.
  expect(performance.now() - startedAt).toBeGreaterThan(800);
  expect(found.devices.map(({ ipAddress }) => ipAddress)).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(found.devices.every(({ foundBy }) => foundBy === 'scan')).toBe(true);
  expect(found.otherPortCount).toBe(1);
  await new Promise((resolve) => page.close(resolve));
});

test('a plan is bounded, says what it leaves out, and refuses what is no range', () => {
  const limits = { ports: [80, 8_080], connectionsPerSecond: 50, maxAddresses: 4_096 };
  const strict = { allowedHosts: [] };
  const plan = planScan(['10.20.0.0/24', '10.20.0.128/25', '10.20.1.7'], limits, strict);
  expect(plan.addresses).toHaveLength(255);
  expect(plan.addresses).not.toContain('10.20.0.0');
  expect(plan.addresses).not.toContain('10.20.0.255');
  expect(plan.estimatedMs).toBeGreaterThan((255 * 2 * 1_000) / 50);
  expect(planScan(['169.254.169.0/24', '127.0.0.1'], limits, strict)).toMatchObject({
    addresses: [],
    refusedCount: 255,
  });
  for (const bad of [
    '10.0.0.0/8',
    '0.0.0.0/0',
    '10.0.0.0/33',
    '10.0.0.300',
    'camera.example',
    '10.0.0.0/-1',
    'fd00::/64',
    '',
  ]) {
    expect(() => planScan([bad], limits, strict), bad).toThrow(
      expect.objectContaining({ code: 'USAGE' }) as Error,
    );
  }
});
