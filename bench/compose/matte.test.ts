import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blendLayer, boundsOf, castShadow, layMatte, type Matte, visibleCoverage } from './matte.ts';
import { blankMask, type Picture } from './picture.ts';

const size = { widthPx: 64, heightPx: 48 };

function plain(value: number): Picture {
  return { ...size, rgb: new Uint8Array(size.widthPx * size.heightPx * 3).fill(value) };
}

function square(sidePx: number): Matte {
  return {
    widthPx: sidePx,
    heightPx: sidePx,
    radiance: new Float32Array(sidePx * sidePx * 3).fill(1),
    alpha: new Float32Array(sidePx * sidePx).fill(1),
    anchorPx: [sidePx / 2, sidePx],
    gripPx: [sidePx / 2, 0],
  };
}

const white = (): number => 255;

function lay(matte: Matte, atPx: readonly [number, number], scale: number, turnRad = 0, blurSigmaPx = 0) {
  return layMatte(matte, { originPx: matte.anchorPx, atPx, scale, turnRad, blurSigmaPx }, size);
}

test('a paste keeps the area and the centre of the object wherever it lands, turned or blurred', () => {
  const anywhere = fc.record({
    x: fc.double({ min: 25, max: 39, noNaN: true }),
    y: fc.double({ min: 32, max: 38, noNaN: true }),
    turnRad: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    blurSigmaPx: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(anywhere, ({ x, y, turnRad, blurSigmaPx }) => {
      const layer = lay(square(60), [x, y], 0.25, turnRad, blurSigmaPx);
      let [area, momentX, momentY] = [0, 0, 0];
      layer.alpha.forEach((alpha, i) => {
        area += alpha;
        momentX += alpha * (layer.boxPx[0] + (i % layer.boxPx[2]) + 0.5);
        momentY += alpha * (layer.boxPx[1] + Math.floor(i / layer.boxPx[2]) + 0.5);
      });
      expect(Math.abs(area - 15 * 15)).toBeLessThan(4);
      // To within one pixel of the drawing (0.25 px here). The centre of a 15 px square that stands on its anchor is 7.5 px along its own upward direction.
      expect(Math.abs(momentX / area - (x + 7.5 * Math.sin(turnRad)))).toBeLessThan(0.25);
      expect(Math.abs(momentY / area - (y - 7.5 * Math.cos(turnRad)))).toBeLessThan(0.25);
    }),
    { numRuns: 60 },
  );
});

test('a blend never leaves the range between ground and object, and touches nothing else', () => {
  const picture = plain(40);
  const layer = lay(square(50), [30.3, 40.6], 0.3, 0.2, 0.6);
  blendLayer(picture, layer, () => 200, blankMask(size.widthPx, size.heightPx));
  const [x0, y0, w, h] = layer.boxPx;
  picture.rgb.forEach((value, i) => {
    const pixel = Math.floor(i / 3);
    const [x, y] = [pixel % size.widthPx, Math.floor(pixel / size.widthPx)];
    const isInside = x >= x0 && x < x0 + w && y >= y0 && y < y0 + h;
    expect(value).toBeGreaterThanOrEqual(40);
    expect(value).toBeLessThanOrEqual(isInside ? 200 : 40);
  });
  expect(picture.rgb[(35 * size.widthPx + 30) * 3]).toBe(200);
});

test('what stands in front hides object and shadow completely', () => {
  const picture = plain(90);
  const inFront = blankMask(size.widthPx, size.heightPx);
  inFront.coverage.fill(1);
  const layer = lay(square(50), [30, 40], 0.3);
  blendLayer(picture, layer, white, inFront);
  castShadow(picture, { centrePx: [30, 40], halfWidthPx: 12, halfDepthPx: 5, strength: 0.8 }, inFront);
  expect(picture.rgb).toEqual(plain(90).rgb);
  expect(boundsOf(visibleCoverage(layer, inFront))).toBeNull();
});

test('the box of the truth is the box of the pasted pixels, also where the picture ends', () => {
  const nobody = blankMask(size.widthPx, size.heightPx);
  expect(boundsOf(visibleCoverage(lay(square(40), [32, 40], 0.5), nobody))).toEqual([22, 20, 20, 20]);
  expect(boundsOf(visibleCoverage(lay(square(40), [2, 40], 0.5), nobody))).toEqual([0, 20, 12, 20]);
});

test('a shadow only darkens, most in its middle', () => {
  const picture = plain(120);
  const shadow = { centrePx: [32, 24] as const, halfWidthPx: 14, halfDepthPx: 6, strength: 0.5 };
  castShadow(picture, shadow, blankMask(size.widthPx, size.heightPx));
  const at = (x: number): number => picture.rgb[(24 * size.widthPx + x) * 3] ?? -1;
  expect([at(32), at(10)]).toEqual([60, 120]);
  for (let x = 32; x < 50; x++) expect(at(x + 1)).toBeGreaterThanOrEqual(at(x));
});
