import { Worker } from 'node:worker_threads';
import { errorFields, type Log, PipelineError } from '../../kernel/index.ts';
import { fromErrorMessage, type FromThread, type ToThread } from './thread-message.ts';

/** A thread that dies this often in a row before it is ready is not started again. */
const maxFailedStarts = 3;
const closeGraceMs = 5_000;

export interface WorkerPoolStats {
  /** Jobs at a thread, and jobs that wait for one. */
  readonly running: number;
  readonly queued: number;
  readonly done: number;
  readonly failed: number;
  /** Threads that died and were started again. */
  readonly restarts: number;
}

/** Threads that each do one job at a time, first come, first served. */
export interface WorkerPool<Job, Ready, Result> extends AsyncDisposable {
  readonly size: number;
  /** What each thread said when it was ready. */
  readonly ready: readonly Ready[];
  /**
   * @throws PipelineError MODEL_BUSY when too many jobs wait already, MODEL_WORKER_DIED when the thread ended under it,
   *   INTERRUPTED when the pool was closed, or what the job itself failed with.
   */
  run(job: Job): Promise<Result>;
  stats(): WorkerPoolStats;
}

export interface WorkerPoolOptions<Job, Message> {
  /** For messages, e.g. "model nanodet_g". */
  readonly what: string;
  readonly threadUrl: URL;
  readonly workerData: unknown;
  readonly size: number;
  readonly maxQueuedJobs: number;
  /** What is posted for a job; called when thread number `lane` is free for it. */
  readonly toMessage: (job: Job, lane: number) => Message;
  readonly log: Log;
}

interface Task<Job, Result> {
  readonly job: Job;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * `starting` → `idle` on ready; `idle` → `busy` on a job; `busy` → `idle` when it is done or failed; any → `starting`
 * when the thread dies; `starting` → `gone` after too many deaths; any → `gone` on close.
 */
type LaneState<Job, Result> =
  | { readonly kind: 'starting' | 'idle' | 'gone' }
  | { readonly kind: 'busy'; readonly task: Task<Job, Result> };

interface Lane<Job, Result> {
  readonly index: number;
  worker: Worker;
  state: LaneState<Job, Result>;
  failedStarts: number;
}

/**
 * Start `size` threads and wait until all are ready.
 * @throws PipelineError what a thread refuses to start with, or MODEL_WORKER_DIED.
 */
export async function openWorkerPool<Job, Message, Ready, Result>(
  options: WorkerPoolOptions<Job, Message>,
): Promise<WorkerPool<Job, Ready, Result>> {
  type OwnLane = Lane<Job, Result>;
  const { what, log, size } = options;
  const queue: Task<Job, Result>[] = [];
  const lanes: OwnLane[] = [];
  const ready: Ready[] = [];
  let counts = { done: 0, failed: 0, restarts: 0 };
  let isClosing = false;
  const opened = Promise.withResolvers<void>();
  const exits = new Set<Promise<void>>();

  const died = (why: string): PipelineError =>
    new PipelineError('MODEL_WORKER_DIED', `A worker thread of ${what} ended: ${why}.`, {
      hint: 'It is started again; try once more. When this repeats: look at memory, or set inference.workers lower.',
      retryable: true,
    });

  const closed = (): PipelineError =>
    new PipelineError('INTERRUPTED', `The pool of ${what} was closed before this picture's turn came.`, {
      hint: 'Nothing: the process is stopping.',
    });

  const settle = (lane: OwnLane, state: LaneState<Job, Result>): Task<Job, Result> | null => {
    const task = lane.state.kind === 'busy' ? lane.state.task : null;
    lane.state = state;
    return task;
  };

  const dispatch = (): void => {
    for (const lane of lanes) {
      if (lane.state.kind !== 'idle') continue;
      const task = queue.shift();
      if (task === undefined) {
        // An idle thread must not keep the process alive.
        lane.worker.unref();
        continue;
      }
      try {
        const message: ToThread<Message> = { kind: 'job', job: options.toMessage(task.job, lane.index) };
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        lane.worker.postMessage(message);
        lane.worker.ref();
        lane.state = { kind: 'busy', task };
      } catch (error) {
        counts.failed += 1;
        task.reject(error);
      }
    }
  };

  const refuse = (error: unknown): void => {
    opened.reject(error);
    if (lanes.some(({ state }) => state.kind !== 'gone')) return;
    for (const task of queue.splice(0)) task.reject(error);
  };

  const onMessage = (lane: OwnLane, message: FromThread<Ready, Result>): void => {
    switch (message.kind) {
      case 'ready': {
        lane.failedStarts = 0;
        lane.state = { kind: 'idle' };
        ready[lane.index] = message.ready;
        if (lanes.length === size && lanes.every(({ state }) => state.kind !== 'starting')) opened.resolve();
        break;
      }
      case 'refused': {
        lane.state = { kind: 'gone' };
        refuse(fromErrorMessage(message.error));
        break;
      }
      case 'done': {
        counts.done += 1;
        settle(lane, { kind: 'idle' })?.resolve(message.result);
        break;
      }
      case 'failed': {
        counts.failed += 1;
        settle(lane, { kind: 'idle' })?.reject(fromErrorMessage(message.error));
        break;
      }
    }
    dispatch();
  };

  const onExit = (lane: OwnLane, why: string): void => {
    const wasStarting = lane.state.kind === 'starting';
    if (isClosing || lane.state.kind === 'gone') {
      settle(lane, { kind: 'gone' })?.reject(closed());
      return;
    }
    const error = died(why);
    const task = settle(lane, { kind: 'starting' });
    if (task !== null) {
      counts.failed += 1;
      task.reject(error);
    }
    lane.failedStarts += wasStarting ? 1 : 0;
    if (lane.failedStarts >= maxFailedStarts) {
      log.error({ what, ...errorFields(error) }, 'a worker thread does not start; going on without it');
      lane.state = { kind: 'gone' };
      refuse(error);
      return;
    }
    log.warn({ what, ...errorFields(error) }, 'a worker thread died and is started again');
    counts = { ...counts, restarts: counts.restarts + 1 };
    lane.worker = start(lane);
  };

  const start = (lane: OwnLane): Worker => {
    const worker = new Worker(options.threadUrl, { workerData: options.workerData, execArgv: [] });
    let why = 'it ended by itself';
    worker.on('message', (message: FromThread<Ready, Result>) => {
      onMessage(lane, message);
    });
    worker.on('error', (error) => {
      why = error.message;
    });
    const exit = Promise.withResolvers<void>();
    exits.add(exit.promise);
    worker.once('exit', () => {
      exits.delete(exit.promise);
      exit.resolve();
      onExit(lane, why);
    });
    return worker;
  };

  const close = async (): Promise<void> => {
    if (!isClosing) {
      isClosing = true;
      for (const task of queue.splice(0)) task.reject(closed());
      const bye: ToThread<Message> = { kind: 'close' };
      for (const { worker } of lanes) {
        worker.ref();
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        worker.postMessage(bye);
      }
    }
    // A thread that hangs in native code cannot answer.
    const timer = setTimeout(() => {
      for (const { worker } of lanes) void worker.terminate();
    }, closeGraceMs);
    await Promise.all(exits);
    clearTimeout(timer);
  };

  for (let index = 0; index < size; index += 1) {
    const lane: Partial<OwnLane> & { index: number } = {
      index,
      state: { kind: 'starting' },
      failedStarts: 0,
    };
    lane.worker = start(lane as OwnLane);
    lanes.push(lane as OwnLane);
  }
  try {
    await opened.promise;
  } catch (error) {
    await close();
    throw error;
  }

  return {
    size,
    ready,
    async run(job) {
      if (isClosing) throw closed();
      if (lanes.every(({ state }) => state.kind === 'gone')) throw died('none could be started');
      if (queue.length >= options.maxQueuedJobs) {
        throw new PipelineError('MODEL_BUSY', `${queue.length} pictures wait for ${what} already.`, {
          hint: 'Analyse fewer frames per second, fewer cameras, or set inference.workers higher.',
          retryable: true,
        });
      }
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      queue.push({ job, resolve, reject });
      dispatch();
      return await promise;
    },
    stats: () => ({
      ...counts,
      running: lanes.filter(({ state }) => state.kind === 'busy').length,
      queued: queue.length,
    }),
    [Symbol.asyncDispose]: close,
  };
}
