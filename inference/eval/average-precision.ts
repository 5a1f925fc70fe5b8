import type { Detection } from '../track/index.ts';

/** A box of the truth or of a detector, in px of its picture. */
export interface ScoredBox {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
export interface TruthBox extends ScoredBox {
  readonly className: string;
  /** A crowd under one box: found or not, it does not count. */
  readonly isCrowd: boolean;
}
export interface JudgedPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly truth: readonly TruthBox[];
  readonly found: readonly Detection[];
}

const recallSteps = 101;
const maxDetections = 100;

function iouOf(a: ScoredBox, b: ScoredBox, isCrowd: boolean): number {
  const across = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  if (across <= 0 || down <= 0) return 0;
  const shared = across * down;
  return shared / (isCrowd ? a.w * a.h : a.w * a.h + b.w * b.h - shared);
}

/** Detections of one picture against its truth, as COCO matches them: surest first, each to the best free box. */
function judge(
  picture: JudgedPicture,
  className: string,
  minIou: number,
): { score: number; isRight: boolean }[] {
  const truth = picture.truth.filter((box) => box.className === className);
  const taken = new Set<TruthBox>();
  return picture.found
    .filter((detection) => detection.className === className)
    .slice(0, maxDetections)
    .flatMap(({ xNorm, yNorm, wNorm, hNorm, confidence }) => {
      const box = {
        x: xNorm * picture.widthPx,
        y: yNorm * picture.heightPx,
        w: wNorm * picture.widthPx,
        h: hNorm * picture.heightPx,
      };
      const rank = (crowd: boolean): TruthBox | undefined =>
        truth
          .filter((one) => one.isCrowd === crowd && (crowd || !taken.has(one)))
          .map((one) => ({ one, iou: iouOf(box, one, crowd) }))
          .filter(({ iou }) => iou >= minIou)
          .toSorted((a, b) => b.iou - a.iou)[0]?.one;
      const match = rank(false);
      if (match !== undefined) taken.add(match);
      if (match === undefined && rank(true) !== undefined) return [];
      return [{ score: confidence, isRight: match !== undefined }];
    });
}

/**
 * Average precision of one class at one IoU, 101 recall steps as COCO's own evaluation.
 * @returns 0..1, or NaN when the truth has no such box.
 */
export function averagePrecision(
  pictures: readonly JudgedPicture[],
  className: string,
  minIou: number,
): number {
  const total = pictures
    .flatMap(({ truth }) => truth)
    .filter((box) => box.className === className && !box.isCrowd).length;
  const judged = pictures
    .flatMap((picture) => judge(picture, className, minIou))
    .toSorted((a, b) => b.score - a.score);
  let right = 0;
  const curve = judged.map(({ isRight }, index) => {
    right += isRight ? 1 : 0;
    return { recall: right / total, precision: right / (index + 1) };
  });
  for (let index = curve.length - 2; index >= 0; index -= 1) {
    curve[index]!.precision = Math.max(curve[index]!.precision, curve[index + 1]!.precision);
  }
  let sum = 0;
  for (let step = 0; step < recallSteps; step += 1) {
    const recall = step / (recallSteps - 1);
    sum += curve.find((point) => point.recall >= recall - 1e-12)?.precision ?? 0;
  }
  return total === 0 ? NaN : sum / recallSteps;
}

const iouSteps = Array.from({ length: 10 }, (_, step) => 0.5 + 0.05 * step);

/** How well one class is found: AP is the mean over IoU 0.50, 0.55 … 0.95, AP50 that at 0.50 alone; 0..1. */
export interface ClassPrecision {
  readonly className: string;
  readonly ap: number;
  readonly ap50: number;
}

/** AP of each class, without classes that the truth does not show. */
export function classPrecisions(
  pictures: readonly JudgedPicture[],
  classNames: readonly string[],
): ClassPrecision[] {
  return classNames.flatMap((className) => {
    const each = iouSteps.map((minIou) => averagePrecision(pictures, className, minIou));
    const ap = each.reduce((sum, value) => sum + value, 0) / each.length;
    return Number.isNaN(ap) ? [] : [{ className, ap, ap50: each[0] ?? 0 }];
  });
}
