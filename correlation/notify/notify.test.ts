import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { deadLetters, noticeDeliveryTable, sceneEvents } from '../../contracts/index.ts';
import { checkConfig, openLog, systemClock } from '../../kernel/index.ts';
import { correlationSettings } from '../settings.ts';
import { areaCode, madeEvent } from '../testing/made.ts';
import { openPlace, temporaryDir } from '../testing/place.ts';
import { requestOf } from './message.ts';
import { runNotify } from './index.ts';
import { lastDueMs, webhookStatus } from './self-test.ts';
import { webhookTargets } from './targets.ts';

const log = openLog({ level: 'silent' });

interface Received {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A receiver that answers what it is told to, and keeps what it got. */
async function receiver(answer: (count: number) => { status: number; body: string }) {
  const received: Received[] = [];
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    req.on('end', () => {
      received.push({ url: req.url ?? '', headers: req.headers, body });
      const { status, body: said } = answer(received.length);
      res.writeHead(status, { 'content-type': 'application/json' }).end(said);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/hook`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + 20_000;
  while (!(await check())) {
    if (Date.now() > untilMs) throw new Error('it did not happen within 20 s');
    await systemClock.sleep(20);
  }
}

test('an alert reaches the desk it belongs to, signed, while another webhook is dead; the self-test goes the same way', async () => {
  await using ok = await receiver(() => ({ status: 200, body: '{}' }));
  // A robot answers 200 even when it refuses; this one takes the third try.
  await using robot = await receiver((count) => ({
    status: 200,
    body: count < 3 ? '{"errcode":310000,"errmsg":"sign not match"}' : '{"errcode":0,"errmsg":"ok"}',
  }));
  await using dir = await temporaryDir();
  await using place = await openPlace(dir.path);
  const config = checkConfig({
    cases: {
      selfTestAt: '00:00',
      consoleUrl: 'https://eyes.example',
      desks: [
        {
          deskId: 'pcs',
          agency: 'policeStation',
          name: '南苑派出所',
          areaCodes: [areaCode],
          webhooks: [
            { webhookId: 'dead', format: 'json', url: 'http://127.0.0.1:1/nobody' },
            { webhookId: 'signed', format: 'json', url: ok.url, secretEnv: 'SECRET' },
            { webhookId: 'robot', format: 'dingtalk', urlEnv: 'ROBOT', secretEnv: 'SECRET' },
          ],
        },
        {
          deskId: 'elsewhere',
          agency: 'policeStation',
          name: '月湖派出所',
          areaCodes: ['330203510000'],
          webhooks: [{ webhookId: 'other', format: 'json', url: `${ok.url}/other` }],
        },
      ],
    },
  });
  const environment = { SECRET: 'geheim', ROBOT: `${robot.url}?access_token=abc` };
  const settings = await correlationSettings(config);
  const stop = new AbortController();
  const { bus, store } = place;
  const stopWorkers = place.start();
  const running = runNotify({
    bus,
    store,
    clock: systemClock,
    log,
    config,
    settings: settings.cases,
    environment,
    signal: stop.signal,
  });
  const event = madeEvent();
  await bus.publish(sceneEvents, [event]);
  // The same event again, as after a restart: still one alert.
  await bus.publish(sceneEvents, [event]);
  const alertsOf = ({ received }: { received: Received[] }) =>
    received.filter(({ body }) => body.includes('New alert'));
  await eventually(() => alertsOf(ok).length > 0 && alertsOf(robot).length > 0);

  const [alert] = alertsOf(ok);
  expect(JSON.parse(alert?.body ?? '')).toMatchObject({
    kind: 'alert',
    deskId: 'pcs',
    link: expect.stringMatching(/^https:\/\/eyes\.example\/incidents\/[0-9a-f-]{36}$/),
  });
  const [, sentAtMs = '', sign = ''] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(alert?.headers['x-sharp-eyes-signature'])) ?? [];
  expect(createHmac('sha256', 'geheim').update(`${sentAtMs}.${alert?.body}`).digest('hex')).toBe(sign);
  const robotUrl = new URL(robot.received.at(-1)?.url ?? '', 'http://x');
  const stamp = robotUrl.searchParams.get('timestamp') ?? '';
  expect(robotUrl.searchParams.get('sign')).toBe(
    createHmac('sha256', 'geheim').update(`${stamp}\ngeheim`).digest('base64'),
  );

  const targets = webhookTargets(config, environment);
  const statusOf = async (id: string) =>
    (await webhookStatus(store, targets, Date.now())).find(({ webhookId }) => webhookId === id);
  await eventually(async () => (await statusOf('robot'))?.queuedCount === 0);
  expect((await statusOf('robot'))?.lastSelfTestOkAtMs).toBeGreaterThan(0);
  expect(await statusOf('dead')).toMatchObject({ lastSelfTestOkAtMs: null, lastDeliveredAtMs: null });
  expect((await statusOf('dead'))?.lastError).toMatch(/ECONNREFUSED|bad port/);
  expect((await statusOf('dead'))?.lastError).not.toContain('nobody');
  // The other station got its self-test and nothing else.
  const other = ok.received.filter(({ url }) => url.endsWith('/other'));
  expect(other.map(({ body }) => JSON.parse(body).kind)).toEqual(['selfTest']);
  expect(alertsOf(ok)).toHaveLength(1);

  stop.abort();
  await running;
  await stopWorkers();
});

test('what was queued when the process ended is delivered by the next one, and what nobody takes is a dead letter', async () => {
  await using ok = await receiver(() => ({ status: 200, body: '{}' }));
  await using dir = await temporaryDir();
  await using place = await openPlace(dir.path);
  const { bus, store } = place;
  const config = checkConfig({
    cases: {
      desks: [
        {
          deskId: 'pcs',
          agency: 'policeStation',
          name: '南苑派出所',
          areaCodes: [areaCode],
          webhooks: [
            { webhookId: 'ok', format: 'json', url: ok.url },
            { webhookId: 'refusing', format: 'json', url: 'http://127.0.0.1:1/' },
          ],
        },
      ],
    },
  });
  const row = (webhookId: string, attempts: number) => ({
    deliveryId: crypto.randomUUID(),
    notice: {
      noticeId: crypto.randomUUID(),
      kind: 'urged' as const,
      deskId: 'pcs',
      webhookId: null,
      areaCode,
      incidentId: null,
      atMs: 1,
      title: 'left over',
      lines: [],
    },
    webhookId,
    state: 'queued' as const,
    attempts,
    lastError: '',
    queuedAtMs: 1,
    updatedAtMs: 1,
  });
  await store.insert(noticeDeliveryTable, [row('ok', 0), row('refusing', 7)], { deduplicationToken: 'left' });
  const stop = new AbortController();
  const { cases } = await correlationSettings(config);
  const parts = { bus, store, clock: systemClock, log, config, settings: cases, environment: {} };
  const running = runNotify({ ...parts, signal: stop.signal });
  await eventually(() => ok.received.some(({ body }) => body.includes('left over')));
  const letters = bus.subscribe([deadLetters], { group: 'test', signal: AbortSignal.timeout(20_000) });
  for await (const { record } of letters) {
    expect(record).toMatchObject({ reasonCode: 'NOTICE_UNDELIVERED', sourceTopic: 'notice.v1' });
    expect(record.reason).toContain('refusing did not take it in 8 tries');
    break;
  }
  stop.abort();
  await running;
});

test('a webhook that cannot be called is named at the start', () => {
  const of = (webhook: object) =>
    checkConfig({
      cases: {
        desks: [
          {
            deskId: 'd',
            agency: 'enforcement',
            name: 'd',
            webhooks: [{ webhookId: 'w', format: 'json', ...webhook }],
          },
        ],
      },
    });
  expect(() => webhookTargets(of({}), {})).toThrow('cases.desks[d].webhooks[w] has no http(s) address');
  expect(() => webhookTargets(of({ urlEnv: 'HOOK' }), { HOOK: 'file:///etc/passwd' })).toThrow('no http(s)');
  expect(() => webhookTargets(of({ url: 'https://x.example', secretEnv: 'S' }), {})).toThrow(
    'S, which is not set',
  );
});

test('企业微信 gets markdown without a signature of ours', () => {
  const notice = {
    noticeId: crypto.randomUUID(),
    kind: 'alert' as const,
    deskId: 'd',
    webhookId: null,
    areaCode,
    incidentId: null,
    atMs: 1,
    title: '新告警',
    lines: ['一行'],
  };
  const target = {
    format: 'wecom',
    url: 'https://q.example/send?key=k',
    secret: null,
    deliveryId: 'x',
    link: null,
  } as const;
  const { url, body } = requestOf(notice, target, 5);
  expect(url).toBe('https://q.example/send?key=k');
  expect(JSON.parse(body)).toEqual({ msgtype: 'markdown', markdown: { content: '### 新告警\n\n> 一行' } });
});

test('the daily test is due from its minute on, by Chinese time', () => {
  const at = (text: string): number => Date.parse(`${text}+08:00`);
  expect(lastDueMs('07:30', at('2026-06-15T07:30:00'))).toBe(at('2026-06-15T07:30:00'));
  expect(lastDueMs('07:30', at('2026-06-15T07:29:59'))).toBe(at('2026-06-14T07:30:00'));
});
