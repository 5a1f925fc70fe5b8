import kafkajs, { type Kafka as KafkaClient, type LogEntry, type RetryOptions } from 'kafkajs';
import type { Log } from '../../kernel/index.ts';
import { mendRequestQueue } from './request-queue.ts';

// kafkajs is CommonJS: some of its named exports cannot be imported by name.
const { Kafka, logLevel, Partitioners } = kafkajs;

export { Partitioners };

/**
 * Back within seconds when a broker returns; with kafkajs's own settings a 25 s outage lasts another minute. Few tries,
 * because nothing can stop kafkajs between them: whoever wants more starts over, as long as it is still wanted.
 */
export const shortRetry: RetryOptions = { initialRetryTime: 50, maxRetryTime: 500, retries: 5 };

const warnEveryMs = 30_000;
/** Refusals by a broker, which are retried or thrown here; and the advice to let a producer retry for ever. */
const answeredByUs = /^Response |^Limiting retries/;

export function createClient(options: {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: Log;
}): KafkaClient {
  mendRequestQueue();
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: shortRetry,
    logLevel: logLevel.WARN,
    logCreator: () => createLogSink(options.log),
  });
}

/**
 * kafkajs logs as ERROR what it is about to retry, once per attempt and partition. What matters reaches the caller as
 * an error of ours, so here each sentence is a warning at most every half minute and otherwise a debug line.
 */
function createLogSink(log: Log): (entry: LogEntry) => void {
  const warnedAtMs = new Map<string, number>();
  return ({ namespace, log: { message, error, broker, groupId } }) => {
    const fields = { namespace, error, broker, groupId };
    if (answeredByUs.test(message)) {
      log.debug(fields, `kafka: ${message}`);
      return;
    }
    const nowMs = performance.now();
    const isRepeated = nowMs - (warnedAtMs.get(message) ?? Number.NEGATIVE_INFINITY) < warnEveryMs;
    if (isRepeated) {
      log.debug(fields, `kafka: ${message}`);
      return;
    }
    if (warnedAtMs.size > 100) warnedAtMs.clear();
    warnedAtMs.set(message, nowMs);
    log.warn(fields, `kafka: ${message}`);
  };
}
