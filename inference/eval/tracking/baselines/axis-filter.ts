/**
 * Kalman filter of one coordinate and its velocity, per frame. The filters of SORT and ByteTrack have diagonal noise
 * and couple a coordinate with nothing but its own velocity, so four of these are the same as their matrices.
 */
export interface Axis {
  readonly position: number;
  readonly velocity: number;
  readonly pp: number;
  readonly pv: number;
  readonly vv: number;
}

export const predictAxis = (axis: Axis, positionNoise: number, velocityNoise: number): Axis => ({
  position: axis.position + axis.velocity,
  velocity: axis.velocity,
  pp: axis.pp + 2 * axis.pv + axis.vv + positionNoise,
  pv: axis.pv + axis.vv,
  vv: axis.vv + velocityNoise,
});

export function updateAxis(axis: Axis, measured: number, measurementNoise: number): Axis {
  const gain = axis.pp / (axis.pp + measurementNoise);
  const velocityGain = axis.pv / (axis.pp + measurementNoise);
  const surprise = measured - axis.position;
  return {
    position: axis.position + gain * surprise,
    velocity: axis.velocity + velocityGain * surprise,
    pp: (1 - gain) * axis.pp,
    pv: (1 - gain) * axis.pv,
    vv: axis.vv - velocityGain * axis.pv,
  };
}
