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
 * Ask brokers that are there but still settling: of a topic or coordinator that has just been made or moved they say
 * "not mine", and kafkajs passes that on.
 */
export async function askSettling<T>(clock: Clock, question: () => Promise<T>): Promise<T> {
  const deadlineMs = clock.monotonicMs() + settleWithinMs;
  for (;;) {
    try {
      return await question();
    } catch (error) {
      const isPassing =
        protocolTypeOf(error) !== null && (error as { retriable?: unknown }).retriable === true;
      if (!isPassing || clock.monotonicMs() > deadlineMs) throw error;
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
