import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { adoptChild, endChild, messageOf, PipelineError, systemCodeOf } from '../../kernel/index.ts';

const keptLines = 8;
const endGraceMs = 2_000;

/** A running ffmpeg. */
export interface FfmpegProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Resolves when it has ended and all its output was read; rejects when it could not be started. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly lastWords: string }>;
}

/**
 * Start ffmpeg. It does not outlive this process, nor the end of `signal`.
 * @param onLine takes a line of its log for itself by returning true; the rest is kept for messages.
 * @throws PipelineError INGEST_FFMPEG_MISSING, by `ended`.
 */
export function startFfmpeg(
  args: readonly string[],
  options: { readonly onLine?: (line: string) => boolean; readonly signal: AbortSignal },
): FfmpegProcess {
  const child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  adoptChild(child);
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  if (options.signal.aborted) kill();
  options.signal.addEventListener('abort', kill, { once: true });
  const last: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (options.onLine?.(line) === true) return;
    last.push(line.trim());
    if (last.length > keptLines) last.shift();
  });
  const { promise, resolve, reject } = Promise.withResolvers<{
    exitCode: number | null;
    lastWords: string;
  }>();
  child.once('error', (cause) => {
    const isMissing = systemCodeOf(cause) === 'ENOENT';
    reject(
      new PipelineError(
        isMissing ? 'INGEST_FFMPEG_MISSING' : 'INGEST_FFMPEG_EXIT',
        `ffmpeg cannot be started: ${messageOf(cause)}`,
        { hint: 'Install the package "ffmpeg" (5.1 or newer, with libx264) and have it on the PATH.', cause },
      ),
    );
  });
  child.once('close', (exitCode) => {
    resolve({ exitCode, lastWords: last.join(' | ') });
  });
  // Whoever gives up earlier does not ask how it ended.
  promise.catch(() => undefined);
  return {
    child,
    ended: promise,
    async [Symbol.asyncDispose]() {
      options.signal.removeEventListener('abort', kill);
      if (child.pid !== undefined) await endChild(child, endGraceMs);
    },
  };
}

/** @throws PipelineError INTERRUPTED once `signal` has aborted. */
export function throwIfStopped(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new PipelineError('INTERRUPTED', 'Masking a clip was stopped.', {
    hint: 'Nothing was kept; it is made again when the event is looked at anew.',
    retryable: true,
  });
}
