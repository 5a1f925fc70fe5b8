import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adoptChild, endChild } from '../../kernel/index.ts';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
export const sampleVideo = join(import.meta.dirname, '..', '..', 'sample', 'renovation-waste.mp4');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as a person runs it, in a process of its own. */
export interface RunningCli extends AsyncDisposable {
  readonly pid: number;
  /** What it printed so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  readonly finished: Promise<Finished>;
  /** Resolves with the first match in what it prints. */
  says(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray>;
  /** Ctrl-C. */
  interrupt(): void;
  /** kill −9. */
  kill(): Promise<void>;
}

export function startCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningCli {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  adoptChild(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  return {
    pid: child.pid ?? -1,
    output: () => ({ stdout, stderr }),
    finished,
    async says(pattern, timeoutMs) {
      const deadlineMs = Date.now() + timeoutMs;
      for (;;) {
        const match = pattern.exec(stdout + stderr);
        if (match !== null) return match;
        if (Date.now() > deadlineMs || child.exitCode !== null) {
          throw new Error(`Never said ${String(pattern)}. It said:\n${stdout}\n${stderr}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    interrupt: () => {
      child.kill('SIGINT');
    },
    async kill() {
      child.kill('SIGKILL');
      await finished;
    },
    async [Symbol.asyncDispose]() {
      await endChild(child, 10_000);
    },
  };
}

/** Run a command to its end. */
export const runCli = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> => await startCli(args, environment).finished;

/** A folder that goes when the test ends. */
export async function scratchDir(): Promise<{ readonly dir: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-product-'));
  return {
    dir,
    async [Symbol.asyncDispose]() {
      await rm(dir, { recursive: true, force: true });
    },
  };
}
