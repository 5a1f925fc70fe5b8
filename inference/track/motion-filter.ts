import type { BoxNorm } from '../../contracts/index.ts';

/**
 * Kalman filter of one coordinate with constant velocity. Coordinates are independent of each other, so a box needs
 * four of these and no matrix inverse.
 */
interface AxisState {
  readonly position: number;
  readonly perSecond: number;
  /** Covariance of (position, velocity). */
  readonly pp: number;
  readonly pv: number;
  readonly vv: number;
}

/** Position and velocity of a box: centre x, centre y, width, height, in shares of the picture and per second. */
export interface BoxState {
  readonly x: AxisState;
  readonly y: AxisState;
  readonly w: AxisState;
  readonly h: AxisState;
}

/** How far a measured box is off, as a share of its size; and how fast its velocity changes, sizes per second². */
const measurementShare = 0.05;
const accelerationShare = 1.2;
/** A new track may move at up to this many of its sizes per second. */
const initialSpeedShare = 3;
/** Sizes change slower than places. */
const sizeCalm = 0.3;

const start = (position: number, size: number, calm: number): AxisState => ({
  position,
  perSecond: 0,
  pp: (2 * measurementShare * size) ** 2,
  pv: 0,
  vv: (initialSpeedShare * size * calm) ** 2,
});

function predictAxis(axis: AxisState, dtS: number, size: number, calm: number): AxisState {
  const q = (accelerationShare * size * calm) ** 2;
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

const centre = (box: BoxNorm): [number, number] => [box.xNorm + box.wNorm / 2, box.yNorm + box.hNorm / 2];

export function startBox(box: BoxNorm): BoxState {
  const [x, y] = centre(box);
  return {
    x: start(x, box.wNorm, 1),
    // A person is three times as tall as wide and does not jump: steps are as wide as the box, also downwards.
    y: start(y, Math.min(box.wNorm, box.hNorm), 1),
    w: start(box.wNorm, box.wNorm, sizeCalm),
    h: start(box.hNorm, box.hNorm, sizeCalm),
  };
}

/** @param dtS seconds since the state's own time, ≥ 0. */
export function predictBox(state: BoxState, dtS: number): BoxState {
  if (dtS <= 0) return state;
  const { w, h } = state;
  const step = Math.min(w.position, h.position);
  return {
    x: predictAxis(state.x, dtS, w.position, 1),
    y: predictAxis(state.y, dtS, step, 1),
    w: predictAxis(w, dtS, w.position, sizeCalm),
    h: predictAxis(h, dtS, h.position, sizeCalm),
  };
}

/** @param trust 0..1: a box with a low score counts less. */
export function updateBox(state: BoxState, box: BoxNorm, trust: number): BoxState {
  const [x, y] = centre(box);
  return {
    x: updateAxis(state.x, x, box.wNorm, trust),
    y: updateAxis(state.y, y, Math.min(box.wNorm, box.hNorm), trust),
    w: updateAxis(state.w, box.wNorm, box.wNorm, trust),
    h: updateAxis(state.h, box.hNorm, box.hNorm, trust),
  };
}

/** While nobody sees it, a box keeps its size and slows down, instead of flying out of the picture. */
export function coast(state: BoxState, dtS: number): BoxState {
  const keep = Math.exp(-Math.max(dtS, 0) / 1.5);
  const calm = (axis: AxisState, share: number): AxisState => ({
    ...axis,
    perSecond: axis.perSecond * share,
  });
  return {
    x: calm(state.x, keep),
    y: calm(state.y, keep),
    w: calm(state.w, 0),
    h: calm(state.h, 0),
  };
}

export function boxOfState({ x, y, w, h }: BoxState): BoxNorm {
  const wNorm = Math.max(w.position, 1e-4);
  const hNorm = Math.max(h.position, 1e-4);
  return { xNorm: x.position - wNorm / 2, yNorm: y.position - hNorm / 2, wNorm, hNorm };
}
