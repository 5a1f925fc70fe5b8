import { afterAll, expect, test, vi } from 'vitest';
import {
  type DeviceOptions,
  type OnvifDevice,
  soapFault,
  startOnvifDevice,
} from '../../test/onvif/device.ts';
import { openOnvif, targetAt } from './index.ts';
import type { OnvifNotice } from './notice.ts';

const onvif = openOnvif();
afterAll(async () => await onvif[Symbol.asyncDispose]());

const timing = {
  betweenPullsMs: 250,
  renewEveryMs: 500,
  backOffMinMs: 100,
  backOffMaxMs: 300,
  afterRefusalMs: 1_000,
  tellAgainMs: 600_000,
};

/** Hear a device until the test is done with it. */
async function hearing(
  options: DeviceOptions,
  check: (heard: {
    readonly device: OnvifDevice;
    readonly notices: readonly OnvifNotice[];
    readonly troubles: readonly object[];
  }) => Promise<void>,
  password = 'p4ss-w0rd',
): Promise<void> {
  await using device = await startOnvifDevice(options);
  const stop = new AbortController();
  const notices: OnvifNotice[] = [];
  const troubles: object[] = [];
  const listening = onvif.listen(
    await targetAt(device.url, { allowedHosts: ['127.0.0.1'] }),
    { user: 'viewer', password },
    {
      onNotice: (notice) => notices.push(notice),
      onTrouble: (trouble) => troubles.push(trouble),
      timing,
      signal: stop.signal,
    },
  );
  try {
    await check({ device, notices, troubles });
  } finally {
    stop.abort();
    await listening.catch(() => undefined);
  }
}

const heardOnce = async (device: OnvifDevice, notices: readonly OnvifNotice[]): Promise<void> => {
  await vi.waitFor(() => expect(device.asked).toContain('PullMessages'), 20_000);
  device.notify('RuleEngine/TamperDetector/Tamper', { IsTamper: 'true' });
  await vi.waitFor(() => expect(notices.length).toBeGreaterThan(0), 20_000);
};

test.each<[string, DeviceOptions]>([
  ['with digest', { asks: 'digest' }],
  ['with WS-Security and a wrong clock', { asks: 'wsSecurity', clockOffsetMs: 86_400_000 }],
  ['at a relative subscription address', { subscriptionAddress: '/onvif/subscription/9' }],
  [
    'at a subscription address on another host',
    { subscriptionAddress: 'http://192.168.68.111:8999/onvif/subscription?id=9' },
  ],
])('notices come %s', { timeout: 60_000 }, async (_how, options) => {
  await hearing(options, async ({ device, notices }) => {
    await heardOnce(device, notices);
    expect(notices[0]).toMatchObject({
      kind: 'tamper',
      topic: 'RuleEngine/TamperDetector/Tamper',
      isActive: true,
      isInitial: false,
    });
    device.notify('VideoSource/SignalLoss', { State: 'false' });
    device.notify('VideoSource/MotionAlarm', { State: '1' });
    await vi.waitFor(() => expect(notices).toHaveLength(3), 20_000);
    expect(notices.slice(1)).toMatchObject([
      { kind: 'videoLoss', isActive: false },
      { kind: 'motion', isActive: true },
    ]);
  });
});

test('a device that answers at once is not asked more than four times a second', {
  timeout: 30_000,
}, async () => {
  await hearing({ longPollMs: 0 }, async ({ device }) => {
    await vi.waitFor(() => expect(device.asked).toContain('PullMessages'), 20_000);
    const before = device.asked.filter((action) => action === 'PullMessages').length;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(device.asked.filter((action) => action === 'PullMessages').length - before).toBeLessThanOrEqual(9);
  });
});

test.each<[string, DeviceOptions['misbehaves']]>([
  [
    'a fault',
    (action, count) =>
      action === 'PullMessages' && count === 2
        ? { kind: 'raw', status: 400, body: soapFault('InvalidArgVal', 'no') }
        : null,
  ],
  [
    'an error 500',
    (action, count) =>
      action === 'PullMessages' && count === 2 ? { kind: 'raw', status: 500, body: 'oops' } : null,
  ],
  [
    'a web page',
    (action, count) =>
      action === 'PullMessages' && count === 2 ? { kind: 'raw', status: 200, body: '<html></html>' } : null,
  ],
  [
    'a closed connection',
    (action, count) => (action === 'PullMessages' && count === 2 ? { kind: 'reset' } : null),
  ],
  [
    'a refused renewal',
    (action) =>
      action === 'Renew' ? { kind: 'raw', status: 500, body: soapFault('ActionNotSupported', 'no') } : null,
  ],
  [
    'a subscription that cannot be made at first',
    (action, count) =>
      action === 'CreatePullPointSubscription' && count < 3 ? { kind: 'raw', status: 503, body: '' } : null,
  ],
])('after %s notices go on coming', { timeout: 60_000 }, async (_what, misbehaves) => {
  await hearing(
    { asks: 'digest', longPollMs: 100, ...(misbehaves === undefined ? {} : { misbehaves }) },
    async ({ device, notices }) => {
      await vi.waitFor(() => {
        expect(device.asked.filter((action) => action === 'PullMessages').length).toBeGreaterThan(4);
      }, 30_000);
      await heardOnce(device, notices);
    },
  );
});

test('a subscription that ran out is made again', { timeout: 60_000 }, async () => {
  await hearing(
    {
      subscriptionMs: 400,
      longPollMs: 100,
      misbehaves: (action) => (action === 'Renew' ? { kind: 'reset' } : null),
    },
    async ({ device, notices }) => {
      await vi.waitFor(() => {
        expect(
          device.asked.filter((action) => action === 'CreatePullPointSubscription').length,
        ).toBeGreaterThan(2);
      }, 40_000);
      await heardOnce(device, notices);
    },
  );
});

test('a refused login is told once, and not tried again soon', { timeout: 30_000 }, async () => {
  await hearing(
    { asks: 'digest' },
    async ({ device, troubles }) => {
      await vi.waitFor(() => expect(troubles).toHaveLength(1), 20_000);
      const tried = device.asked.length;
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(device.asked.length).toBe(tried);
      expect(troubles).toMatchObject([{ code: 'INGEST_ONVIF_AUTH' }]);
      expect(JSON.stringify(troubles)).not.toContain('wr0ng');
    },
    'wr0ng',
  );
});
