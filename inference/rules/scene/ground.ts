import type { PointNorm } from '../../../contracts/index.ts';

/** How a camera stands over flat ground, as its asset file says. */
export interface CameraGeometry {
  readonly heightM: number;
  /** Positive downwards. */
  readonly tiltDeg: number;
  readonly horizontalFieldAngleDeg: number;
  /** Null: follows from the horizontal one and the picture's aspect. */
  readonly verticalFieldAngleDeg: number | null;
}

/** Metres on the ground: x to the right of the camera's axis, z away from its foot. */
export interface GroundPoint {
  readonly xM: number;
  readonly zM: number;
}

/** The ground as a picture shows it. */
export interface Ground {
  /** Where a point of the picture lies; null at the horizon and above it. */
  at(point: PointNorm): GroundPoint | null;
  /** Ground inside a polygon of the picture; null where a corner lies at the horizon, above it, or out of reach. */
  areaM2(polygonNorm: readonly PointNorm[]): number | null;
}

const radiansOf = (degrees: number): number => (degrees * Math.PI) / 180;
/** Further away a pixel covers so much ground that a figure would be a guess. */
const furthestM = 200;

/** A pinhole camera without distortion over flat ground. */
export function groundOf(geometry: CameraGeometry, aspect: number): Ground {
  const acrossTan = Math.tan(radiansOf(geometry.horizontalFieldAngleDeg) / 2);
  const downTan =
    geometry.verticalFieldAngleDeg === null
      ? acrossTan / aspect
      : Math.tan(radiansOf(geometry.verticalFieldAngleDeg) / 2);
  const [sin, cos] = [Math.sin(radiansOf(geometry.tiltDeg)), Math.cos(radiansOf(geometry.tiltDeg))];
  const at = ([xNorm, yNorm]: PointNorm): GroundPoint | null => {
    const right = (2 * xNorm - 1) * acrossTan;
    const down = (2 * yNorm - 1) * downTan;
    // The ray (right, down, 1) of the camera, turned downwards by the tilt.
    const falls = down * cos + sin;
    const forward = cos - down * sin;
    if (falls <= 1e-3) return null;
    const scale = geometry.heightM / falls;
    const point = { xM: right * scale, zM: forward * scale };
    return Math.hypot(point.xM, point.zM) > furthestM ? null : point;
  };
  return {
    at,
    areaM2(polygonNorm) {
      let sum = 0;
      let from = at(polygonNorm.at(-1) ?? [0, 0]);
      for (const corner of polygonNorm) {
        const to = at(corner);
        if (from === null || to === null) return null;
        sum += from.xM * to.zM - to.xM * from.zM;
        from = to;
      }
      return Math.abs(sum) / 2;
    },
  };
}
