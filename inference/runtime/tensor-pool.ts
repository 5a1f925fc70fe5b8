import type { Log } from '../../kernel/index.ts';
import { openWorkerPool } from './worker-pool.ts';

/** A block of numbers with its shape. */
export interface Block {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** What a thread of plain networks is started with. */
export interface TensorThreadData {
  readonly files: Readonly<Record<string, string>>;
}

export interface TensorJob {
  readonly name: string;
  readonly input: Block;
}

/** Networks with one input and one output, run in a thread of their own. */
export interface TensorPool extends AsyncDisposable {
  /** @throws PipelineError MODEL_SHAPE, MODEL_BUSY, MODEL_WORKER_DIED. */
  run(name: string, input: Block): Promise<Block>;
}

const maxQueuedJobs = 256;

/**
 * @param files path of each network's weights, by the name it is run under.
 * @throws PipelineError MODEL_INVALID when one cannot be loaded.
 */
export async function openTensorPool(files: Readonly<Record<string, string>>, log: Log): Promise<TensorPool> {
  const workerData: TensorThreadData = { files };
  const pool = await openWorkerPool<TensorJob, TensorJob, null, Block>({
    what: `models ${Object.keys(files).join(', ')}`,
    threadUrl: new URL('tensor-worker.ts', import.meta.url),
    workerData,
    size: 1,
    maxQueuedJobs,
    toMessage: (job) => job,
    log,
  });
  return {
    run: async (name, input) => await pool.run({ name, input }),
    [Symbol.asyncDispose]: async () => {
      await pool[Symbol.asyncDispose]();
    },
  };
}
