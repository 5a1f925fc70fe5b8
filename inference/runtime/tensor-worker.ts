import { parentPort, workerData } from 'node:worker_threads';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { PipelineError } from '../../kernel/index.ts';
import { createSession } from './session.ts';
import type { Block, TensorJob, TensorThreadData } from './tensor-pool.ts';
import { type FromThread, toErrorMessage, type ToThread } from './thread-message.ts';

const unforeseen = {
  code: 'MODEL_INVALID',
  hint: 'Unforeseen: install the packages again, and report this with the log.',
} as const;

/** A worker thread with plain networks: blocks of numbers in, blocks of numbers out. */
async function run(port: NonNullable<typeof parentPort>, { files }: TensorThreadData): Promise<void> {
  const send = (message: FromThread<null, Block>): void => {
    port.postMessage(message);
  };
  const sessions = new Map<string, InferenceSession>();
  try {
    for (const [name, filePath] of Object.entries(files)) {
      sessions.set(name, await createSession(filePath, 'cpu'));
    }
  } catch (error) {
    send({ kind: 'refused', error: toErrorMessage(error, unforeseen) });
    return;
  }

  const answer = async ({ name, input }: TensorJob): Promise<void> => {
    try {
      const session = sessions.get(name);
      const [inputName, outputName] = [session?.inputNames[0], session?.outputNames[0]];
      if (session === undefined || inputName === undefined || outputName === undefined) {
        throw new PipelineError('MODEL_SHAPE', `The network ${name} has no input or no output.`, {
          hint: 'Bring the weights that belong to it.',
        });
      }
      const outputs = await session.run({ [inputName]: new Tensor('float32', input.data, input.shape) });
      const output = outputs[outputName];
      if (output === undefined || !(output.data instanceof Float32Array)) {
        throw new PipelineError('MODEL_SHAPE', `The network ${name} gave no numbers.`, {
          hint: 'Bring the weights that belong to it.',
        });
      }
      send({ kind: 'done', result: { data: output.data, shape: output.dims } });
    } catch (error) {
      send({ kind: 'failed', error: toErrorMessage(error, unforeseen) });
    }
  };
  const release = async (): Promise<void> => {
    for (const session of sessions.values()) await session.release();
  };
  // One job at a time: the pool sends the next one only after an answer; `close` may come during one.
  let current = Promise.resolve();
  port.on('message', (message: ToThread<TensorJob>) => {
    if (message.kind === 'job') current = answer(message.job);
    else {
      void current.then(release).finally(() => {
        port.close();
      });
    }
  });
  send({ kind: 'ready', ready: null });
}

if (parentPort !== null) await run(parentPort, workerData as TensorThreadData);
