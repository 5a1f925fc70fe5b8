import { z } from 'zod';
import { associate } from '../association.ts';
import { neighbourhoodAbout, rankedFrom } from '../plan.ts';
import { nearestNeighbourGraph } from '../positions.ts';
import { defaultPace } from '../road-graph.ts';
import { type Sighting, survey } from '../survey.ts';

const Cameras = z.record(z.string(), z.object({ lat: z.number(), lon: z.number() }));
const Routes = z.record(
  z.string(),
  z.array(z.object({ cam: z.string(), t_in: z.number(), t_out: z.number() })),
);

/** Sightings of vehicles at cameras round one junction, without any look; which of them are one vehicle's, in order. */
export interface Junction {
  readonly cameraIds: readonly string[];
  readonly positions: readonly {
    readonly cameraId: string;
    readonly lonDeg: number;
    readonly latDeg: number;
  }[];
  readonly sightings: readonly Sighting[];
  readonly routes: readonly (readonly string[])[];
}

/** Times are seconds on a clock common to all cameras. */
export function readJunction(camerasText: string, routesText: string): Junction {
  const cameras = Object.entries(Cameras.parse(JSON.parse(camerasText)));
  const cameraIds = cameras.map(([cameraId]) => cameraId);
  const sightings: Sighting[] = [];
  const routes = Object.values(Routes.parse(JSON.parse(routesText))).map((passages) =>
    passages
      .toSorted((a, b) => a.t_in - b.t_in)
      .map(({ cam, t_in: enteredS, t_out: leftS }) => {
        const sightingId = `s${sightings.length}`;
        sightings.push({
          sightingId,
          view: cameraIds.indexOf(cam),
          enteredAtMs: Math.round(enteredS * 1_000),
          leftAtMs: Math.round(leftS * 1_000),
          classScores: { vehicle: 1 },
          colorScores: { unknown: 1 },
        });
        return sightingId;
      }),
  );
  const positions = cameras.map(([cameraId, { lat, lon }]) => ({ cameraId, lonDeg: lon, latDeg: lat }));
  return { cameraIds, positions, sightings, routes };
}

export interface JunctionScore {
  readonly hopCount: number;
  /** Share of hops whose true next camera is first, and among the first three. */
  readonly first: number;
  readonly firstThree: number;
}

const boundsMs = { beforeMs: 30_000, afterMs: 60_000 };
/** Boxes are given ten times a second on one common clock. */
const resolutionMs = 200;

/** Rank the next camera of every sighting that has one, from times alone. */
export function scoreJunction({ cameraIds, positions, sightings, routes }: Junction): JunctionScore {
  const graph = nearestNeighbourGraph(positions, cameraIds.length - 1);
  const clocks = cameraIds.map((cameraId) => ({ cameraId, offsetMs: 0, errorMs: 100 }));
  const known = survey({ ...graph, pace: defaultPace, clocks, resolutionMs }, sightings);
  const cameraOf = new Map(sightings.map(({ sightingId, view }) => [sightingId, view]));
  const byId = new Map(known.passages.map((passage) => [passage.passageId, passage]));
  let hopCount = 0;
  let first = 0;
  let firstThree = 0;
  for (const route of routes) {
    for (const [at, next] of route.slice(1).entries()) {
      const passage = byId.get(route[at] ?? '');
      if (passage === undefined) continue;
      const association = associate(neighbourhoodAbout(known, passage, boundsMs), {
        confirmed: [],
        struck: [],
      });
      const byCamera = new Map<number, number>();
      for (const { passageId, probability } of rankedFrom(association, passage.passageId, 'forward')) {
        const camera = cameraOf.get(passageId) ?? -1;
        byCamera.set(camera, (byCamera.get(camera) ?? 0) + probability);
      }
      const ranked = [...byCamera].toSorted((a, b) => b[1] - a[1]).map(([camera]) => camera);
      const rank = ranked.indexOf(cameraOf.get(next) ?? -1);
      hopCount += 1;
      if (rank === 0) first += 1;
      if (rank >= 0 && rank < 3) firstThree += 1;
    }
  }
  const count = Math.max(1, hopCount);
  return { hopCount, first: first / count, firstThree: firstThree / count };
}
