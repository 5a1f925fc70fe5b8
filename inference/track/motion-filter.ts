import type { BoxNorm } from '../../contracts/index.ts';

/**
 * Kalman filter of one coordinate with constant velocity. Coordinates are independent of each other, so a box needs
 * no matrix inverse.
 */
interface AxisState {
  readonly position: number;
  readonly perSecond: number;
  /** Covariance of (position, velocity). */
  readonly pp: number;
  readonly pv: number;
  readonly vv: number;
}

/** Filter of a side: it wanders, but has no velocity, since one hidden leg would let a box shrink away to nothing. */
interface SideState {
  readonly length: number;
  readonly variance: number;
}

/** Position and velocity of the centre, and size of a box, in shares of the picture and per second. */
export interface BoxState {
  readonly x: AxisState;
  readonly y: AxisState;
  readonly w: SideState;
  readonly h: SideState;
}

/** How far a measured box is off, as a share of its size; and how fast its velocity changes, sizes per second². */
const measurementShare = 0.05;
const accelerationShare = 1.2;
/** A new track may move at up to this many of its sizes per second. */
const initialSpeedShare = 3;
/** A side changes by this share of itself in a second. */
const sideShare = 0.3;

const start = (position: number, size: number): AxisState => ({
  position,
  perSecond: 0,
  pp: (2 * measurementShare * size) ** 2,
  pv: 0,
  vv: (initialSpeedShare * size) ** 2,
});

function predictAxis(axis: AxisState, dtS: number, size: number): AxisState {
  const q = (accelerationShare * size) ** 2;
  return {
    position: axis.position + axis.perSecond * dtS,
    perSecond: axis.perSecond,
    pp: axis.pp + 2 * dtS * axis.pv + dtS ** 2 * axis.vv + (q * dtS ** 3) / 3,
    pv: axis.pv + dtS * axis.vv + (q * dtS ** 2) / 2,
    vv: axis.vv + q * dtS,
  };
}

function updateAxis(axis: AxisState, measured: number, size: number, trust: number): AxisState {
  const r = (measurementShare * size) ** 2 / trust;
  const total = axis.pp + r;
  const gain = axis.pp / total;
  const speedGain = axis.pv / total;
  const surprise = measured - axis.position;
  return {
    position: axis.position + gain * surprise,
    perSecond: axis.perSecond + speedGain * surprise,
    pp: (1 - gain) * axis.pp,
    pv: (1 - gain) * axis.pv,
    vv: axis.vv - speedGain * axis.pv,
  };
}

const startSide = (length: number): SideState => ({ length, variance: (2 * measurementShare * length) ** 2 });

const predictSide = ({ length, variance }: SideState, dtS: number): SideState => ({
  length,
  variance: variance + (sideShare * length) ** 2 * dtS,
});

function updateSide({ length, variance }: SideState, measured: number, trust: number): SideState {
  const gain = variance / (variance + (measurementShare * measured) ** 2 / trust);
  return { length: length + gain * (measured - length), variance: (1 - gain) * variance };
}

const centre = (box: BoxNorm): [number, number] => [box.xNorm + box.wNorm / 2, box.yNorm + box.hNorm / 2];

export function startBox(box: BoxNorm): BoxState {
  const [x, y] = centre(box);
  return {
    x: start(x, box.wNorm),
    // A person is three times as tall as wide and does not jump: steps are as wide as the box, also downwards.
    y: start(y, Math.min(box.wNorm, box.hNorm)),
    w: startSide(box.wNorm),
    h: startSide(box.hNorm),
  };
}

/** @param dtS seconds since the state's own time, ≥ 0. */
export function predictBox(state: BoxState, dtS: number): BoxState {
  if (dtS <= 0) return state;
  const { w, h } = state;
  return {
    x: predictAxis(state.x, dtS, w.length),
    y: predictAxis(state.y, dtS, Math.min(w.length, h.length)),
    w: predictSide(w, dtS),
    h: predictSide(h, dtS),
  };
}

/** @param trust 0..1: a box with a low score counts less. */
export function updateBox(state: BoxState, box: BoxNorm, trust: number): BoxState {
  const [x, y] = centre(box);
  return {
    x: updateAxis(state.x, x, box.wNorm, trust),
    y: updateAxis(state.y, y, Math.min(box.wNorm, box.hNorm), trust),
    w: updateSide(state.w, box.wNorm, trust),
    h: updateSide(state.h, box.hNorm, trust),
  };
}

/** While nobody sees it, a box slows down, instead of flying out of the picture. */
export function coast(state: BoxState, dtS: number): BoxState {
  const keep = Math.exp(-Math.max(dtS, 0) / 1.5);
  const calm = (axis: AxisState): AxisState => ({ ...axis, perSecond: axis.perSecond * keep });
  return { ...state, x: calm(state.x), y: calm(state.y) };
}

export function boxOfState({ x, y, w, h }: BoxState): BoxNorm {
  return {
    xNorm: x.position - w.length / 2,
    yNorm: y.position - h.length / 2,
    wNorm: w.length,
    hNorm: h.length,
  };
}
