import type { CameraView, Way } from './road-graph.ts';
import { type Connection, type RoadNetwork, roadNetwork } from './ways.ts';

/** Where a camera stands, when no roads are known. */
export interface CameraPosition {
  readonly cameraId: string;
  readonly lonDeg: number;
  readonly latDeg: number;
}

/** Streets make a way about this much longer than the straight line. */
const streetFactor = 1.3;
/** A town's pace between crossings. */
const townMps = 9;
const crossingSpacingM = 250;
/** Cameras this near may see the same place. */
const overlapM = 80;
const earthM = 6_371_000;

export function distanceM(a: CameraPosition, b: CameraPosition): number {
  const radians = Math.PI / 180;
  const dy = (b.latDeg - a.latDeg) * radians;
  const dx = (b.lonDeg - a.lonDeg) * radians * Math.cos(((a.latDeg + b.latDeg) / 2) * radians);
  return earthM * Math.hypot(dx, dy);
}

/** The nearest cameras to one of them, nearest first. */
export const nearestConnections = (
  cameras: readonly CameraPosition[],
  index: number,
  neighbourCount: number,
): number[] => {
  const from = cameras[index];
  return from === undefined
    ? []
    : cameras
        .map((to, other) => ({ other, farM: distanceM(from, to) }))
        .filter(({ other }) => other !== index)
        .toSorted((a, b) => a.farM - b.farM)
        .slice(0, neighbourCount)
        .map(({ other }) => other);
};

/** What is expected between two cameras of which only the positions are known. */
export function connectionBetween(from: CameraPosition, to: CameraPosition, toView: number): Connection {
  const farM = distanceM(from, to);
  const way: Way = {
    freeFlowMs: ((farM * streetFactor) / townMps) * 1_000,
    signalCount: Math.max(1, Math.round(farM / crossingSpacingM)),
    leftTurnCount: 0,
    rightTurnCount: 0,
    passedViews: [],
  };
  return { toView, shortest: way, unseen: way, unseenLog: 0, isOverlap: farM < overlapM };
}

/** Going by a place that lengthens the way less than this is going past it. */
const byTheWay = 1.1;

const liesBetween = (place: CameraPosition | undefined, from: CameraPosition, to: CameraPosition): boolean =>
  place !== undefined && distanceM(from, place) + distanceM(place, to) < byTheWay * distanceM(from, to);

/**
 * A camera graph proposed from positions alone: each camera is one view, and those nearest to it may be next.
 * What the traffic then does between them is learned.
 * @param neighbourCount how many of the nearest cameras are connected.
 */
export function nearestNeighbourGraph(
  cameras: readonly CameraPosition[],
  neighbourCount: number,
): { readonly network: RoadNetwork; readonly connections: readonly (readonly Connection[])[] } {
  const views = cameras.map(({ cameraId }): CameraView => ({ cameraId, edgeId: cameraId, fromM: 0, toM: 0 }));
  const connections = cameras.map((from, index) =>
    nearestConnections(cameras, index, neighbourCount).flatMap((toView) => {
      const to = cameras[toView];
      if (to === undefined) return [];
      const connection = connectionBetween(from, to, toView);
      const passedViews = [...cameras.keys()].filter(
        (view) => view !== index && view !== toView && liesBetween(cameras[view], from, to),
      );
      return [{ ...connection, shortest: { ...connection.shortest, passedViews } }];
    }),
  );
  return { network: roadNetwork([], views), connections };
}
