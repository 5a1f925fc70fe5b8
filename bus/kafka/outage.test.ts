import kafkajs from 'kafkajs';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { deadLetters } from '../../contracts/index.ts';
import { openLog, systemClock } from '../../kernel/index.ts';
import { type KafkaBroker, type KafkaStart, startKafka } from '../../test/kafka/broker.ts';
import type { Bus } from '../bus.ts';
import { type Mark, type MarkTopic, markTopic, quietLog } from '../testing/place.ts';
import { marks, numbersByKey, take } from '../testing/subject.ts';
import { startChild } from '../testing/children.ts';
import { openTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';
import { createClient } from './client.ts';
import { type KafkaBusOptions, openKafkaBus } from './kafka-bus.ts';
import { createPositions } from './positions.ts';
import { watchProgress } from './watchdog.ts';

let start: KafkaStart = { kind: 'unavailable', reason: 'not started' };
let proxy: TcpProxy;
beforeAll(async () => {
  proxy = await openTcpProxy();
  start = await startKafka({ advertisedPort: proxy.port });
  if (start.kind === 'started') proxy.forwardTo(start.kafka.proxiedPort ?? 0);
}, 400_000);
afterAll(async () => {
  if (start.kind === 'started') await start.kafka.stop();
  await proxy[Symbol.asyncDispose]();
});

function brokerOr(context: TestContext): KafkaBroker {
  if (start.kind === 'unavailable') context.skip(start.reason);
  return start.kafka;
}

const open = async (brokers: readonly string[], more: Partial<KafkaBusOptions> = {}): Promise<Bus> =>
  await openKafkaBus({
    brokers,
    clientId: 'outage-test',
    replicationFactor: 1,
    sessionTimeoutMs: 2_000,
    clock: systemClock,
    log: quietLog,
    ...more,
  });
const throughProxy = (): string[] => [`127.0.0.1:${proxy.port}`];

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Publishes numbered marks of all keys until told to stop; the numbers that were acknowledged. */
function publishSteadily(bus: Bus, on: MarkTopic): { soFar(): number; stop(): Promise<number> } {
  const over = new AbortController();
  let n = 0;
  const work = (async () => {
    while (!over.signal.aborted) {
      n++;
      const batch = keys.map((key) => ({ key, n }));
      // Two calls at once, so that requests queue up behind the one in flight.
      await Promise.all([bus.publish(on, batch.slice(0, 3)), bus.publish(on, batch.slice(3))]);
    }
  })();
  work.catch(() => undefined); // told by stop()
  return {
    soFar: () => n,
    async stop() {
      over.abort();
      await work;
      return n;
    },
  };
}

async function expectExactlyOnce(bus: Bus, on: MarkTopic, published: number): Promise<void> {
  const stop = new AbortController();
  const count = await bus.lag(on, 'nobody');
  const all: Mark[] = [];
  for await (const { record } of bus.tail([on], { from: 'earliest', signal: stop.signal })) {
    all.push(record);
    if (all.length >= count) break;
  }
  const expected = Array.from({ length: published }, (_, index) => index + 1);
  for (const key of keys) expect(numbersByKey(all).get(key), key).toEqual(expected);
}

test('kafka: nothing is lost or doubled while connections are cut again and again', async (context) => {
  brokerOr(context);
  await using bus = await open(throughProxy());
  const cut = markTopic('cut-connections');
  const publishing = publishSteadily(bus, cut);
  // On a busy machine little gets through between two cuts: then they go on, farther apart.
  for (let index = 0; index < 12 || (publishing.soFar() <= 20 && index < 60); index++) {
    await systemClock.sleep((index < 12 ? 100 : 800) + Math.random() * 200);
    proxy.cut();
  }
  await systemClock.sleep(300);
  const published = await publishing.stop();
  expect(published).toBeGreaterThan(20);
  await expectExactlyOnce(bus, cut, published);
}, 120_000);

test('kafka: nothing is lost or doubled when the broker is killed and comes back while publishing', async (context) => {
  const kafka = brokerOr(context);
  await using bus = await open(kafka.brokers);
  const killed = markTopic('killed-broker');
  const received = new Set<string>();
  const stop = new AbortController();
  const reading = (async () => {
    for await (const { record, ack } of bus.subscribe([killed], { group: 'reader', signal: stop.signal })) {
      received.add(`${record.key} ${record.n}`);
      await ack();
    }
  })();
  const publishing = publishSteadily(bus, killed);
  await expect.poll(() => received.size, { timeout: 10_000 }).toBeGreaterThan(30);
  await kafka.kill();
  await systemClock.sleep(1_000);
  await kafka.restart();
  const atReturn = received.size;
  await expect.poll(() => received.size, { timeout: 15_000 }).toBeGreaterThan(atReturn + 30);
  const published = await publishing.stop();
  await expect.poll(() => received.size, { timeout: 15_000 }).toBe(published * keys.length);
  stop.abort();
  await reading;
  await expectExactlyOnce(bus, killed, published);
}, 60_000);

test('kafka: a reader whose network goes silent ends with BUS_STALLED, one with nothing to read does not', async (context) => {
  const kafka = brokerOr(context);
  const silent = markTopic('silent');
  await using direct = await open(kafka.brokers, { stallMs: 1_500 });
  await using wedged = await open(throughProxy(), { stallMs: 1_500 });
  await direct.publish(silent, marks('k', 1, 1));
  const stop = new AbortController();
  const readers = [direct, wedged].map((bus, index) =>
    bus.subscribe([silent], { group: `silent-${index}`, signal: stop.signal })[Symbol.asyncIterator](),
  );
  for (const reader of readers) {
    const first = await reader.next();
    if (first.done !== true) await first.value.ack();
  }
  const [idle, cutOff] = readers.map((reader) => reader.next());
  proxy.silence();
  await expect(cutOff).rejects.toMatchObject({ code: 'BUS_STALLED', retryable: true });
  // The idle one has stood still just as long, and rightly.
  await direct.publish(silent, marks('k', 2, 2));
  expect(await idle).toMatchObject({ done: false, value: { record: { n: 2 } } });
  stop.abort();
  for (const reader of readers) await reader.return?.();
  proxy.restore();
}, 45_000);

test('kafka: a reader that stands still although the brokers answer is noticed by what it leaves unread', async (context) => {
  const kafka = brokerOr(context);
  await using bus = await open(kafka.brokers);
  const unread = markTopic('unread', 'source');
  await bus.publish(unread, marks('k', 1, 7));
  const client = createClient({ brokers: kafka.brokers, clientId: 'watchdog-test', log: quietLog });
  const admin = client.admin();
  await admin.connect();
  // Has its partition, but was never started: the picture of a consumer that kafkajs has forgotten.
  const positions = createPositions(client.consumer({ groupId: 'forgotten' }), quietLog);
  positions.assign('member', { [unread.name]: [0] });
  const stalled = Promise.withResolvers<Error>();
  const watch = (isReaderWaiting: () => boolean, onStall: (error: Error) => void) =>
    watchProgress({
      admin,
      clock: systemClock,
      group: 'forgotten',
      positions,
      stallMs: 400,
      isReaderWaiting,
      onStall,
    });
  const busy = { stalls: 0 };
  const watchdogs = [
    watch(() => true, stalled.resolve),
    watch(
      () => false,
      () => busy.stalls++,
    ),
  ];
  expect(await stalled.promise).toMatchObject({
    code: 'BUS_STALLED',
    message: expect.stringContaining('7 records wait'),
  });
  for (const watchdog of watchdogs) watchdog.end();
  expect(busy.stalls).toBe(0); // its reader is at work: nothing to be noticed

  const tenure = positions.tenure({ topicName: unread.name, partition: 0 }) ?? 0;
  positions.noteDelivered({ topicName: unread.name, partition: 0 }, 6);
  expect(tenure).toBeGreaterThan(0);
  const idle = { stalls: 0 };
  const third = watch(
    () => true,
    () => idle.stalls++,
  );
  await systemClock.sleep(1_200);
  third.end();
  expect(idle.stalls).toBe(0); // everything was read
  await admin.disconnect();
});

test('kafka: bytes that are no JSON, or nothing at all, go to the dead letters as they were', async (context) => {
  const kafka = brokerOr(context);
  await using bus = await open(kafka.brokers);
  const noise = markTopic('noise', 'source');
  await bus.publish(noise, marks('k', 1, 1));
  const producer = new kafkajs.Kafka({ brokers: kafka.brokers, logLevel: kafkajs.logLevel.NOTHING }).producer(
    {
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    },
  );
  await producer.connect();
  const garbage = [Buffer.from([0xff, 0xfe, 0x00, 0x7b]), Buffer.from('{"key":"k","n":'), null];
  await producer.send({ topic: noise.name, messages: garbage.map((value) => ({ key: 'k', value })) });
  await producer.disconnect();
  await bus.publish(noise, marks('k', 2, 2));
  const taken = await take(bus, [noise], { group: 'noise', count: 2 });
  expect(taken.map(({ record }) => record.n)).toEqual([1, 2]);
  const stop = new AbortController();
  const letters: string[] = [];
  for await (const { record } of bus.tail([deadLetters], { from: 'earliest', signal: stop.signal })) {
    if (record.sourceTopic === noise.name) letters.push(record.rawBase64);
    if (letters.length === garbage.length) break;
  }
  expect(letters).toEqual(garbage.map((value) => value?.toString('base64') ?? ''));
});

test('kafka: a topic with another number of partitions is refused, not altered', async (context) => {
  const kafka = brokerOr(context);
  await using bus = await open(kafka.brokers);
  await bus.publish(markTopic('sized', 'camera'), marks('k', 1, 1));
  await using again = await open(kafka.brokers);
  await expect(again.publish(markTopic('sized', 'area'), marks('k', 1, 1))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: "Kafka's topic sized has 16 partitions; Sharp Eyes needs 8.",
  });
});

test('kafka: a record larger than the broker takes is refused, and the next one passes', async (context) => {
  const kafka = brokerOr(context);
  await using bus = await open(kafka.brokers);
  const large = markTopic('large');
  const huge = [{ key: 'k', n: 1, pad: 'x'.repeat(2_000_000) }];
  await expect(bus.publish(large, huge)).rejects.toMatchObject({ code: 'BUS_RECORD_INVALID' });
  // 3 MB in all, each piece under the limit: cut into several requests.
  const many = Array.from({ length: 30 }, (_, index) => ({ key: 'k', n: index, pad: 'x'.repeat(100_000) }));
  await bus.publish(large, many);
  expect(await bus.lag(large, 'nobody')).toBe(30);
});

test('kafka: a bus closes and lets its process end although the broker is away', async (context) => {
  const kafka = brokerOr(context);
  const place = { kind: 'kafka', brokers: kafka.brokers } as const;
  const child = startChild({ place, role: 'closeWhenTold', topicName: 'away', group: 'away' });
  await child.until(2);
  await kafka.kill();
  await systemClock.sleep(300);
  child.tell();
  const toldAtMs = performance.now();
  expect(await child.ended()).toMatchObject({ code: 0, stderr: '' });
  expect(performance.now() - toldAtMs).toBeLessThan(12_000);
  expect(child.said.at(-1)).toEqual({ publishEndedWith: 'BUS_CLOSED' });
  await kafka.restart();
}, 60_000);

test('kafka: brokers out of reach are named at once, and the log stays readable', async () => {
  const lines: string[] = [];
  const log = openLog({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  const nobody = open(['127.0.0.1:9'], { log });
  await expect(nobody).rejects.toMatchObject({
    code: 'BUS_UNREACHABLE',
    retryable: true,
    message: expect.stringContaining('127.0.0.1:9'),
  });
  expect(lines.length).toBeLessThan(5);
  expect(lines.filter((line) => line.includes('"level":50'))).toEqual([]);
});
