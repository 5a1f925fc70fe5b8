import type { RouteSighting, VehicleRoute } from '../../contracts/index.ts';
import type { Store } from '../../store/index.ts';
import type { RoutePlan, Sighting } from '../topology/index.ts';
import { type CameraGraph, cameraGraphAbout } from './camera-graph.ts';
import { learnInThread, type PlannerThread } from './learn-area.ts';
import {
  passagesOf,
  sightingIdOf,
  type TrackPassage,
  TrackRow,
  trackRowsSql,
  vehicleClasses,
} from './passages.ts';
import { contradicting, weighedByPlates } from './plates.ts';

/** Sightings farther than this from the incident in time are not read. */
const readMs = 45 * 60_000;
/** Those that may be the vehicle's, or be taken for it. */
const bounds = { beforeMs: 20 * 60_000, afterMs: 20 * 60_000 };
/** A vehicle that stands longer is parked, not passing. */
const longestPassageMs = 20 * 60_000;

/** What is known of the traffic about one route; kept in memory as long as people work on it. */
export interface RouteArea {
  readonly planner: PlannerThread;
  readonly passages: ReadonlyMap<string, TrackPassage>;
  readonly graph: CameraGraph;
}

async function readPassages(
  store: Store,
  cameraIds: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<TrackPassage[]> {
  const rows = await store.query(
    trackRowsSql,
    { cameraIds, fromMs, toMs, classNames: vehicleClasses },
    TrackRow,
  );
  return passagesOf(rows);
}

/** The passage that a request names; null when no camera saw it about the incident. */
export async function findActor(
  store: Store,
  camera: { readonly cameraId: string; readonly trackId: string },
  about: { readonly fromMs: number; readonly toMs: number },
): Promise<RouteSighting | null> {
  const passages = await readPassages(store, [camera.cameraId], about.fromMs - readMs, about.toMs + readMs);
  const found = passages.find(({ trackId }) => trackId === camera.trackId);
  return found === undefined ? null : plain(found);
}

/** Read the sightings about a vehicle and learn how the traffic flows between the cameras. */
export async function openRouteArea(
  store: Store,
  actor: RouteSighting,
  incidentCameraIds: readonly string[],
  signal: AbortSignal,
): Promise<RouteArea | null> {
  const graph = await cameraGraphAbout(store, [...incidentCameraIds, actor.cameraId], actor.enteredAtMs);
  const found = await readPassages(
    store,
    graph.cameraIds,
    actor.enteredAtMs - readMs,
    actor.leftAtMs + readMs,
  );
  const passing = found.filter(
    ({ sightingId, enteredAtMs, leftAtMs }) =>
      sightingId === actor.sightingId || leftAtMs - enteredAtMs <= longestPassageMs,
  );
  const sightings = passing.flatMap((passage): Sighting[] => {
    const view = graph.viewOf(passage);
    const { sightingId, enteredAtMs, leftAtMs, classScores, colorScores } = passage;
    return view < 0 ? [] : [{ sightingId, view, enteredAtMs, leftAtMs, classScores, colorScores }];
  });
  const planner = await learnInThread(
    { sources: graph.sources, sightings, actorId: actor.sightingId, bounds },
    signal,
  );
  if (planner === null) return null;
  return {
    planner,
    passages: new Map(passing.map((passage) => [passage.sightingId, passage])),
    graph,
  };
}

/** Plan the route anew with what people have decided. */
export async function proposed(
  route: VehicleRoute,
  { planner, passages, graph }: RouteArea,
): Promise<VehicleRoute> {
  const { actor } = route;
  if (actor === null) return route;
  const of = (verdict: 'confirmed' | 'struck'): string[] =>
    route.decisions.filter((one) => one.verdict === verdict).map(({ sightingId }) => sightingId);
  const confirmed = [sightingIdOf(actor.cameraId, actor.trackId), ...of('confirmed')];
  const plan = await planner.plan({
    confirmed,
    // Another vehicle by its plate: it is not proposed, whatever class and time say.
    struck: [...of('struck'), ...contradicting(route.plates, confirmed)],
  });
  const weighed = plan.routes.map((planned) => ({
    gaps: planned.gaps,
    ...weighedByPlates(planned, route.plates, confirmed),
  }));
  const used = new Set([
    ...idsOf(plan),
    ...route.decisions.map(({ sightingId }) => sightingId),
    ...route.plates.map(({ sightingId }) => sightingId),
  ]);
  const cameraOf = (view: number): string => graph.sources.network.views[view]?.cameraId ?? '';
  return {
    ...route,
    sightings: [...used].flatMap((id) => {
      const passage = passages.get(id);
      return passage === undefined ? [] : [plain(passage)];
    }),
    proposals: weighed.map(({ hops, gaps, probability }) => ({
      probability: share(probability),
      gaps: gaps.map((gap) => ({
        ...gap,
        bestProbability: share(gap.bestProbability),
        endProbability: share(gap.endProbability),
      })),
      hops: hops.map(({ missedViews, ...hop }) => ({
        ...hop,
        probability: share(hop.probability),
        chainProbability: share(hop.chainProbability),
        tookMs: Math.round(hop.tookMs),
        expectedMs: Math.round(hop.expectedMs),
        stoodMs: Math.round(hop.stoodMs),
        missedCameraIds: [...new Set(missedViews.map(cameraOf))],
      })),
    })),
    question:
      plan.question === null
        ? null
        : { sightingId: plan.question.passageId, probability: share(plan.question.probability) },
    clocks: planner.clocks.flatMap(({ cameraId, offsetMs, errorMs, basis }) =>
      basis === 'measured'
        ? []
        : [{ cameraId, basis, offsetMs: Math.round(offsetMs), errorMs: Math.round(errorMs) }],
    ),
    caveats: [...graph.caveats],
  };
}

const share = (value: number): number => Math.min(1, Math.max(0, value));

const idsOf = ({ routes, question }: RoutePlan): string[] => [
  ...routes.flatMap(({ hops }) => hops.flatMap(({ fromId, toId }) => [fromId, toId])),
  ...(question === null ? [] : [question.passageId]),
];

const plain = ({
  sightingId,
  cameraId,
  trackId,
  enteredAtMs,
  leftAtMs,
  className,
}: RouteSighting): RouteSighting => ({
  sightingId,
  cameraId,
  trackId,
  enteredAtMs,
  leftAtMs,
  className,
});
