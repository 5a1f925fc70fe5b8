import { cameraTable, type ClosedLoopReport, incidentTable, type LoopLevel } from '../contracts/index.ts';
import { PipelineError } from '../kernel/index.ts';
import type { Store } from '../store/index.ts';
import type { CaseSettings } from './cases/index.ts';
import { loopRows, suggestionsOf } from './closed-loop/index.ts';

/** Longest term of a case that may end in a period although it began before: the repeats of 30 days, and two months. */
const reachMs = 90 * 86_400_000;

/**
 * How well the loop was closed in a period.
 * @throws PipelineError BAD_REQUEST for a period that is none.
 */
export async function computeLoop(
  store: Store,
  query: { readonly fromMs: number; readonly toMs: number; readonly level: LoopLevel },
  settings: CaseSettings,
): Promise<ClosedLoopReport> {
  const { fromMs, toMs, level } = query;
  if (toMs <= fromMs) {
    throw new PipelineError('BAD_REQUEST', 'The period ends before it begins.', { hint: 'Give from < to.' });
  }
  const [incidents, cameras] = await Promise.all([
    store.find(incidentTable, {
      where: 'openedAtMs >= {sinceMs:Int64} AND openedAtMs < {toMs:Int64}',
      params: { sinceMs: fromMs - reachMs, toMs },
    }),
    store.find(cameraTable),
  ]);
  const byId = new Map(cameras.map((camera) => [camera.cameraId, camera]));
  const places = {
    streetOf: (cameraId: string) => byId.get(cameraId)?.streetCode ?? null,
    nameOf: (cameraId: string) => byId.get(cameraId)?.name ?? cameraId,
  };
  return {
    fromMs,
    toMs,
    level,
    rows: loopRows(incidents, { fromMs, toMs }, level, { settings, places }),
    suggestions: suggestionsOf(incidents.filter(({ openedAtMs }) => openedAtMs >= fromMs)),
  };
}
