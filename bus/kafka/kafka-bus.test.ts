import { afterAll, beforeAll } from 'vitest';
import { type KafkaStart, startKafka } from '../../test/kafka/broker.ts';
import { busSuite } from '../bus.suite.ts';

let start: KafkaStart = { kind: 'unavailable', reason: 'not started' };
beforeAll(async () => {
  start = await startKafka();
}, 400_000);
afterAll(async () => {
  if (start.kind === 'started') await start.kafka.stop();
});

busSuite({
  name: 'kafka',
  place: () => (start.kind === 'started' ? { kind: 'kafka', brokers: start.kafka.brokers } : start),
  runs: 4,
  kills: 2,
});
