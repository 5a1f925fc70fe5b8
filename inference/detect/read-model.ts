import { decodeCenterface } from './centerface.ts';
import type { Candidate, Decoder, Detection, Outputs } from './detection.ts';
import { decodeDetr } from './detr.ts';
import type { InputPlan } from './letterbox.ts';
import type { DecoderName, ModelManifest } from './manifest.ts';
import { decodeNanodet } from './nanodet.ts';
import { type Suppression, suppressDoubles } from './nms.ts';
import { decodeWholePicture } from './whole-picture.ts';
import { decodeYolox } from './yolox.ts';

const decoders: Readonly<Record<DecoderName, Decoder>> = {
  nanodet: decodeNanodet,
  yolox: decodeYolox,
  detr: decodeDetr,
  centerface: decodeCenterface,
  wholePicture: decodeWholePicture,
};

/** Turns a model's outputs into detections, surest first. */
export type OutputReader = (outputs: Outputs, plan: InputPlan, minConfidence: number) => Detection[];

const share = (value: number): number => Math.min(1, Math.max(0, value));

/** Prepare the reading of one model's outputs as its manifest says. */
export function openOutputReader(manifest: ModelManifest): OutputReader {
  const { classes, objectClasses, nms } = manifest;
  const indexOf = (name: string): number => classes.indexOf(name);
  const request = { classIndexes: Object.keys(objectClasses).map(indexOf) };
  const rule: Suppression = {
    perClassIou: nms.perClassIou,
    groups: nms.groups.map((group) => ({
      classIndexes: new Set(group.classes.map(indexOf)),
      iou: group.iou,
    })),
  };
  const decode = decoders[manifest.decoder];

  const detectionOf = (candidate: Candidate, plan: InputPlan): Detection | null => {
    const className = objectClasses[classes[candidate.classIndex] ?? ''];
    const left = share(candidate.x1 / plan.pictureWidthPx);
    const top = share(candidate.y1 / plan.pictureHeightPx);
    const wNorm = share(candidate.x2 / plan.pictureWidthPx) - left;
    const hNorm = share(candidate.y2 / plan.pictureHeightPx) - top;
    // A box in the border is not in the picture.
    if (className === undefined || !(wNorm > 0) || !(hNorm > 0)) return null;
    return { className, confidence: share(candidate.score), xNorm: left, yNorm: top, wNorm, hNorm };
  };

  return (outputs, plan, minConfidence) => {
    const { widthPx, heightPx } = plan;
    const candidates = decode(outputs, { widthPx, heightPx, minScore: minConfidence, ...request });
    return suppressDoubles(candidates, rule)
      .map((candidate) => detectionOf(candidate, plan))
      .filter((detection) => detection !== null);
  };
}
