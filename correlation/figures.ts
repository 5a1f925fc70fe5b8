import { z } from 'zod';
import { cameraHealthTable, cameraTable, type Figure, keyPlaceTable } from '../contracts/index.ts';
import { PipelineError } from '../kernel/index.ts';
import type { Store } from '../store/index.ts';
import {
  dayStartMs,
  type District,
  figuresOf,
  intervalsFromHealth,
  type MeasuredCamera,
  parseScope,
} from './measures/index.ts';

/** Figures of one scope and window, and the moment they speak of. */
export interface FigureReport {
  readonly asOfMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly scope: string;
  readonly figures: readonly Figure[];
}

export interface FigureQuery {
  /** Start of the window; default: start of the day (+08:00) of `toMs`. */
  readonly fromMs?: number | undefined;
  /** End of the window; default: as of. */
  readonly toMs?: number | undefined;
  /** `district`, `street:CODE`, `policeStation:CODE` or `pointClass:N`; default: district. */
  readonly scope?: string | undefined;
}

const LatestHealth = z.object({
  cameraId: z.string(),
  widthPx: z.coerce.number().nullable(),
  heightPx: z.coerce.number().nullable(),
  lastPullAtMs: z.coerce.number().nullable(),
});
const latestHealthSql = `
  SELECT cameraId,
    argMaxIf(measuredWidthPx, observedAtMs, measuredWidthPx IS NOT NULL) AS widthPx,
    argMaxIf(measuredHeightPx, observedAtMs, measuredHeightPx IS NOT NULL) AS heightPx,
    max(lastFrameAtMs) AS lastPullAtMs
  FROM camera_health FINAL GROUP BY cameraId`;

/**
 * Compute the official figures from what the store holds.
 * @param options.nowMs wall time; `asOf: 'latestData'` takes the newest frame that any camera delivered instead, so
 *   that recorded material is judged by its own time.
 * @throws PipelineError BAD_REQUEST for a scope or window that is none.
 */
export async function computeFigures(
  store: Store,
  query: FigureQuery,
  options: { readonly nowMs: number; readonly asOf: 'now' | 'latestData' },
): Promise<FigureReport> {
  const scopeText = query.scope ?? 'district';
  const scope = parseScope(scopeText);
  if (scope === null) {
    throw new PipelineError('BAD_REQUEST', `"${scopeText}" is no scope.`, {
      hint: 'Use district, street:CODE, policeStation:CODE or pointClass:N.',
    });
  }
  const [cameras, keyPlaces, latest] = await Promise.all([
    store.find(cameraTable),
    store.find(keyPlaceTable),
    store.query(latestHealthSql, {}, LatestHealth),
  ]);
  const newestFrameMs = Math.max(0, ...latest.map(({ lastPullAtMs }) => lastPullAtMs ?? 0));
  const asOfMs = options.asOf === 'latestData' && newestFrameMs > 0 ? newestFrameMs : options.nowMs;
  // Figures count whole seconds; the second that is running counts.
  const toMs = Math.ceil((query.toMs ?? asOfMs) / 1_000) * 1_000;
  const window = { fromMs: wholeSecond(query.fromMs ?? dayStartMs(toMs - 1)), toMs };
  if (window.toMs <= window.fromMs) {
    throw new PipelineError('BAD_REQUEST', 'The window ends before it begins.', { hint: 'Give from < to.' });
  }
  const samples = await store.find(cameraHealthTable, {
    // One heartbeat before the window still holds inside it.
    where: 'observedAtMs + validForMs > {fromMs:Int64} AND observedAtMs < {toMs:Int64}',
    params: window,
  });
  const samplesOf = Map.groupBy(samples, ({ cameraId }) => cameraId);
  const district: District = {
    cameras,
    keyPlaces,
    states: new Map([...samplesOf].map(([id, list]) => [id, intervalsFromHealth(list, window)])),
    measured: new Map(
      latest.map(({ cameraId, ...measured }): [string, MeasuredCamera] => [cameraId, measured]),
    ),
    catalogue: null,
    buildings: [],
    window,
    // The last moment of the window that has passed.
    instantMs: Math.min(window.toMs, asOfMs) - 1,
    reference: referenceOf(cameras),
  };
  return { asOfMs, ...window, scope: scopeText, figures: figuresOf(district, scope) };
}

const wholeSecond = (atMs: number): number => Math.floor(atMs / 1_000) * 1_000;

/** The middle of the cameras: near enough that a plane fits the district. */
function referenceOf(cameras: District['cameras']): District['reference'] {
  const placed = cameras.flatMap(({ lonDeg, latDeg }) =>
    lonDeg === null || latDeg === null ? [] : [[lonDeg, latDeg]],
  );
  const mean = (index: number): number =>
    placed.reduce((sum, position) => sum + (position[index] ?? 0), 0) / Math.max(1, placed.length);
  return { lonDeg: mean(0), latDeg: mean(1) };
}
