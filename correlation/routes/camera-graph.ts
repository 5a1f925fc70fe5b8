import { type Camera, cameraTable, type Road, roadTable } from '../../contracts/index.ts';
import type { Store } from '../../store/index.ts';
import {
  angleBetween,
  distanceM,
  nearestNeighbourSources,
  type PlacedView,
  type SurveySources,
  surveySources,
  viewsOfCamera,
} from '../topology/index.ts';
import type { TrackPassage } from './passages.ts';

/** The cameras about an incident, what they see of the roads, and which can follow which. */
export interface CameraGraph {
  readonly sources: SurveySources;
  readonly cameraIds: readonly string[];
  /** View that a passage was in; -1: of a camera that sees no road. */
  viewOf(passage: TrackPassage): number;
  readonly caveats: readonly string[];
}

/** Cameras farther from the incident than this are not looked at. */
const reachM = 3_000;
const neighbourCount = 8;

interface Place {
  readonly lonDeg: number;
  readonly latDeg: number;
}

type Placed = Camera & Place;
const removed = 3;
/** What was not there yet, or not any more, has seen nobody pass: a vehicle must not be said to have passed it unseen. */
const wasUp = ({ deviceStatus, installedAtMs, retiredAtMs }: Camera, atMs: number): boolean =>
  (installedAtMs ?? 0) <= atMs && (deviceStatus !== removed || (retiredAtMs ?? 0) > atMs);

const isPlaced = (camera: Camera): camera is Placed => camera.lonDeg !== null && camera.latDeg !== null;

/**
 * The camera graph about a place: on the roads that were imported, or proposed from positions where there are none.
 * @param atMs when the vehicle was there: cameras that were put up later or taken down before are left out.
 */
export async function cameraGraphAbout(
  store: Store,
  incidentCameraIds: readonly string[],
  atMs: number,
): Promise<CameraGraph> {
  const all = (await store.find(cameraTable)).filter(isPlaced).filter((camera) => wasUp(camera, atMs));
  const centres = all.filter(({ cameraId }) => incidentCameraIds.includes(cameraId));
  const near = all.filter((camera) => centres.some((centre) => distanceM(centre, camera) <= reachM));
  const roads = await store.find(roadTable);
  const cameraIds = near.map(({ cameraId }) => cameraId);
  return roads.length === 0 ? fromPositions(near, cameraIds) : fromRoads(near, cameraIds, roads);
}

const measuredClocks = (cameraIds: readonly string[]): SurveySources['clocks'] =>
  // Captured time is mapped to the wall clock at ingest; what is left is told by the traffic.
  cameraIds.map((cameraId) => ({ cameraId, offsetMs: 0, errorMs: 1_000 }));

function fromPositions(cameras: readonly Placed[], cameraIds: readonly string[]): CameraGraph {
  const sources = nearestNeighbourSources(cameras, neighbourCount, measuredClocks(cameraIds));
  const viewOfCamera = new Map(cameraIds.map((cameraId, view) => [cameraId, view]));
  return {
    sources,
    cameraIds,
    viewOf: ({ cameraId }) => viewOfCamera.get(cameraId) ?? -1,
    caveats: ['noRoads'],
  };
}

function fromRoads(
  cameras: readonly Placed[],
  cameraIds: readonly string[],
  roads: readonly Road[],
): CameraGraph {
  const known = roads.map((road) => ({
    edge: { ...road, turns: new Map(road.turns.map(({ edgeId, kind }) => [edgeId, kind])) },
    line: road.line.map(({ lonDeg, latDeg }) => [lonDeg, latDeg] as const),
  }));
  const views = cameras.flatMap((camera) => viewsOfCamera(camera, known));
  const viewsOf = Map.groupBy(
    views.map((view, index) => ({ view, index })),
    ({ view }) => view.cameraId,
  );
  const headings = new Map(cameras.map(({ cameraId, headingDeg }) => [cameraId, headingDeg]));
  const edges = known.map(({ edge }) => edge);
  return {
    sources: surveySources(edges, views, measuredClocks(cameraIds)),
    cameraIds,
    viewOf: (passage) =>
      viewIn(viewsOf.get(passage.cameraId) ?? [], passage, headings.get(passage.cameraId) ?? null),
    caveats: cameras.length > viewsOf.size ? ['camerasOffRoad'] : [],
  };
}

/** Of a camera's views, the one in whose direction the vehicle drove. */
function viewIn(
  views: readonly { readonly view: PlacedView; readonly index: number }[],
  { heading }: TrackPassage,
  cameraHeadingDeg: number | null,
): number {
  const [first] = views;
  if (first === undefined) return -1;
  if (cameraHeadingDeg === null || heading === 'unknown') return first.index;
  const driveDeg = heading === 'away' ? cameraHeadingDeg : (cameraHeadingDeg + 180) % 360;
  return views.reduce((a, b) =>
    angleBetween(b.view.bearingDeg, driveDeg) < angleBetween(a.view.bearingDeg, driveDeg) ? b : a,
  ).index;
}
