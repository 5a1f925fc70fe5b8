import { readFileSync } from 'node:fs';

/** CPU time of this thread so far, ms: what other processes do meanwhile does not count. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

const ticksPerS = 100;

/** CPU time of child processes that have ended, ms; null where the system does not tell it (only Linux does). */
export function childrenCpuMs(): number | null {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // The command name may hold spaces; fields count after its bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[13]) + Number(fields[14])) / ticksPerS) * 1_000;
  } catch {
    return null;
  }
}

/** CPU time of every thread of this process so far, ms. */
export function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
