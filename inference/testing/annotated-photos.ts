import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { rgbToI420 } from '../mask/rgb.ts';
import type { DetectorPool } from '../runtime/index.ts';
import type { JudgedPicture, TruthBox } from './average-precision.ts';

interface Annotations {
  readonly images: readonly {
    readonly id: number;
    readonly file_name: string;
    readonly width: number;
    readonly height: number;
  }[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly category_id: number;
    readonly bbox: readonly [number, number, number, number];
    readonly iscrowd: number;
  }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
}

/** Run a detector over the annotated photos of a folder in COCO's layout. */
export async function detectInPhotos(
  dir: string,
  pool: DetectorPool,
  maxPhotos = Infinity,
): Promise<JudgedPicture[]> {
  const pictures: Promise<JudgedPicture>[] = [];
  for (const part of ['val2017', 'train2017']) {
    const file = join(dir, 'annotations', `instances_${part}.json`);
    const { images, annotations, categories } = JSON.parse(await readFile(file, 'utf8')) as Annotations;
    const nameOf = new Map(categories.map(({ id, name }) => [id, name]));
    for (const image of images.slice(0, maxPhotos)) {
      const truth = annotations
        .filter(({ image_id: imageId }) => imageId === image.id)
        .map(({ bbox: [x, y, w, h], category_id: category, iscrowd }): TruthBox => {
          return { className: nameOf.get(category) ?? '', isCrowd: iscrowd === 1, x, y, w, h };
        });
      // Photos without any annotation are not known to be empty.
      if (truth.length === 0) continue;
      const rgb = await sharp(join(dir, part, image.file_name))
        .removeAlpha()
        .toColourspace('srgb')
        .raw()
        .toBuffer();
      const size = { widthPx: image.width, heightPx: image.height };
      const picture = rgbToI420({ data: rgb, ...size });
      const found = pool.detect(picture, { minConfidence: 0.01 });
      pictures.push(found.then((detections) => ({ ...size, truth, found: detections })));
    }
  }
  return await Promise.all(pictures);
}
