import type { BoxNorm } from '../../contracts/index.ts';

/** Area of the picture that two boxes share, in shares of the picture. */
export function intersectionNorm(a: BoxNorm, b: BoxNorm): number {
  const width = Math.min(a.xNorm + a.wNorm, b.xNorm + b.wNorm) - Math.max(a.xNorm, b.xNorm);
  const height = Math.min(a.yNorm + a.hNorm, b.yNorm + b.hNorm) - Math.max(a.yNorm, b.yNorm);
  return width <= 0 || height <= 0 ? 0 : width * height;
}

/** Intersection over union, 0..1; two empty boxes have 0. */
export function iou(a: BoxNorm, b: BoxNorm): number {
  const shared = intersectionNorm(a, b);
  const union = a.wNorm * a.hNorm + b.wNorm * b.hNorm - shared;
  return union <= 0 ? 0 : shared / union;
}

/** Share of `inner` that lies in `outer`, 0..1. */
export function shareInside(inner: BoxNorm, outer: BoxNorm): number {
  const area = inner.wNorm * inner.hNorm;
  return area <= 0 ? 0 : intersectionNorm(inner, outer) / area;
}

/** The same centre, grown by `share` of its own size on every side; it may reach out of the picture. */
export function grow(box: BoxNorm, share: number): BoxNorm {
  return {
    xNorm: box.xNorm - box.wNorm * share,
    yNorm: box.yNorm - box.hNorm * share,
    wNorm: box.wNorm * (1 + 2 * share),
    hNorm: box.hNorm * (1 + 2 * share),
  };
}

/** The part of a box that lies in the picture, as contracts demand it. */
export function clipToPicture(box: BoxNorm): BoxNorm {
  const left = Math.min(Math.max(box.xNorm, 0), 1);
  const top = Math.min(Math.max(box.yNorm, 0), 1);
  const right = Math.min(Math.max(box.xNorm + box.wNorm, left), 1);
  const bottom = Math.min(Math.max(box.yNorm + box.hNorm, top), 1);
  return { xNorm: left, yNorm: top, wNorm: right - left, hNorm: bottom - top };
}
