import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { adoptChild } from '../../kernel/index.ts';
import type { Task } from './child.ts';

export interface Said {
  readonly key?: string;
  readonly acknowledged?: number;
  readonly received?: number;
  readonly waitingEnded?: boolean;
  readonly publishEndedWith?: string;
}

export interface Child {
  /** What it has said so far. */
  readonly said: readonly Said[];
  /** Resolves once it has said `count` things, its greeting included. */
  until(count: number): Promise<void>;
  kill(): Promise<void>;
  /** SIGTERM. */
  tell(): void;
  /** Its exit code; what it wrote to stderr is in the error when that is not what was wanted. */
  ended(): Promise<{ code: number | null; stderr: string }>;
}

const script = fileURLToPath(import.meta.resolve('./child.ts'));

/** Runs a task in a process of its own, to be killed. */
export function startChild(task: Task): Child {
  const process_: ChildProcess = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  adoptChild(process_);
  const said: Said[] = [];
  let stderr = '';
  let rest = '';
  let onSaid = (): void => undefined;
  const closed = once(process_, 'close');
  process_.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) said.push(JSON.parse(line) as Said);
    onSaid();
  });
  process_.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return {
    said,
    async until(count) {
      const enough = new Promise<void>((resolve) => {
        onSaid = () => {
          if (said.length >= count) resolve();
        };
        onSaid();
      });
      const untilClosed = async (): Promise<void> => {
        await closed;
        if (said.length < count) throw new Error(`The child ended early: ${stderr}`);
      };
      await Promise.race([enough, untilClosed()]);
    },
    async kill() {
      process_.kill('SIGKILL');
      await closed;
    },
    tell() {
      process_.kill('SIGTERM');
    },
    async ended() {
      await closed;
      return { code: process_.exitCode, stderr };
    },
  };
}
