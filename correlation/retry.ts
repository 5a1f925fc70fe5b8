import { type Clock, errorFields, type Log, PipelineError } from '../kernel/index.ts';

const firstDelayMs = 250;
const longestDelayMs = 10_000;
/** What went well for this long begins with the first pause again. */
const wellMs = 60_000;

/**
 * Do something that other machines take part in; what may work later is tried again for as long as it takes, with
 * growing pauses.
 * @throws whatever is not retryable, and the reason of `signal` once it aborts.
 */
export async function withRetry<T>(
  attempt: () => Promise<T>,
  context: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal; readonly doing: string },
): Promise<T> {
  const { clock, log, signal, doing } = context;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
    const startedAtMs = clock.monotonicMs();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PipelineError) || !error.retryable) throw error;
      if (clock.monotonicMs() - startedAtMs > wellMs) delayMs = firstDelayMs;
      log.warn({ ...errorFields(error), delayMs }, `${doing} failed; trying again`);
      await clock.sleep(delayMs, signal);
    }
  }
}
