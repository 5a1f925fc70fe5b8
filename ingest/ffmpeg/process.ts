import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { adoptChild, endChild, PipelineError, redactAddresses, systemCodeOf } from '../../kernel/index.ts';

/** A wedged ffmpeg ignores SIGTERM; after this long it gets SIGKILL. */
const graceMs = 2_000;
const keptLines = 40;

export type Binary = 'ffmpeg' | 'ffprobe';

/** What a process said on stderr, passwords removed. */
export interface Messages {
  /** Newest lines of level warning and worse. */
  readonly lines: readonly string[];
  /** Lines of level error and worse: damaged pictures, lost packets. */
  readonly errorCount: number;
}

export interface RunningProcess {
  /** Null where `ProcessOptions.stdout` is given. */
  readonly stdout: Readable | null;
  /** Further pipes from the process, file descriptor 3 and up. */
  readonly extra: readonly Readable[];
  readonly messages: Messages;
  /**
   * Resolves with the exit code when the process is gone and its pipes are read; null when a signal ended it.
   * @throws PipelineError INGEST_FFMPEG_MISSING.
   */
  readonly done: Promise<number | null>;
  /** SIGTERM, then SIGKILL. */
  readonly end: () => Promise<void>;
}

export interface ProcessOptions {
  /** Written to stdin, e.g. a list of inputs whose passwords must not stand on the command line. */
  readonly stdin?: string;
  /** Where its stdout goes, instead of a pipe that comes back; closed here once the process has it. */
  readonly stdout?: Socket;
  /** How many further pipes come back. */
  readonly extraPipes?: number;
  readonly signal: AbortSignal;
  /** Told every line of stderr that the log level lets through. */
  readonly onLine?: (line: string) => void;
}

export const ffmpegMissing = (binary: Binary, cause: unknown): PipelineError =>
  new PipelineError('INGEST_FFMPEG_MISSING', `${binary} is not installed or not on the PATH.`, {
    hint: 'Install ffmpeg 5.1 or newer (Debian, Ubuntu: apt-get install ffmpeg) and start again.',
    cause,
  });

function followMessages(
  child: ChildProcess,
  onRedirect: () => void,
  onLine?: (line: string) => void,
): Messages {
  const messages = { lines: [] as string[], errorCount: 0 };
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    // A process that never ends its line must not fill the memory.
    rest = (lines.pop() ?? '').slice(-2_000);
    for (const line of lines) {
      onLine?.(line);
      if (/Status \d{3}: Redirecting to /.test(line)) {
        messages.lines.push('the camera sends its viewers elsewhere');
        onRedirect();
      }
      if (/\[(?:error|fatal|panic)\]/.test(line)) messages.errorCount++;
      else if (/\[(?:info|verbose|debug)\]/.test(line)) continue;
      messages.lines.push(redactAddresses(line));
      if (messages.lines.length > keptLines) messages.lines.shift();
    }
  });
  return messages;
}

/** The one place that starts ffmpeg and ffprobe. The process is adopted, and ended when `signal` aborts. */
export function startProcess(
  binary: Binary,
  commandLine: readonly string[],
  options: ProcessOptions,
): RunningProcess {
  const { stdin, stdout, extraPipes = 0, signal, onLine } = options;
  signal.throwIfAborted();
  const child = spawn(binary, commandLine, {
    stdio: [
      stdin === undefined ? 'ignore' : 'pipe',
      stdout ?? 'pipe',
      'pipe',
      ...Array<'pipe'>(extraPipes).fill('pipe'),
    ],
    // Ctrl-C in a terminal goes to its whole process group; ending the children in order is our own business.
    detached: true,
    windowsHide: true,
  });
  stdout?.destroy();
  adoptChild(child);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const pipes = child.stdio.slice(3) as Readable[];
  // A pipe that breaks because its process was killed is no error of its own.
  for (const pipe of [child.stdin, child.stdout, ...pipes]) pipe?.on('error', () => undefined);
  child.stdin?.end(stdin);
  const end = async (): Promise<void> => {
    if (child.pid !== undefined) await endChild(child, graceMs);
  };
  // Redirects were followed and checked before; one that appears only now must not be.
  const messages = followMessages(child, () => child.kill('SIGKILL'), onLine);
  const onAbort = (): void => void end();
  signal.addEventListener('abort', onAbort, { once: true });
  const done = closed
    .then(
      ([code]) => code,
      (error: unknown) => {
        throw systemCodeOf(error) === 'ENOENT' ? ffmpegMissing(binary, error) : error;
      },
    )
    .finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  done.catch(() => undefined);
  return { stdout: child.stdout, extra: pipes, messages, done, end };
}

export interface FinishedProcess {
  readonly code: number | null;
  readonly stdout: Buffer;
  /** Text of the further pipes. */
  readonly extra: readonly string[];
  readonly messages: Messages;
}

async function collect(stream: Readable | null): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (stream === null) return Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (!stream.readableEnded && !stream.destroyed) await once(stream, 'close');
  return Buffer.concat(chunks);
}

/**
 * Run to the end and collect what was written.
 * @param options.timeoutMs after it the process is ended, and `code` is null.
 * @throws PipelineError INGEST_FFMPEG_MISSING; the reason of `signal` when it aborts.
 */
export async function runProcess(
  binary: Binary,
  commandLine: readonly string[],
  options: ProcessOptions & { readonly timeoutMs: number },
): Promise<FinishedProcess> {
  const running = startProcess(binary, commandLine, options);
  const timer = setTimeout(() => void running.end(), options.timeoutMs);
  try {
    const [code, stdout, ...extra] = await Promise.all([
      running.done,
      collect(running.stdout),
      ...running.extra.map(collect),
    ]);
    options.signal.throwIfAborted();
    return { code, stdout, extra: extra.map((text) => text.toString('utf8')), messages: running.messages };
  } finally {
    clearTimeout(timer);
  }
}
