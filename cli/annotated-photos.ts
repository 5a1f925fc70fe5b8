import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import { type DetectorPool, type JudgedPicture, rgbToI420, type TruthBox } from '../inference/index.ts';
import { messageOf, PipelineError } from '../kernel/index.ts';

/** The part of COCO's instances file that is used; the rest may say what it likes. */
const Annotations = z.object({
  images: z.array(
    z.object({ id: z.int(), file_name: z.string(), width: z.int().positive(), height: z.int().positive() }),
  ),
  annotations: z.array(
    z.object({
      image_id: z.int(),
      category_id: z.int(),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      iscrowd: z.union([z.literal(0), z.literal(1)]).default(0),
    }),
  ),
  categories: z.array(z.object({ id: z.int(), name: z.string() })),
});

/** A photo of a folder in COCO's layout, and what is in it. */
export interface AnnotatedPhoto {
  readonly path: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly truth: readonly TruthBox[];
}

const partOf = /^instances_(.+)\.json$/;

/**
 * Photos of `PART/` with their boxes from `annotations/instances_PART.json`. Photos without any annotation are left
 * out: they are not known to be empty.
 * @throws PipelineError IMPORT_FILE_NOT_FOUND, IMPORT_FILE_UNREADABLE
 */
export async function findAnnotatedPhotos(dir: string): Promise<AnnotatedPhoto[]> {
  const names = await readdir(join(dir, 'annotations')).catch(() => []);
  const photos: AnnotatedPhoto[] = [];
  // COCO trains on train and judges on val: the latter first.
  for (const name of names.toSorted((a, b) => b.localeCompare(a))) {
    const part = partOf.exec(name)?.[1];
    if (part === undefined) continue;
    const path = join(dir, 'annotations', name);
    let parsed: z.infer<typeof Annotations>;
    try {
      parsed = Annotations.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (cause) {
      throw new PipelineError('IMPORT_FILE_UNREADABLE', `${path} is no instances file: ${messageOf(cause)}`, {
        hint: "It must be COCO's: images, annotations with bbox, categories.",
        cause,
      });
    }
    const nameOf = new Map(parsed.categories.map((category) => [category.id, category.name]));
    const byImage = Map.groupBy(parsed.annotations, (annotation) => annotation.image_id);
    for (const image of parsed.images) {
      const truth = (byImage.get(image.id) ?? []).map(
        ({ bbox: [x, y, w, h], category_id: category, iscrowd }): TruthBox => ({
          className: nameOf.get(category) ?? '',
          isCrowd: iscrowd === 1,
          x,
          y,
          w,
          h,
        }),
      );
      if (truth.length === 0) continue;
      const size = { widthPx: image.width, heightPx: image.height };
      photos.push({ path: join(dir, part, image.file_name), ...size, truth });
    }
  }
  if (photos.length > 0) return photos;
  throw new PipelineError('IMPORT_FILE_NOT_FOUND', `There are no annotated photos under ${dir}.`, {
    hint: "Name a folder in COCO's layout: annotations/instances_NAME.json, and photos in NAME/.",
  });
}

/** Run a detector over annotated photos, down to confidences that only count for average precision. */
export async function detectInPhotos(
  photos: readonly AnnotatedPhoto[],
  pool: Pick<DetectorPool, 'detect'>,
): Promise<JudgedPicture[]> {
  const pictures: Promise<JudgedPicture>[] = [];
  for (const { path, truth, ...size } of photos) {
    const rgb = await sharp(path).removeAlpha().toColourspace('srgb').raw().toBuffer();
    const found = pool.detect(rgbToI420({ data: rgb, ...size }), { minConfidence: 0.01 });
    pictures.push(found.then((detections) => ({ ...size, truth, found: detections })));
  }
  return await Promise.all(pictures);
}
