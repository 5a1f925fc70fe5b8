/** Share of the light a surface sends back, or light itself, linear: red, green, blue. */
export type Rgb = readonly [number, number, number];

/** Footage like this looks down by about 25°; the sky is straight up, seen from there. */
const SKY_UP = Math.cos((25 * Math.PI) / 180);
const SKY_TOWARDS_VIEWER = Math.sin((25 * Math.PI) / 180);
const GROUND_BOUNCE = 0.12;

/**
 * Light on a surface under an overcast sky, 1 = facing the sky. The normal need not have length 1.
 * @param across to the right, @param up upwards on screen, @param out towards the viewer.
 */
export function skyLight(across: number, up: number, out: number): number {
  const toSky = (up * SKY_UP + out * SKY_TOWARDS_VIEWER) / Math.hypot(across, up, out);
  // A little more from the left than from the right: a sky is never even, and a form needs a side.
  const side = 1 - (0.22 * across) / Math.hypot(across, up, out);
  return side * ((1 + toSky) / 2 + (GROUND_BOUNCE * (1 - toSky)) / 2);
}
