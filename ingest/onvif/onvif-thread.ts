import { parentPort } from 'node:worker_threads';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { probeInterface } from './probe.ts';
import { inspectDevice } from './inspect.ts';
import type { FromThread, Job, ThreadError, ToThread } from './job.ts';
import { listen } from './listen.ts';

/**
 * Everything that reads what a device sends runs in this thread: a parser that is kept busy, or a package that throws
 * where nobody can catch it, stops neither the cameras nor the page.
 */
function serve(port: NonNullable<typeof parentPort>): void {
  const running = new Map<number, AbortController>();
  const send = (message: FromThread): void => {
    port.postMessage(message);
  };
  const run = async (id: number, job: Job, signal: AbortSignal): Promise<unknown> => {
    switch (job.kind) {
      case 'inspect':
        return await inspectDevice({ ...job, signal });
      case 'listen':
        await listen({
          ...job,
          onNotice: (notice) => send({ kind: 'said', id, what: { notice } }),
          onTrouble: (trouble) => send({ kind: 'said', id, what: { trouble } }),
          signal,
        });
        return null;
      case 'probe':
        return await probeInterface(job);
    }
  };
  port.on('message', (message: ToThread) => {
    if (message.kind === 'cancel') {
      running.get(message.id)?.abort();
      return;
    }
    const { id, job } = message;
    const stop = new AbortController();
    running.set(id, stop);
    run(id, job, stop.signal)
      .then(
        (result) => send({ kind: 'done', id, result }),
        (error: unknown) => send({ kind: 'failed', id, error: asThreadError(error) }),
      )
      .finally(() => running.delete(id));
  });
}

const asThreadError = (error: unknown): ThreadError =>
  error instanceof PipelineError
    ? { code: error.code, message: error.message, hint: error.hint, retryable: error.retryable }
    : {
        code: 'INGEST_ONVIF_ANSWER',
        message: `A device could not be understood: ${messageOf(error)}`,
        hint: 'Report this with the manufacturer and model of the device.',
        retryable: false,
      };

if (parentPort !== null) serve(parentPort);
