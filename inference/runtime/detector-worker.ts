import { parentPort, workerData } from 'node:worker_threads';
import type { Detection } from '../detect/index.ts';
import type { DetectMessage, ReadyMessage, ThreadData } from './detector-pool.ts';
import { openSession } from './session.ts';
import { type FromThread, toErrorMessage, type ToThread } from './thread-message.ts';

/** A worker thread with one model: pictures in shared memory in, detections out. */
async function run(
  port: NonNullable<typeof parentPort>,
  { model, executionProvider }: ThreadData,
): Promise<void> {
  const send = (message: FromThread<ReadyMessage, Detection[]>): void => {
    port.postMessage(message);
  };
  const unforeseen = {
    code: 'MODEL_INVALID',
    hint: 'Unforeseen: try the model nanodet_g, and report this with the log.',
  } as const;

  const session = await openSession(model, executionProvider).catch((error: unknown) => {
    send({ kind: 'refused', error: toErrorMessage(error, unforeseen) });
    return null;
  });
  if (session === null) return;

  const detect = async ({ shared, byteOffset, byteLength, ...job }: DetectMessage): Promise<void> => {
    try {
      const { widthPx, heightPx, minConfidence } = job;
      const data = new Uint8Array(shared, byteOffset, byteLength);
      send({ kind: 'done', result: await session.detect({ widthPx, heightPx, data }, minConfidence) });
    } catch (error) {
      send({ kind: 'failed', error: toErrorMessage(error, unforeseen) });
    }
  };
  // The pool sends the next message only after an answer, so jobs cannot overlap; `close` may come during one.
  let current = Promise.resolve();
  port.on('message', (message: ToThread<DetectMessage>) => {
    if (message.kind === 'job') current = detect(message.job);
    else {
      void current.then(session.release).finally(() => {
        port.close();
      });
    }
  });
  const { executionProvider: used, fallbackReason } = session;
  send({ kind: 'ready', ready: { executionProvider: used, fallbackReason } });
}

if (parentPort !== null) await run(parentPort, workerData as ThreadData);
