import { FaultTicketList } from '../../contracts/index.ts';
import { runningInstance } from '../running-instance.ts';
import type { CommonOptions } from '../program/declare.ts';

const timeOf = (ms: number | null): string => (ms === null ? '–' : new Date(ms).toISOString());

/** Faults of cameras, the open ones first. */
export async function listTickets(
  options: CommonOptions & { readonly all?: boolean; readonly camera?: string; readonly json?: boolean },
): Promise<void> {
  const ask = await runningInstance(options);
  const query = new URLSearchParams({
    state: options.all === true ? 'all' : 'open',
    ...(options.camera === undefined ? {} : { cameraId: options.camera }),
  });
  const { items } = FaultTicketList.parse(await ask(`/api/tickets?${query.toString()}`, null));
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(items)}\n`);
    return;
  }
  for (const { cameraId, kind, occurredAtMs, detectedAtMs, repairedAtMs, limitHours } of items) {
    process.stdout.write(
      `${cameraId} ${kind.padEnd(9)} occurred ${timeOf(occurredAtMs)} detected ${timeOf(detectedAtMs)} ` +
        `repaired ${timeOf(repairedAtMs)} limit ${limitHours} h\n`,
    );
  }
  process.stdout.write(`${items.length} tickets\n`);
}
