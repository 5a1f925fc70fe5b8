import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSrgb, encodeSrgb, exposureGain, noiseSigma, whiteOf } from './light.ts';
import { blankMask, type Picture } from './picture.ts';
import { gaussian, seededRandom } from './random.ts';

const size = { widthPx: 40, heightPx: 30 };
const filled = (value: () => number): Picture => ({
  ...size,
  rgb: new Uint8Array(40 * 30 * 3).map(() => Math.round(value())),
});

test('sRGB there and back is the same value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), (value) => {
      expect(encodeSrgb(decodeSrgb(value))).toBeCloseTo(value, 6);
    }),
  );
});

test('an object of the ground’s own reflectance gets the ground’s own colour', () => {
  const ground = filled(() => 180);
  const white = whiteOf(ground, { boxPx: [5, 5, 10, 10], reflectance: 0.36 });
  for (const channel of white) expect(encodeSrgb(channel * 0.36)).toBeCloseTo(180, 6);
  expect(() => whiteOf(ground, { boxPx: [90, 5, 10, 10], reflectance: 0.36 })).toThrow(RangeError);
});

test('a brighter picture brightens the object as much, people aside', () => {
  const ground = filled(() => 120);
  const brighter = filled(() => encodeSrgb(decodeSrgb(120) * 1.2));
  const nobody = blankMask(40, 30);
  expect(exposureGain(brighter, ground, nobody, [0, 0, 40, 30])).toBeCloseTo(1.2, 1);
  const crowd = blankMask(40, 30);
  crowd.coverage.fill(1);
  expect(exposureGain(brighter, ground, crowd, [0, 0, 40, 30])).toBe(1);
});

test('noise is measured as it was made', () => {
  const grain = gaussian(seededRandom(3));
  const noisy = (): Picture => filled(() => 120 + 3 * grain());
  expect(noiseSigma(noisy(), noisy())).toBeCloseTo(3, 0);
});
