import { type BoxPx, blankMask, type Mask, type Picture, type PointPx, smoothstep } from './picture.ts';

/**
 * A cut-out object. `radiance` is linear light (reflectance × irradiance, 1 = a white sheet under the open sky),
 * three values per pixel; `alpha` is 0…1. `anchorPx` is the point that stands on the ground, `gripPx` the one a
 * hand holds. Rendered larger than it is pasted, so that sub-pixel places and turns stay smooth.
 */
export interface Matte {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly radiance: Float32Array;
  readonly alpha: Float32Array;
  readonly anchorPx: PointPx;
  readonly gripPx: PointPx;
}

/** Where and how a matte lands: its `originPx` (a point of the matte) is put on `atPx` (a point of the picture). */
export interface Placement {
  readonly originPx: PointPx;
  readonly atPx: PointPx;
  /** Picture px per matte px. */
  readonly scale: number;
  /** Turn about the origin, clockwise on screen. */
  readonly turnRad: number;
  /** Softness of the footage: standard deviation of its blur in picture px. */
  readonly blurSigmaPx: number;
}

/** A matte resampled onto the picture's own pixel grid; `box` lies inside the picture, in whole px. */
export interface Layer {
  readonly boxPx: BoxPx;
  /** Linear light, premultiplied by `alpha`. */
  readonly radiance: Float32Array;
  readonly alpha: Float32Array;
}

const SAMPLES = 6;

/** Resample `matte` to picture pixels; parts outside the picture are cut off. Sub-pixel exact: no rounding of `atPx`. */
export function layMatte(matte: Matte, place: Placement, size: { widthPx: number; heightPx: number }): Layer {
  const cos = Math.cos(place.turnRad);
  const sin = Math.sin(place.turnRad);
  const margin = 1 + 3 * place.blurSigmaPx;
  const corners = [0, matte.widthPx].flatMap((x) =>
    [0, matte.heightPx].map((y): PointPx => {
      const dx = (x - place.originPx[0]) * place.scale;
      const dy = (y - place.originPx[1]) * place.scale;
      return [place.atPx[0] + dx * cos - dy * sin, place.atPx[1] + dx * sin + dy * cos];
    }),
  );
  const xs = corners.map((corner) => corner[0]);
  const ys = corners.map((corner) => corner[1]);
  const x0 = Math.max(0, Math.floor(Math.min(...xs) - margin));
  const y0 = Math.max(0, Math.floor(Math.min(...ys) - margin));
  const wPx = Math.max(0, Math.min(size.widthPx, Math.ceil(Math.max(...xs) + margin)) - x0);
  const hPx = Math.max(0, Math.min(size.heightPx, Math.ceil(Math.max(...ys) + margin)) - y0);
  const layer: Layer = {
    boxPx: [x0, y0, wPx, hPx],
    radiance: new Float32Array(wPx * hPx * 3),
    alpha: new Float32Array(wPx * hPx),
  };
  const taps = filterTaps(place.blurSigmaPx);
  for (let row = 0; row < hPx; row++) {
    for (let column = 0; column < wPx; column++) {
      const at = row * wPx + column;
      for (const tap of taps) {
        const dx = (x0 + column + 0.5 + tap.dx - place.atPx[0]) / place.scale;
        const dy = (y0 + row + 0.5 + tap.dy - place.atPx[1]) / place.scale;
        const mx = Math.floor(place.originPx[0] + dx * cos + dy * sin);
        const my = Math.floor(place.originPx[1] - dx * sin + dy * cos);
        if (mx < 0 || my < 0 || mx >= matte.widthPx || my >= matte.heightPx) continue;
        const from = my * matte.widthPx + mx;
        const weight = tap.weight * (matte.alpha[from] ?? 0);
        layer.alpha[at] = (layer.alpha[at] ?? 0) + weight;
        for (let c = 0; c < 3; c++) {
          layer.radiance[at * 3 + c] =
            (layer.radiance[at * 3 + c] ?? 0) + weight * (matte.radiance[from * 3 + c] ?? 0);
        }
      }
    }
  }
  return layer;
}

/** A pixel's own square together with the footage's blur, as weighted sample points that sum to 1. */
function filterTaps(sigmaPx: number): readonly { dx: number; dy: number; weight: number }[] {
  const reachPx = 0.5 + 2 * sigmaPx;
  const variance = sigmaPx * sigmaPx + 1 / 12;
  const taps: { dx: number; dy: number; weight: number }[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    for (let j = 0; j < SAMPLES; j++) {
      const dx = ((i + 0.5) / SAMPLES - 0.5) * 2 * reachPx;
      const dy = ((j + 0.5) / SAMPLES - 0.5) * 2 * reachPx;
      taps.push({ dx, dy, weight: Math.exp(-(dx * dx + dy * dy) / (2 * variance)) });
    }
  }
  const total = taps.reduce((sum, tap) => sum + tap.weight, 0);
  return taps.map((tap) => ({ ...tap, weight: tap.weight / total }));
}

/**
 * Blend a layer into `picture` (changed in place) where nothing stands in front of it.
 * @param encode linear light of one channel → 8-bit value as the footage's camera would have written it.
 * @param inFront 1 where somebody or something hides the object.
 */
export function blendLayer(
  picture: Picture,
  layer: Layer,
  encode: (radiance: number, channel: number) => number,
  inFront: Mask,
): void {
  const [x0, y0, wPx, hPx] = layer.boxPx;
  for (let row = 0; row < hPx; row++) {
    for (let column = 0; column < wPx; column++) {
      const from = row * wPx + column;
      const alpha = layer.alpha[from] ?? 0;
      if (alpha <= 0.002) continue;
      const pixel = (y0 + row) * picture.widthPx + x0 + column;
      const share = alpha * (1 - (inFront.coverage[pixel] ?? 0));
      for (let c = 0; c < 3; c++) {
        const own = encode((layer.radiance[from * 3 + c] ?? 0) / alpha, c);
        const under = picture.rgb[pixel * 3 + c] ?? 0;
        picture.rgb[pixel * 3 + c] = Math.round(Math.min(255, Math.max(0, under + (own - under) * share)));
      }
    }
  }
}

/**
 * How much a layer covers each pixel after whatever stands in front took its part; its box is the truth of the
 * scene: what a viewer can see of the object.
 */
export function visibleCoverage(layer: Layer, inFront: Mask): Mask {
  const seen = blankMask(inFront.widthPx, inFront.heightPx);
  const [x0, y0, wPx, hPx] = layer.boxPx;
  for (let row = 0; row < hPx; row++) {
    for (let column = 0; column < wPx; column++) {
      const pixel = (y0 + row) * inFront.widthPx + x0 + column;
      seen.coverage[pixel] = (layer.alpha[row * wPx + column] ?? 0) * (1 - (inFront.coverage[pixel] ?? 0));
    }
  }
  return seen;
}

/** Smallest box around the pixels covered at least half; null when there are none. */
export function boundsOf(mask: Mask): BoxPx | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (let y = 0; y < mask.heightPx; y++) {
    for (let x = 0; x < mask.widthPx; x++) {
      if ((mask.coverage[y * mask.widthPx + x] ?? 0) < 0.5) continue;
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? null : [left, top, right - left + 1, bottom - top + 1];
}

/** Shade under an object: an ellipse on the ground, darkest at its middle. */
export interface Shadow {
  readonly centrePx: PointPx;
  readonly halfWidthPx: number;
  readonly halfDepthPx: number;
  /** 0…1: share of the light taken at the middle. */
  readonly strength: number;
}

/** Darken the ground (in place), but nobody who stands in front of it. The edge is soft: the sky is overcast. */
export function castShadow(picture: Picture, shadow: Shadow, inFront: Mask): void {
  const [cx, cy] = shadow.centrePx;
  const x0 = Math.max(0, Math.floor(cx - shadow.halfWidthPx));
  const x1 = Math.min(picture.widthPx - 1, Math.ceil(cx + shadow.halfWidthPx));
  const y0 = Math.max(0, Math.floor(cy - shadow.halfDepthPx));
  const y1 = Math.min(picture.heightPx - 1, Math.ceil(cy + shadow.halfDepthPx));
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) {
      const radius = Math.hypot((x + 0.5 - cx) / shadow.halfWidthPx, (y + 0.5 - cy) / shadow.halfDepthPx);
      const pixel = y * picture.widthPx + x;
      const taken =
        shadow.strength * (1 - smoothstep(0.25, 1, radius)) * (1 - (inFront.coverage[pixel] ?? 0));
      for (let c = 0; c < 3; c++) {
        picture.rgb[pixel * 3 + c] = Math.round((picture.rgb[pixel * 3 + c] ?? 0) * (1 - taken));
      }
    }
  }
}
