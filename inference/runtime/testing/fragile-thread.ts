import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromThread, ToThread } from '../thread-message.ts';

/** What a test asks of a thread of its own pool. */
export type FragileJob =
  | { readonly kind: 'echo'; readonly text: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'fail' }
  | { readonly kind: 'throw' }
  | { readonly kind: 'exit' };

const data = workerData as { readonly start: 'well' | 'refuse' | 'die' };
const port = parentPort;
if (port === null) throw new Error('this is a worker thread');
const send = (message: FromThread<string, string>): void => {
  port.postMessage(message);
};
const error = { code: 'MODEL_INVALID', message: 'as asked', hint: 'none', retryable: false } as const;

let waiting = Promise.resolve();

function answer(job: FragileJob): void {
  switch (job.kind) {
    case 'echo': {
      send({ kind: 'done', result: job.text });
      break;
    }
    case 'wait': {
      waiting = delay(job.ms).finally(() => {
        send({ kind: 'done', result: 'waited' });
      });
      break;
    }
    case 'fail': {
      send({ kind: 'failed', error });
      break;
    }
    case 'throw': {
      throw new Error('broken on purpose');
    }
    case 'exit': {
      process.exit(3);
    }
  }
}

if (data.start === 'die') process.exit(4);
if (data.start === 'refuse') send({ kind: 'refused', error });
else {
  port.on('message', (message: ToThread<FragileJob>) => {
    if (message.kind === 'job') answer(message.job);
    else {
      void waiting.finally(() => {
        port.close();
      });
    }
  });
  send({ kind: 'ready', ready: 'here' });
}
