import { errorFields, type Log } from '../kernel/index.ts';

/** Runs the stages of a process side by side; the first that fails stops all. */
export interface Supervisor {
  /** Aborts when somebody asked to stop or a stage failed. */
  readonly signal: AbortSignal;
  /** Let a stage run; it must end when `signal` aborts. */
  run(name: string, stage: (signal: AbortSignal) => Promise<void>): void;
  /** Stop every stage and wait for it. */
  stop(): Promise<void>;
  /**
   * Resolves when every stage has ended.
   * @throws what the first failing stage threw.
   */
  readonly done: () => Promise<void>;
}

export function supervise(outer: AbortSignal, log: Log): Supervisor {
  const stop = new AbortController();
  const onOuter = (): void => {
    stop.abort(outer.reason);
  };
  if (outer.aborted) onOuter();
  else outer.addEventListener('abort', onOuter, { once: true });
  const running: Promise<void>[] = [];
  let failure: { error: unknown } | undefined;
  const done = async (): Promise<void> => {
    // A stage may have been added while the others were waited for.
    for (let waited = 0; waited < running.length; ) {
      const now = running.length;
      await Promise.all(running);
      waited = now;
    }
    outer.removeEventListener('abort', onOuter);
    if (failure !== undefined) throw failure.error;
  };
  return {
    signal: stop.signal,
    run(name, stage) {
      const guarded = async (): Promise<void> => {
        try {
          await stage(stop.signal);
        } catch (error) {
          // What a stage throws because it was stopped is no failure.
          if (stop.signal.aborted) return;
          log.error({ stage: name, ...errorFields(error) }, 'a stage failed; stopping all');
          failure ??= { error };
          stop.abort(error);
        }
      };
      running.push(guarded());
    },
    async stop() {
      stop.abort('stopped');
      await done();
    },
    done,
  };
}
