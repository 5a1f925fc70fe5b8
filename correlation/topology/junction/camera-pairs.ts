import { type CameraPosition, connectionBetween, nearestConnections } from '../positions.ts';
import { defaultPace, expectedMs } from '../road-graph.ts';
import type { CameraPair } from './pairing.ts';

/** Farther ones than the nearest few say little beyond what those between say. */
const neighbourCount = 8;

/** Cameras whose vehicles are compared, by position. */
export function cameraPairs(cameras: readonly CameraPosition[]): CameraPair[] {
  const wanted = new Set(
    cameras.flatMap((_, one) =>
      nearestConnections(cameras, one, neighbourCount).map((other) =>
        one < other ? one * cameras.length + other : other * cameras.length + one,
      ),
    ),
  );
  return [...wanted]
    .toSorted((a, b) => a - b)
    .flatMap((key) => {
      const one = Math.floor(key / cameras.length);
      const other = key % cameras.length;
      const [from, to] = [cameras[one], cameras[other]];
      if (from === undefined || to === undefined) return [];
      const { isOverlap, shortest } = connectionBetween(from, to, other);
      return [{ one, other, wayMs: isOverlap === true ? 0 : expectedMs(shortest, defaultPace) }];
    });
}
