import { expect, test } from 'vitest';
import { classPrecisions, type JudgedPicture } from './index.ts';
import { madeUpPhotos } from './testing/made-up-photos.ts';

test('average precision equals pycocotools 2.0.11 on 300 made-up photos, crowds among them', () => {
  // COCOeval over the same boxes, all sizes, 100 detections: mean over IoU 0.50 to 0.95, and at 0.50.
  expect(classPrecisions(madeUpPhotos(), ['person', 'car'])).toEqual([
    {
      className: 'person',
      ap: expect.closeTo(0.20334660495190385, 9),
      ap50: expect.closeTo(0.6725979385125844, 9),
    },
  ]);
});

test('the truth itself has 1, nothing found has 0, and a box twice costs nothing after all were found', () => {
  const photos = madeUpPhotos().map(
    (photo): JudgedPicture => ({
      ...photo,
      truth: photo.truth.map((box) => ({ ...box, isCrowd: false })),
      found: [0.9, 0.2].flatMap((confidence) =>
        photo.truth.map(({ x, y, w, h }) => {
          return { className: 'person', confidence, xNorm: x, yNorm: y, wNorm: w, hNorm: h };
        }),
      ),
    }),
  );
  const [perfect] = classPrecisions(photos, ['person']);
  expect(perfect?.ap).toBeCloseTo(1, 9);
  const [blind] = classPrecisions(
    photos.map((photo) => ({ ...photo, found: [] })),
    ['person'],
  );
  expect(blind?.ap).toBe(0);
});
