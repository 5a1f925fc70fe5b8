import type { Camera } from '../../contracts/index.ts';
import type { PointM } from './plane.ts';

/** What a camera sees on the ground: a ring sector. */
export interface View {
  readonly headingDeg: number;
  readonly fieldAngleDeg: number;
  readonly nearM: number;
  readonly farM: number;
  /** A value of the camera file was missing and a usual one stands for it. */
  readonly isEstimated: boolean;
}

/** 监视方位 1 … 8. */
const headingOfDirection: Readonly<Record<number, number>> = {
  1: 90,
  2: 270,
  3: 180,
  4: 0,
  5: 135,
  6: 45,
  7: 225,
  8: 315,
};
/** Half domes see wide, fixed and remote-controlled ones narrower; what a PTZ sees depends on where it looks. */
const fieldAngleOfType: Readonly<Record<number, number>> = { 2: 90, 3: 60, 4: 60 };

const defaultWidthPx = 1_920;
const defaultFarM = 50;
/** Detection density of IEC 62676-4: fewer pixels per metre say nothing of what is seen. */
const pixelsPerMetre = 25;
/** Beyond this angle the tangent runs away, so the arc is used. */
const widestTangentDeg = 120;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/**
 * Field of view by rules R19 and R20.
 * @param measuredWidthPx width of the stream as it was seen, null when never.
 * @returns null when the file does not say enough for a sector: no heading, no angle, or nothing left between near and far.
 */
export function viewOf(camera: Camera, measuredWidthPx: number | null): View | null {
  const heading = camera.headingDeg ?? headingOfDirection[camera.directionType ?? 9] ?? null;
  const fieldAngleDeg = camera.horizontalFieldAngleDeg ?? fieldAngleOfType[camera.ptzType ?? 0] ?? null;
  if (fieldAngleDeg === null || (heading === null && fieldAngleDeg < 360)) return null;

  const widthPx = measuredWidthPx ?? camera.declaredWidthPx ?? defaultWidthPx;
  const ground = groundOf(camera);
  const densityFarM = densityFarOf(widthPx, fieldAngleDeg);
  const hasViewDistance = camera.viewDistanceM !== null && camera.viewDistanceM > 0;
  const usesDefaultFar = !hasViewDistance && ground.farM === Infinity;
  const statedFarM = hasViewDistance
    ? (camera.viewDistanceM ?? Infinity)
    : usesDefaultFar
      ? defaultFarM
      : Infinity;
  const farM = Math.min(ground.farM, densityFarM, statedFarM);
  if (farM <= ground.nearM) return null;
  return {
    headingDeg: heading ?? 0,
    fieldAngleDeg,
    nearM: ground.nearM,
    farM,
    isEstimated:
      camera.headingDeg === null ||
      camera.horizontalFieldAngleDeg === null ||
      (measuredWidthPx === null && camera.declaredWidthPx === null) ||
      ground.isEstimated ||
      usesDefaultFar,
  };
}

const ptzType = 1;
const reachFieldAngleDeg = 60;

/**
 * Ground that a PTZ could look at, all around it (rule R25): a possibility, never coverage by itself.
 * @returns null for any other camera.
 */
export function ptzReachOf(camera: Camera, measuredWidthPx: number | null): View | null {
  if (camera.ptzType !== ptzType) return null;
  const widthPx = measuredWidthPx ?? camera.declaredWidthPx ?? defaultWidthPx;
  const densityFarM = densityFarOf(widthPx, camera.horizontalFieldAngleDeg ?? reachFieldAngleDeg);
  const hasViewDistance = camera.viewDistanceM !== null && camera.viewDistanceM > 0;
  const statedFarM = hasViewDistance ? (camera.viewDistanceM ?? defaultFarM) : defaultFarM;
  return {
    headingDeg: 0,
    fieldAngleDeg: 360,
    nearM: 0,
    farM: Math.min(densityFarM, statedFarM),
    isEstimated: true,
  };
}

/** How far a picture still has 25 pixels per metre. */
const densityFarOf = (widthPx: number, fieldAngleDeg: number): number =>
  fieldAngleDeg <= widestTangentDeg
    ? widthPx / (2 * pixelsPerMetre * Math.tan(radians(fieldAngleDeg / 2)))
    : widthPx / (pixelsPerMetre * radians(fieldAngleDeg));

function groundOf(camera: Camera): { nearM: number; farM: number; isEstimated: boolean } {
  const { heightM, tiltDeg, verticalFieldAngleDeg } = camera;
  if (heightM === null || tiltDeg === null || verticalFieldAngleDeg === null) {
    return { nearM: 0, farM: Infinity, isEstimated: true };
  }
  const steepDeg = tiltDeg + verticalFieldAngleDeg / 2;
  const flatDeg = tiltDeg - verticalFieldAngleDeg / 2;
  return {
    // A picture that begins above the horizon shows no ground at all.
    nearM: steepDeg >= 90 ? 0 : steepDeg <= 0 ? Infinity : heightM / Math.tan(radians(steepDeg)),
    farM: flatDeg <= 0 ? Infinity : heightM / Math.tan(radians(flatDeg)),
    isEstimated: false,
  };
}

/** Whether a point on the ground lies in the view of a camera, bounds included. */
export function isInView(view: View, camera: PointM, point: PointM): boolean {
  const eastM = point.xM - camera.xM;
  const northM = point.yM - camera.yM;
  const distanceM = Math.hypot(eastM, northM);
  if (distanceM < view.nearM || distanceM > view.farM) return false;
  const bearingDeg = (Math.atan2(eastM, northM) * 180) / Math.PI;
  const offDeg = Math.abs(((bearingDeg - view.headingDeg + 540) % 360) - 180);
  return offDeg <= view.fieldAngleDeg / 2;
}
