import type { BoxNorm } from '../../../contracts/index.ts';

/** The smallest box around all of them. @throws RangeError for none. */
export function unionNorm(boxes: readonly BoxNorm[]): BoxNorm {
  const xNorm = Math.min(...boxes.map((box) => box.xNorm));
  const yNorm = Math.min(...boxes.map((box) => box.yNorm));
  const wNorm = Math.max(...boxes.map((box) => box.xNorm + box.wNorm)) - xNorm;
  const hNorm = Math.max(...boxes.map((box) => box.yNorm + box.hNorm)) - yNorm;
  if (!Number.isFinite(wNorm)) throw new RangeError('There is no box around nothing.');
  return { xNorm, yNorm, wNorm, hNorm };
}
