import { z } from 'zod';
import { ObjectClass } from '../../contracts/index.ts';

const share = z.number().min(0).max(1);
const perChannel = z.tuple([z.number(), z.number(), z.number()]);
const multipleOf32 = z.int().positive().multipleOf(32);

/** How a picture becomes the model's input. */
const InputSize = z.discriminatedUnion('rule', [
  z.strictObject({
    /** Keep the aspect; the long side becomes `longSidePx`, both sides are padded up to a multiple of `multiplePx`. */
    rule: z.literal('longSide'),
    longSidePx: multipleOf32,
    multiplePx: z.int().positive(),
    /** Whether a smaller picture is enlarged to the long side or only padded. */
    enlarges: z.boolean(),
  }),
  z.strictObject({
    rule: z.literal('fixed'),
    widthPx: multipleOf32,
    heightPx: multipleOf32,
    /** `letterbox` keeps the aspect, pasted top-left; `stretch` does not. */
    fit: z.enum(['letterbox', 'stretch']),
  }),
]);
export type InputSize = z.infer<typeof InputSize>;

export const ModelInput = z.strictObject({
  /** Name of the tensor, float32 [1, 3, height, width]. */
  name: z.string().min(1),
  layout: z.literal('NCHW'),
  channelOrder: z.enum(['rgb', 'bgr']),
  /** In channel order, on values of 0..255: `(value − mean) / std`. */
  mean: perChannel,
  std: perChannel,
  /** What the border is filled with, 0..255, before normalising. */
  padValue: z.number().min(0).max(255),
  size: InputSize,
  /** Name of a second tensor, int64 [1, 2] = width, height, for models that scale their own boxes. */
  sizeTensor: z.string().optional(),
});
export type ModelInput = z.infer<typeof ModelInput>;

export const DecoderName = z.enum(['nanodet', 'yolox', 'detr', 'centerface', 'wholePicture']);
export type DecoderName = z.infer<typeof DecoderName>;

/** `model.json`: everything that must be known to run a model, its weights apart. */
export const ModelManifest = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'small letters, digits, _ and -'),
    /** File of the weights beside this manifest (or in the data folder, when it was added later). */
    file: z.string().regex(/^[\w.-]+\.onnx$/, 'a bare file name that ends in .onnx'),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** Null where the upstream address does not say. */
    sizeBytes: z.int().positive().nullable(),
    /** SPDX expression. */
    licence: z.string().min(1),
    source: z.strictObject({
      /** Address that yields exactly this file; null when it has to be brought by hand. */
      url: z.url({ protocol: /^https?$/ }).nullable(),
      /** Where it came from and what was changed. */
      note: z.string().min(1),
    }),
    input: ModelInput,
    decoder: DecoderName,
    thresholds: z.strictObject({
      /** A detection counts from here on. */
      report: share,
      /** Enough to continue a track that was begun by a surer detection. */
      continue: share,
    }),
    /** Non-maximum suppression; null where the model needs none within a class. */
    nms: z.strictObject({
      perClassIou: share.nullable(),
      /** Classes of the model that are one thing to us: of boxes that overlap more than `iou`, one stays. */
      groups: z.array(z.strictObject({ classes: z.array(z.string()).min(2), iou: share })),
    }),
    /** Classes in the order of the model's scores. */
    classes: z.array(z.string()).min(1),
    /** Which of them mean something to the rules, and what. Others are not even decoded. */
    objectClasses: z.record(z.string(), ObjectClass),
  })
  .refine(
    ({ thresholds }) => thresholds.continue <= thresholds.report,
    'thresholds.continue must not be above thresholds.report',
  )
  .refine(({ classes, objectClasses, nms }) => {
    const known = new Set(classes);
    const named = [...Object.keys(objectClasses), ...nms.groups.flatMap((group) => group.classes)];
    return named.every((name) => known.has(name));
  }, 'objectClasses and nms.groups may only name what stands in classes')
  .meta({ id: 'ModelManifest' });
export type ModelManifest = z.infer<typeof ModelManifest>;
