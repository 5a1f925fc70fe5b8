import { z } from 'zod';
import {
  cameraHealthTable,
  type CameraStateInterval,
  clockCheckTable,
  faultTicketTable,
  imageCheckTable,
  stateIntervalTable,
} from '../../contracts/index.ts';
import type { Store } from '../../store/index.ts';
import { type HealthMemory, noMemory } from './fold.ts';
import { noTickets, type TicketKind, ticketKinds } from './tickets.ts';

const LatestRow = z.object({ cameraId: z.string(), atMs: z.coerce.number() });

/** What the tables say of some cameras: where the fold goes on after a restart. */
export async function loadMemory(
  store: Store,
  cameraIds: readonly string[],
): Promise<Map<string, HealthMemory>> {
  const params = { cameraIds };
  const ours = "source = 'probe' AND cameraId IN {cameraIds:Array(String)}";
  const newest = (table: string, time: string): string =>
    `${ours} AND (cameraId, ${time}) IN (SELECT cameraId, max(${time}) FROM ${table} WHERE ${ours} GROUP BY cameraId)`;
  const [intervals, checks, clocks, tickets] = await Promise.all([
    store.find(stateIntervalTable, { where: newest(stateIntervalTable.name, 'fromMs'), params }),
    store.find(imageCheckTable, { where: newest(imageCheckTable.name, 'checkedAtMs'), params }),
    store.query(
      `SELECT cameraId, max(measuredAtMs) AS atMs FROM ${clockCheckTable.name} WHERE ${ours} GROUP BY cameraId`,
      params,
      LatestRow,
    ),
    store.find(faultTicketTable, { where: `${ours} AND repairedAtMs IS NULL`, params }),
  ]);
  const memories = new Map<string, HealthMemory>(cameraIds.map((cameraId) => [cameraId, noMemory]));
  const change = (cameraId: string, known: (before: HealthMemory) => Partial<HealthMemory>): void => {
    const before = memories.get(cameraId);
    if (before !== undefined) memories.set(cameraId, { ...before, ...known(before) });
  };
  for (const { cameraId, updatedAtMs, state, cause, fromMs, toMs } of intervals) {
    change(cameraId, () => ({ open: { state, cause, fromMs, toMs }, lastObservedAtMs: updatedAtMs }));
  }
  for (const { cameraId, checkedAtMs, result } of checks) {
    change(cameraId, () => ({ imageCheck: { checkedAtMs, saidAtMs: checkedAtMs, result } }));
  }
  for (const { cameraId, atMs } of clocks) change(cameraId, () => ({ clockMeasuredAtMs: atMs }));
  for (const ticket of tickets) {
    const kind = ticketKinds.find((one) => one === ticket.kind) satisfies TicketKind | undefined;
    if (kind === undefined) continue;
    change(ticket.cameraId, (before) => ({
      tickets: { ...noTickets, ...before.tickets, [kind]: { kind: 'open', ticket, wellSinceMs: null } },
    }));
  }
  return memories;
}

/** Rows of one camera's states that touch a window. */
export async function statesAbout(
  store: Store,
  cameraId: string,
  window: { readonly fromMs: number; readonly toMs: number },
): Promise<CameraStateInterval[]> {
  return await store.find(stateIntervalTable, {
    where:
      'cameraId = {cameraId:String} AND fromMs < {toMs:Int64} AND (toMs IS NULL OR toMs > {fromMs:Int64})',
    params: { cameraId, ...window },
    orderBy: 'fromMs, ordinal',
  });
}

/** The newest sample of one camera; null when there never was one. */
export async function newestSample(store: Store, cameraId: string) {
  const [sample] = await store.find(cameraHealthTable, {
    where: 'cameraId = {cameraId:String}',
    params: { cameraId },
    orderBy: 'observedAtMs DESC',
    limit: 1,
  });
  return sample ?? null;
}
