import { z } from 'zod';
import { type Glimpse } from '../junction/glimpse.ts';
import { nextCameras, surveyJunction } from '../junction/next-camera.ts';
import { cameraPairs } from '../junction/camera-pairs.ts';

const Cameras = z.record(z.string(), z.object({ lat: z.number(), lon: z.number() }));
const Routes = z.record(
  z.string(),
  z.array(z.object({ cam: z.string(), t_in: z.number(), t_out: z.number() })),
);

/** Glimpses of vehicles at cameras round one junction, without any look; which of them are one vehicle's, in order. */
export interface TrueJunction {
  readonly positions: readonly {
    readonly cameraId: string;
    readonly lonDeg: number;
    readonly latDeg: number;
  }[];
  readonly glimpses: readonly Glimpse[];
  readonly routes: readonly (readonly number[])[];
}

/**
 * @param routesText times are seconds on a clock common to all cameras.
 * @param tracksText boxes by camera, vehicle and frame: camera, vehicle, frame, x, y, w, h in px. Null: there are none.
 */
export function readJunction(
  camerasText: string,
  routesText: string,
  tracksText: string | null,
): TrueJunction {
  const positions = Object.entries(Cameras.parse(JSON.parse(camerasText))).map(
    ([cameraId, { lat, lon }]) => ({ cameraId, lonDeg: lon, latDeg: lat }),
  );
  const cameraOf = new Map(positions.map(({ cameraId }, camera) => [cameraId, camera]));
  const pathOf = tracksText === null ? () => null : pathsOf(tracksText);
  const sightings = Object.entries(Routes.parse(JSON.parse(routesText)))
    .flatMap(([vehicle, all]) => all.map((sighting) => ({ vehicle, ...sighting })))
    .filter(({ cam }) => cameraOf.has(cam))
    // In order of time: nothing of the vehicle may be told by the order.
    .toSorted((a, b) => a.t_in - b.t_in || a.cam.localeCompare(b.cam));
  const glimpses = sightings.map(
    ({ cam, vehicle, t_in: enteredS, t_out: leftS }): Glimpse => ({
      camera: cameraOf.get(cam) ?? -1,
      enteredAtMs: Math.round(enteredS * 1_000),
      leftAtMs: Math.round(leftS * 1_000),
      pathNorm: pathOf(cam, vehicle),
    }),
  );
  const routes = [...Map.groupBy(sightings.keys(), (index) => sightings[index]?.vehicle).values()];
  return { positions, glimpses, routes };
}

type Middle = readonly [number, number];

/** Where each track begins and ends, in shares of the part of the picture in which its camera sees vehicles. */
function pathsOf(text: string): (cam: string, vehicle: string) => Glimpse['pathNorm'] {
  const ends = new Map<string, { first: Middle; last: Middle; fromFrame: number; toFrame: number }>();
  const sizes = new Map<number, Middle>();
  for (const line of text.split('\n')) {
    const [camera, vehicle, frame, x, y, w, h] = line.split(' ').map(Number);
    if (camera === undefined || vehicle === undefined || frame === undefined) continue;
    if (x === undefined || y === undefined || w === undefined || h === undefined) continue;
    const [wide, high] = sizes.get(camera) ?? [1, 1];
    sizes.set(camera, [Math.max(wide, x + w), Math.max(high, y + h)]);
    const middle: Middle = [x + w / 2, y + h / 2];
    const key = `${camera}/${vehicle}`;
    const known = ends.get(key);
    if (known === undefined) {
      ends.set(key, { first: middle, last: middle, fromFrame: frame, toFrame: frame });
      continue;
    }
    if (frame < known.fromFrame) Object.assign(known, { first: middle, fromFrame: frame });
    if (frame > known.toFrame) Object.assign(known, { last: middle, toFrame: frame });
  }
  return (cam, vehicle) => {
    const camera = Number(cam.replace(/\D/g, ''));
    const found = ends.get(`${camera}/${vehicle}`);
    const size = sizes.get(camera);
    if (found === undefined || size === undefined) return null;
    const [[x0, y0], [x1, y1]] = [found.first, found.last];
    return [x0 / size[0], y0 / size[1], x1 / size[0], y1 / size[1]];
  };
}

export interface JunctionScore {
  readonly hopCount: number;
  /** Share of hops whose true next camera is first, and among the first three. */
  readonly first: number;
  readonly firstThree: number;
}

/** Rank the next camera of every glimpse that has one. */
export function scoreJunction({ positions, glimpses, routes }: TrueJunction): JunctionScore {
  const ranked = nextCameras(surveyJunction(glimpses, positions.length, cameraPairs(positions)));
  let hopCount = 0;
  let first = 0;
  let firstThree = 0;
  for (const route of routes) {
    for (const [at, next] of route.slice(1).entries()) {
      const rank = (ranked[route[at] ?? -1] ?? []).findIndex(
        ({ camera }) => camera === glimpses[next]?.camera,
      );
      hopCount += 1;
      if (rank === 0) first += 1;
      if (rank >= 0 && rank < 3) firstThree += 1;
    }
  }
  const count = Math.max(1, hopCount);
  return { hopCount, first: first / count, firstThree: firstThree / count };
}
