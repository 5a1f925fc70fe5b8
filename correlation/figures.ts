import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import {
  type BlindSpotPage,
  Camera,
  type CameraPeriod,
  type Figure,
  type FigureRowPage,
  type MeasureReport,
  type MeasureScorecard,
  type PeriodExclusions,
  type PlannedCamera,
  type ScopeFigures,
  type WhatIfReport,
} from '../contracts/index.ts';
import { PipelineError } from '../kernel/index.ts';
import type { Store } from '../store/index.ts';
import { openDistrictCache } from './district-cache.ts';
import { type FigureQuery, scopeOf, timeOf } from './figure-window.ts';
import {
  blindSpots,
  cameraTimes,
  costliestFirst,
  exclusionOutcome,
  type District,
  figuresOf,
  namedScopes,
  type Scope,
  type ScopeKind,
  scopesOf,
  scopeText,
  whatIf,
} from './measures/index.ts';

/** A running window ends at the last full 10 s. */
const nowStepMs = 10_000;

const Newest = z.object({ newestMs: z.number().nullable() });
const newestSql = 'SELECT max(lastFrameAtMs) AS newestMs FROM camera_health';

/** Figures whose rows are cameras. */
const ofCameras = ['M5', 'M5b', 'M6', 'M7', 'M7b', 'M8', 'M9', 'M10', 'M11', 'M12', 'M13', 'M14', 'M16'];

/** Every kind of scope, in the order of a report. */
export const scopeKinds: readonly ScopeKind[] = [
  'district',
  'street',
  'policeStation',
  'pointClass',
  'owner',
  'day',
];

/** The official figures of a district, computed from what the store holds. */
export interface Figures {
  /** @param options.mostRows of each figure, the costliest; `metrics`: only those. */
  report(
    query: FigureQuery,
    options?: { readonly metrics?: readonly string[]; readonly mostRows?: number },
  ): Promise<MeasureReport>;
  /** The same figures of every scope of some kinds, without rows; `day` within the scope that is asked for. */
  scorecard(
    query: FigureQuery,
    by: readonly ScopeKind[],
    options?: { readonly metrics?: readonly string[] },
  ): Promise<MeasureScorecard>;
  /** Rows behind one figure, page by page. @throws PipelineError NOT_FOUND when there is no such figure. */
  rows(
    query: FigureQuery,
    page: { readonly metric: string; readonly offset: number; readonly limit: number },
  ): Promise<FigureRowPage>;
  blindSpots(
    query: FigureQuery,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<BlindSpotPage>;
  whatIf(query: FigureQuery, planned: PlannedCamera): Promise<WhatIfReport>;
  /** Exclusions asked for in the months of the window, and what became of them. */
  exclusions(query: FigureQuery): Promise<PeriodExclusions>;
  /** One camera over the window. @throws PipelineError NOT_FOUND. */
  camera(query: FigureQuery, cameraId: string): Promise<CameraPeriod>;
}

const withRows = (figure: Figure, mostRows: number): Figure => ({
  ...figure,
  rows: mostRows === 0 ? [] : costliestFirst(figure).slice(0, mostRows),
});

const notFound = (what: string, hint: string): PipelineError =>
  new PipelineError('NOT_FOUND', `There is no ${what}.`, { hint });

/** What of a `District` a figure of one scope is about; the event loop is given back between two of them. */
async function figuresOfScope(
  district: District,
  scope: Scope,
  metrics: readonly string[],
  mostRows: number,
): Promise<Figure[]> {
  await setImmediate();
  return figuresOf(district, scope, metrics).map((figure) => withRows(figure, mostRows));
}

/** A camera that is not on file: what a plan does not tell is not known; without states it counts as in service. */
const cameraFrom = (planned: PlannedCamera, atMs: number): Camera =>
  Camera.parse({
    ...Object.fromEntries(Object.keys(Camera.shape).map((field) => [field, null])),
    ...planned,
    cameraId: '0'.repeat(20),
    name: 'planned',
    civilCode: '',
    areaCode: 'planned',
    declaredCoordinateSystem: 'WGS-84',
    deviceStatus: 1,
    dutyHours: '00:00-24:00',
    streams: [],
    updatedAtMs: atMs,
  });

/**
 * @param options.nowMs wall time; `asOf: 'latestData'` takes the newest frame that any camera delivered instead, so that
 *   recorded material is judged by its own time.
 */
export function openFigures(
  store: Store,
  options: { nowMs(): number; readonly asOf: 'now' | 'latestData' },
): Figures {
  const districtAt = openDistrictCache(store);
  const ask = async (query: FigureQuery) => {
    const scope = scopeOf(query);
    const [newest] =
      options.asOf === 'latestData' ? await store.query(newestSql, {}, Newest) : [{ newestMs: null }];
    // Coarse, so that what a page asks together is one window.
    const asOfMs = newest?.newestMs || Math.floor(options.nowMs() / nowStepMs) * nowStepMs;
    const time = timeOf(query, asOfMs);
    const district = await districtAt(time);
    const measured = { asOfMs, instantMs: time.instantMs, ...time.window };
    return { scope, district, measured };
  };
  const nameOf = (district: District): ((id: string) => string) => {
    const names = new Map([
      ...district.cameras.map(({ cameraId, name }) => [cameraId, name] as const),
      ...district.keyPlaces.map(({ keyPlaceId, name }) => [keyPlaceId, name] as const),
    ]);
    return (id) => names.get(id) ?? '';
  };
  return {
    async report(query, { metrics = [], mostRows = Infinity } = {}) {
      const { scope, district, measured } = await ask(query);
      const figures = await figuresOfScope(district, scope, metrics, mostRows);
      return { ...measured, scope: scopeText(scope), figures };
    },

    async scorecard(query, by, { metrics = [] } = {}) {
      const { scope: within, district, measured } = await ask(query);
      const scopes: ScopeFigures[] = [];
      for (const kind of by) {
        for (const { scope, text, name } of namedScopes(district, scopesOf(district, kind, within))) {
          scopes.push({ scope: text, name, figures: await figuresOfScope(district, scope, metrics, 0) });
        }
      }
      return { ...measured, scopes };
    },

    async rows(query, { metric, offset, limit }) {
      const { scope, district, measured } = await ask(query);
      const figure = figuresOf(district, scope, [metric]).find((one) => one.metric === metric);
      if (figure === undefined)
        throw notFound(`figure ${metric} of ${scopeText(scope)}`, 'GET /api/measures names those there are.');
      const name = nameOf(district);
      const rows = costliestFirst(figure)
        .slice(offset, offset + limit)
        .map((row) => ({ ...row, name: name(row.keyPlaceId ?? row.cameraId ?? '') }));
      const total = figure.rows.length;
      return { ...measured, scope: scopeText(scope), figure: withRows(figure, 0), offset, total, rows };
    },

    async blindSpots(query, { offset, limit }) {
      const { scope, district, measured } = await ask(query);
      const name = nameOf(district);
      const spots = blindSpots(district, scope);
      const items = spots
        .slice(offset, offset + limit)
        .map((spot) => ({ ...spot, name: name(spot.keyPlaceId) }));
      return { ...measured, scope: scopeText(scope), total: spots.length, items };
    },

    async whatIf(query, planned) {
      const { scope, district, measured } = await ask(query);
      const items = whatIf(district, scope, cameraFrom(planned, measured.toMs)).map(
        ({ metric, before, after, gained }) => ({
          metric,
          unit: after.unit,
          before: before.value,
          after: after.value,
          gained,
          denominator: after.denominator,
        }),
      );
      return { ...measured, scope: scopeText(scope), items };
    },

    async exclusions(query) {
      const { district, measured } = await ask(query);
      const { verdicts } = exclusionOutcome(district);
      const times = cameraTimes(district);
      const items = (district.exclusions ?? []).map((asked, index) => {
        const verdict = verdicts[index]?.verdict ?? 'unknownReason';
        const own = times.get(asked.cameraId)?.exclusion.records ?? [];
        const granted = own.find(({ exclusionId }) => exclusionId === asked.exclusionId)?.granted ?? [];
        const grantedMs = granted.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
        const { exclusionId, cameraId, fromMs, toMs, reason, approver } = asked;
        const grantedSeconds = verdict === 'accepted' ? Math.round(grantedMs / 1_000) : 0;
        return { exclusionId, cameraId, fromMs, toMs, reason, approver, verdict, grantedSeconds };
      });
      return { ...measured, items };
    },

    async camera(query, cameraId) {
      const { district, measured } = await ask(query);
      const camera = district.cameras.find((one) => one.cameraId === cameraId);
      const time = cameraTimes(district).get(cameraId);
      if (camera === undefined || time === undefined)
        throw notFound(`camera ${cameraId}`, 'Import it first.');
      const alone = figuresOf(district, { kind: 'district' }, ofCameras);
      const { window } = district;
      const figures = alone.flatMap(({ metric, unit, rows }) =>
        rows.filter((row) => row.cameraId === cameraId).map((row) => ({ ...row, metric, unit })),
      );
      const inside = (spans: readonly { fromMs: number; toMs: number }[]) =>
        spans
          .filter(({ fromMs, toMs }) => toMs > window.fromMs && fromMs < window.toMs)
          .map(({ fromMs, toMs }) => ({
            fromMs: Math.max(fromMs, window.fromMs),
            toMs: Math.min(toMs, window.toMs),
          }));
      return {
        ...measured,
        cameraId,
        name: camera.name,
        states: time.states.map(({ state, cause, fromMs, toMs }) => ({ state, cause, fromMs, toMs })),
        required: inside(time.requiredRaw),
        excluded: inside([...time.approved, ...time.prober]),
        recorded: inside(time.recorded),
        serviceable: inside(time.good),
        imageChecks: time.imageChecks.map(({ checkedAtMs, pass, result }) => ({ checkedAtMs, pass, result })),
        figures,
      };
    },
  };
}
