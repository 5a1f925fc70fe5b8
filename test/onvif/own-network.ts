import { spawn, spawnSync } from 'node:child_process';
import { adoptChild } from '../../kernel/index.ts';

/** Loopback that carries multicast, and nothing else: what happens there is heard nowhere outside. */
const enter =
  'ip link set lo up && ip link set lo multicast on && ip route add 239.0.0.0/8 dev lo && exec "$@"';

const ways = [
  ['unshare', '-n'],
  ['unshare', '-r', '-n'],
] as const;

const way = ways.find(
  ([command, ...flags]) =>
    spawnSync(command, [...flags, 'sh', '-c', enter, 'sh', 'true'], { stdio: 'ignore' }).status === 0,
);

/** Why no network of its own can be made here, as one sentence; null when it can. */
export const whyNoOwnNetwork =
  way === undefined ? 'no network of its own here: unshare and ip are needed' : null;

/** Run a program in a network of its own. @returns what it printed. @throws Error with what it complained of. */
export async function inOwnNetwork(
  commandLine: readonly string[],
  timeoutMs: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [command, ...flags] = way ?? ways[0];
  const child = spawn(command, [...flags, 'sh', '-c', enter, 'sh', ...commandLine], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
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
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${commandLine.join(' ')} ended with ${code}: ${stderr.slice(-2_000)}`);
  return stdout;
}
