import { distanceM } from './positions.ts';
import type { CameraView } from './road-graph.ts';
import { bearingDeg, type Road } from './road-file.ts';

/** A camera as its file has it. */
export interface PlacedCamera {
  readonly cameraId: string;
  readonly lonDeg: number;
  readonly latDeg: number;
  /** Null: nobody has written it down. */
  readonly headingDeg: number | null;
  readonly viewDistanceM: number | null;
}

/** A view and which way the traffic in it drives. */
export interface PlacedView extends CameraView {
  readonly bearingDeg: number;
}

/** A road farther from the camera is another road. */
const maxOffM = 40;
const usualViewM = 40;

/** The stretches of road that a camera sees, one per direction: those of the nearest road. */
export function viewsOfCamera(camera: PlacedCamera, roads: readonly Road[]): PlacedView[] {
  const near = roads
    .map((road) => ({ road, ...nearestOn(camera, road) }))
    .filter(({ offM }) => offM <= maxOffM)
    .toSorted((a, b) => a.offM - b.offM);
  const [nearest] = near;
  if (nearest === undefined) return [];
  const { edge } = nearest.road;
  const both = near.filter(
    ({ road }) =>
      road === nearest.road ||
      (road.edge.fromJunction === edge.toJunction && road.edge.toJunction === edge.fromJunction),
  );
  const reachM = camera.viewDistanceM ?? usualViewM;
  return both.map(({ road, alongM, bearing }): PlacedView => {
    const scale = road.edge.lengthM;
    // It looks along the road: what it sees lies ahead of it in its heading.
    const looksAlong = camera.headingDeg === null || angleBetween(camera.headingDeg, bearing) < 90;
    const fromM = Math.min(scale, Math.max(0, looksAlong ? alongM : alongM - reachM));
    return {
      cameraId: camera.cameraId,
      edgeId: road.edge.edgeId,
      fromM,
      toM: Math.min(scale, fromM + reachM),
      bearingDeg: bearing,
    };
  });
}

export const angleBetween = (a: number, b: number): number => Math.abs(((a - b + 540) % 360) - 180);

/** Nearest place of a road's line: how far off, how far along (metres of the edge), and its bearing there. */
function nearestOn(
  { lonDeg, latDeg }: PlacedCamera,
  { edge, line }: Road,
): { readonly offM: number; readonly alongM: number; readonly bearing: number } {
  const place = { cameraId: '', lonDeg, latDeg };
  let best = { offM: Number.POSITIVE_INFINITY, alongM: 0, bearing: 0 };
  let doneM = 0;
  let totalM = 0;
  const squeeze = Math.cos((latDeg * Math.PI) / 180);
  for (const [index, to] of line.slice(1).entries()) {
    const from = line[index] ?? to;
    const pieceM = distanceM(
      { cameraId: '', lonDeg: from[0], latDeg: from[1] },
      { cameraId: '', lonDeg: to[0], latDeg: to[1] },
    );
    totalM += pieceM;
    const dx = (to[0] - from[0]) * squeeze;
    const dy = to[1] - from[1];
    const px = (lonDeg - from[0]) * squeeze;
    const py = latDeg - from[1];
    const share = Math.min(1, Math.max(0, (px * dx + py * dy) / Math.max(dx * dx + dy * dy, 1e-18)));
    const foot = {
      cameraId: '',
      lonDeg: from[0] + share * (to[0] - from[0]),
      latDeg: from[1] + share * (to[1] - from[1]),
    };
    const offM = distanceM(place, foot);
    if (offM < best.offM) best = { offM, alongM: doneM + share * pieceM, bearing: bearingDeg(from, to) };
    doneM += pieceM;
  }
  // The edge's own length counts, not the line's.
  return { ...best, alongM: totalM > 0 ? (best.alongM / totalM) * edge.lengthM : 0 };
}
