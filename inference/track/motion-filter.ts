import type { BoxNorm } from '../../contracts/index.ts';
import { parameters } from './parameters.ts';

/**
 * Kalman filter of one coordinate with constant velocity. Coordinates are independent of each other, so a box needs
 * no matrix inverse. Filters are changed in place: a busy street would otherwise leave thousands of them per second.
 */
interface Axis {
  position: number;
  perSecond: number;
  /** Covariance of (position, velocity). */
  pp: number;
  pv: number;
  vv: number;
}

/** Filter of a side: it wanders, but has no velocity, since one hidden leg would let a box shrink away to nothing. */
interface Side {
  length: number;
  variance: number;
}

/** Position and velocity of the centre, and size of a box, in shares of the picture and per second. */
export interface Motion {
  readonly x: Axis;
  readonly y: Axis;
  readonly w: Side;
  readonly h: Side;
}

/** A person is three times as tall as wide and does not jump: steps are as wide as the box, also downwards. */
const stepSize = (box: BoxNorm): number => Math.min(box.wNorm, box.hNorm);

const startAxis = (position: number, size: number): Axis => ({
  position,
  perSecond: 0,
  pp: (2 * parameters.measurementShare * size) ** 2,
  pv: 0,
  vv: (parameters.initialSpeedShare * size) ** 2,
});
const startSide = (length: number): Side => ({
  length,
  variance: (2 * parameters.measurementShare * length) ** 2,
});

export const startMotion = (box: BoxNorm): Motion => ({
  x: startAxis(box.xNorm + box.wNorm / 2, box.wNorm),
  y: startAxis(box.yNorm + box.hNorm / 2, stepSize(box)),
  w: startSide(box.wNorm),
  h: startSide(box.hNorm),
});

function predictAxis(axis: Axis, dtS: number, size: number): void {
  const q = (parameters.accelerationShare * size) ** 2;
  axis.position += axis.perSecond * dtS;
  axis.pp += 2 * dtS * axis.pv + dtS ** 2 * axis.vv + (q * dtS ** 3) / 3;
  axis.pv += dtS * axis.vv + (q * dtS ** 2) / 2;
  axis.vv += q * dtS;
}

function predictSide(side: Side, dtS: number): void {
  side.variance += (parameters.sideShare * side.length) ** 2 * dtS;
}

/** @param dtS seconds since the motion's own time, > 0. */
export function predictMotion({ x, y, w, h }: Motion, dtS: number): void {
  predictAxis(x, dtS, w.length);
  predictAxis(y, dtS, Math.min(w.length, h.length));
  predictSide(w, dtS);
  predictSide(h, dtS);
}

function updateAxis(axis: Axis, measured: number, size: number, trust: number): void {
  const total = axis.pp + (parameters.measurementShare * size) ** 2 / trust;
  const gain = axis.pp / total;
  const speedGain = axis.pv / total;
  const surprise = measured - axis.position;
  axis.position += gain * surprise;
  axis.perSecond += speedGain * surprise;
  axis.vv -= speedGain * axis.pv;
  axis.pp *= 1 - gain;
  axis.pv *= 1 - gain;
}

function updateSide(side: Side, measured: number, trust: number): void {
  const gain = side.variance / (side.variance + (parameters.measurementShare * measured) ** 2 / trust);
  side.length += gain * (measured - side.length);
  side.variance *= 1 - gain;
}

/** @param trust 0..1: a box with a low score counts less. */
export function updateMotion({ x, y, w, h }: Motion, box: BoxNorm, trust: number): void {
  updateAxis(x, box.xNorm + box.wNorm / 2, box.wNorm, trust);
  updateAxis(y, box.yNorm + box.hNorm / 2, stepSize(box), trust);
  updateSide(w, box.wNorm, trust);
  updateSide(h, box.hNorm, trust);
}

/**
 * Seen again after a gap: it went from one box to the other in a straight line, whatever was expected meanwhile.
 * @param dtS seconds from `from` to `to`, > 0.
 * @see Cao et al. 2023, "Observation-Centric SORT", arXiv:2203.14360, § 4.1
 */
export function bridgeGap({ x, y, w, h }: Motion, from: BoxNorm, to: BoxNorm, dtS: number): void {
  const bridge = (axis: Axis, was: number, is: number, size: number): void => {
    axis.position = is;
    axis.perSecond = (is - was) / dtS;
    axis.pp = (parameters.measurementShare * size) ** 2;
    axis.pv = axis.pp / dtS;
    axis.vv = (2 * axis.pp) / dtS ** 2 + ((parameters.accelerationShare * size) ** 2 * dtS) / 3;
  };
  bridge(x, from.xNorm + from.wNorm / 2, to.xNorm + to.wNorm / 2, to.wNorm);
  bridge(y, from.yNorm + from.hNorm / 2, to.yNorm + to.hNorm / 2, stepSize(to));
  updateSide(w, to.wNorm, 1);
  updateSide(h, to.hNorm, 1);
}

/** While nobody sees it, a box slows down, instead of flying out of the picture. */
export function coast({ x, y }: Motion, dtS: number): void {
  const keep = Math.exp(-dtS / parameters.coastS);
  x.perSecond *= keep;
  y.perSecond *= keep;
}

export const boxOfMotion = ({ x, y, w, h }: Motion): BoxNorm => ({
  xNorm: x.position - w.length / 2,
  yNorm: y.position - h.length / 2,
  wNorm: w.length,
  hNorm: h.length,
});
