import type { CameraView, RoadEdge } from '../road-graph.ts';
import type { MeasuredClock, Sighting } from '../survey.ts';
import type { TrueRoute } from './score.ts';

/** A quarter whose true routes are known: what cameras say of its traffic, and what was so. */
export interface City {
  readonly edges: readonly RoadEdge[];
  readonly views: readonly CameraView[];
  readonly clocks: readonly MeasuredClock[];
  readonly sightings: readonly Sighting[];
  /** By incident: the sighting of the vehicle there. */
  readonly actors: ReadonlyMap<string, string>;
  readonly truth: readonly TrueRoute[];
}
