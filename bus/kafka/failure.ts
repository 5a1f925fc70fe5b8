import { type Clock, messageOf, PipelineError } from '../../kernel/index.ts';

/** The protocol's name of an error, e.g. `MESSAGE_TOO_LARGE`, wherever kafkajs has put it. */
export function protocolTypeOf(error: unknown): string | null {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ('type' in inner && typeof inner.type === 'string') return inner.type;
  }
  return null;
}

const settleWithinMs = 10_000;
const askAgainAfterMs = 100;

/**
 * kafkajs marks what it has given up on. What it has not marked may pass: a connection that is cut under it comes out
 * as a bare Error ("Broker not connected") or as a TypeError from within.
 */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof PipelineError) return false;
  return error.cause instanceof TypeError || !('retriable' in error && error.retriable === false);
}

/**
 * Ask brokers that are there but still settling: of a topic or coordinator that has just been made or moved they say
 * "not mine", or the connection was cut on the way, and kafkajs passes that on. What it has retried itself in vain is
 * not asked again.
 */
export async function askSettling<T>(clock: Clock, question: () => Promise<T>): Promise<T> {
  const deadlineMs = clock.monotonicMs() + settleWithinMs;
  for (;;) {
    try {
      return await question();
    } catch (error) {
      if (!isPassing(error) || clock.monotonicMs() > deadlineMs) throw error;
      await clock.sleep(askAgainAfterMs);
    }
  }
}

export function unreachable(doing: string, brokers: readonly string[], cause: unknown): PipelineError {
  return new PipelineError(
    'BUS_UNREACHABLE',
    `Kafka at ${brokers.join(', ')} did not answer while ${doing}: ${messageOf(cause)}`,
    {
      hint: 'Check bus.brokers, that the brokers run, and that this machine may reach the addresses they advertise.',
      retryable: true,
      cause,
    },
  );
}

/** `work`, or nothing when it takes longer than `ms`: closing must not hang on a broker that is silent. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  try {
    await Promise.race([work.catch(() => undefined), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
