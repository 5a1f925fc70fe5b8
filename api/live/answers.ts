import type { z } from 'zod';
import type { Bus } from '../../bus/index.ts';
import type { Topic } from '../../contracts/index.ts';
import { type Clock, errorFields, type Log } from '../../kernel/index.ts';
import { openWaiters, type Waiting } from './waiters.ts';

/** What a worker answers on a topic, read once for all who wait. */
export interface Answers<T> extends AsyncDisposable {
  /** The answer to a question, or null after `timeoutMs`. Ask before the question is published. */
  answerTo(questionId: string, timeoutMs: number): Waiting<T>;
}

const retryMs = 1_000;

/**
 * @param options.questionOf which question a record answers; null: none, it is news.
 * @param options.onNews told of every record that answers no question.
 */
export function openAnswers<S extends z.ZodType, N extends string>(options: {
  bus: Bus;
  clock: Clock;
  log: Log;
  topic: Topic<S, N>;
  questionOf: (record: z.infer<S>) => string | null;
  onNews?: (record: z.infer<S>) => void;
}): Answers<z.infer<S>> {
  const { bus, clock, log, topic, questionOf, onNews } = options;
  const stop = new AbortController();
  const waiters = openWaiters<z.infer<S>>();

  const follow = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        for await (const message of bus.tail<Topic>([topic], { from: 'latest', signal: stop.signal })) {
          // Checked against the schema by the bus.
          const record = message.record as z.infer<S>;
          const questionId = questionOf(record);
          if (questionId === null) onNews?.(record);
          else waiters.answer(questionId, record);
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn(
          { topic: topic.name, ...errorFields(error) },
          'the answers cannot be followed; trying again',
        );
      }
      await clock.sleep(retryMs, stop.signal).catch(() => {});
    }
  };
  const following = follow();

  return {
    answerTo: (questionId, timeoutMs) => waiters.wait(questionId, timeoutMs),
    async [Symbol.asyncDispose]() {
      stop.abort();
      waiters.end();
      await following;
    },
  };
}
