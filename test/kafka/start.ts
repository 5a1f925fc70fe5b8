import { parseArgs } from 'node:util';
import { untilInterrupted } from '../../kernel/index.ts';
import { startKafka } from './broker.ts';

/** `npm run kafka:start [-- --port N]`: a real broker to try the cluster set-up with; Ctrl-C ends it. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '9092' } } });
const interrupted = untilInterrupted(() => console.error('stopping the broker …'));
const start = await startKafka({ port: Number(values.port), say: (line) => console.error(line) });
if (start.kind === 'unavailable') {
  console.error(`No Kafka broker can run here: ${start.reason}`);
  process.exitCode = 1;
} else {
  const { kafka } = start;
  console.log(`Kafka is ready at ${kafka.brokers.join(',')}; Ctrl-C stops it and removes its data.`);
  if (!interrupted.aborted) {
    // The broker's pipes keep this process alive until then.
    await new Promise<void>((resolve) => {
      interrupted.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  await kafka.stop();
}
