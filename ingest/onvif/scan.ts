import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScanPlan } from './scan-plan.ts';

const connectTimeoutMs = 1_500;

/** Whether somebody listens. */
async function isOpen(ip: string, port: number, signal: AbortSignal): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const socket = connect({ host: ip, port, signal });
    const settle = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(connectTimeoutMs, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}

/**
 * Knock at every address and port of a plan, no faster than it says. At most rate × timeout connections are open.
 * @returns the open ones as they are found; ends when all were asked or `signal` aborts.
 */
export async function* scan(
  plan: ScanPlan,
  signal: AbortSignal,
  onAsked: (count: number) => void,
): AsyncGenerator<{ readonly ip: string; readonly port: number }, void, undefined> {
  const found: { ip: string; port: number }[] = [];
  const asking = new Set<Promise<void>>();
  const stepMs = 1_000 / plan.connectionsPerSecond;
  const startedAt = performance.now();
  let asked = 0;
  const ask = async (ip: string, port: number): Promise<void> => {
    if (await isOpen(ip, port, signal)) found.push({ ip, port });
  };
  for (const port of plan.ports) {
    // Port by port: two knocks at one door in a row look like an attack to some.
    for (const ip of plan.addresses) {
      if (signal.aborted) return;
      const aheadMs = startedAt + asked * stepMs - performance.now();
      if (aheadMs > 0) await sleep(aheadMs, undefined, { signal }).catch(() => undefined);
      const one = ask(ip, port).finally(() => asking.delete(one));
      asking.add(one);
      onAsked(++asked);
      while (found.length > 0) yield* found.splice(0);
    }
  }
  await Promise.all(asking);
  yield* found.splice(0);
}
