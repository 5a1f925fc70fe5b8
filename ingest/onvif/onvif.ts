import { Worker } from 'node:worker_threads';
import { PipelineError } from '../../kernel/index.ts';
import type { Credential } from '../credentials/credential.ts';
import type { DeviceTarget } from './http.ts';
import type { DeviceAnswers } from './inspect.ts';
import type { FromThread, Job, ToThread } from './job.ts';
import { type ListenTiming, usualTiming } from './listen.ts';
import type { OnvifNotice } from './notice.ts';
import type { ProbeFindings } from './probe.ts';

/** Talks to devices over ONVIF, in a thread of its own. */
export interface Onvif extends AsyncDisposable {
  /**
   * Ask a device for what it is and what it sends.
   * @param options.timeoutMs per question; a device that answers slowly is given up after `deadlineMs` as a whole.
   * @throws PipelineError INGEST_ONVIF_*.
   */
  inspect(
    target: DeviceTarget,
    credential: Credential | null,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<DeviceAnswers>;
  /** Hear a device's notices until `signal` aborts; troubles are told, and got over. */
  listen(
    target: DeviceTarget,
    credential: Credential | null,
    options: {
      readonly onNotice: (notice: OnvifNotice) => void;
      readonly onTrouble: (fields: object) => void;
      readonly timing?: ListenTiming;
      readonly signal: AbortSignal;
    },
  ): Promise<void>;
  /** Call for devices on one network interface (WS-Discovery). */
  probe(
    on: { readonly interfaceName: string; readonly address: string },
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<ProbeFindings>;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onSaid: (what: unknown) => void;
}

const listenTimeoutMs = 10_000;
/** An inspection asks some ten questions and two per profile; no device needs longer as a whole. */
const inspectWithinMs = 60_000;
/** After its deadline a job has this long to end by itself; then the thread is taken for stuck. */
const graceMs = 3_000;
const threadMemoryMb = 192;

const ended = (why: string): PipelineError =>
  new PipelineError('INGEST_ONVIF_ANSWER', `Reading a device's answer came to no end (${why}).`, {
    hint: 'It is tried again. If one device is always among those that fail, leave it out.',
    retryable: true,
  });

/** Open the door to ONVIF devices. The thread starts with the first call, and again after it died. */
export function openOnvif(): Onvif {
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let nextId = 1;

  const start = (): Worker => {
    const started = new Worker(new URL('./onvif-thread.ts', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: threadMemoryMb },
    });
    let why = 'the thread ended';
    started.on('message', (message: FromThread) => {
      const job = pending.get(message.id);
      if (message.kind === 'said') {
        job?.onSaid(message.what);
        return;
      }
      pending.delete(message.id);
      if (pending.size === 0) started.unref();
      if (message.kind === 'done') job?.resolve(message.result);
      else job?.reject(new PipelineError(message.error.code, message.error.message, message.error));
    });
    started.on('error', (error) => {
      why = error.message;
    });
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      for (const [id, job] of pending) {
        pending.delete(id);
        job.reject(ended(why));
      }
    });
    return started;
  };

  const run = async (
    job: Job,
    options: {
      readonly signal: AbortSignal;
      readonly withinMs?: number;
      readonly onSaid?: (what: unknown) => void;
    },
  ): Promise<unknown> => {
    const { signal, withinMs, onSaid = () => undefined } = options;
    signal.throwIfAborted();
    worker ??= start();
    const own = worker;
    const id = nextId++;
    const send = (message: ToThread): void => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      own.postMessage(message);
    };
    const cancel = (): void => send({ kind: 'cancel', id });
    signal.addEventListener('abort', cancel, { once: true });
    const late = withinMs === undefined ? undefined : setTimeout(cancel, withinMs);
    const stuck =
      withinMs === undefined ? undefined : setTimeout(() => void own.terminate(), withinMs + graceMs);
    try {
      own.ref();
      return await new Promise<unknown>((resolve, reject) => {
        pending.set(id, { resolve, reject, onSaid });
        send({ kind: 'start', id, job });
      });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(late);
      clearTimeout(stuck);
      signal.removeEventListener('abort', cancel);
    }
  };

  return {
    async inspect(target, credential, { timeoutMs, signal }) {
      const job: Job = { kind: 'inspect', target, credential, timeoutMs };
      return (await run(job, { signal, withinMs: Math.max(inspectWithinMs, timeoutMs) })) as DeviceAnswers;
    },
    async listen(target, credential, { onNotice, onTrouble, timing = usualTiming, signal }) {
      const job: Job = { kind: 'listen', target, credential, timeoutMs: listenTimeoutMs, timing };
      const onSaid = (what: unknown): void => {
        const { notice, trouble } = what as { readonly notice?: OnvifNotice; readonly trouble?: object };
        if (notice !== undefined) onNotice(notice);
        if (trouble !== undefined) onTrouble(trouble);
      };
      while (!signal.aborted) {
        try {
          await run(job, { signal, onSaid });
        } catch (error) {
          if (signal.aborted) return;
          onTrouble({ error: error instanceof Error ? error.message : String(error) });
          await new Promise((resolve) => setTimeout(resolve, timing.backOffMinMs));
        }
      }
    },
    async probe(on, { timeoutMs, signal }) {
      const job: Job = { kind: 'probe', ...on, timeoutMs };
      return (await run(job, { signal, withinMs: timeoutMs + graceMs })) as ProbeFindings;
    },
    async [Symbol.asyncDispose]() {
      await worker?.terminate();
    },
  };
}
