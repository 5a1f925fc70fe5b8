import { type CameraPosition, nearestNeighbourGraph } from './positions.ts';
import { type CameraView, defaultPace, type RoadEdge } from './road-graph.ts';
import type { MeasuredClock, SurveySources } from './survey.ts';
import { connectionsFrom, roadNetwork } from './ways.ts';

/** A camera misses about a fifth of the vehicles, until more is known of it. */
const usualMiss = 0.2;
/** Two cameras farther apart than this, in time, are seldom one after the other. */
const maxWayMs = 240_000;

/** Clocks are known to about a second, and so are the moments at which views are entered and left. */
const resolutionMs = 2_000;

/** The camera graph on roads: which view can follow which, and by what way. */
export function surveySources(
  edges: readonly RoadEdge[],
  views: readonly CameraView[],
  clocks: readonly MeasuredClock[],
): SurveySources {
  const network = roadNetwork(edges, views);
  const settings = { pace: defaultPace, missOf: () => usualMiss, maxMs: maxWayMs };
  const connections = views.map((_, view) => connectionsFrom(network, view, settings));
  return { network, connections, pace: defaultPace, clocks, resolutionMs };
}

/** A camera graph proposed from positions, where no roads are known. */
export function nearestNeighbourSources(
  cameras: readonly CameraPosition[],
  neighbourCount: number,
  clocks: readonly MeasuredClock[],
): SurveySources {
  return { ...nearestNeighbourGraph(cameras, neighbourCount), pace: defaultPace, clocks, resolutionMs };
}
