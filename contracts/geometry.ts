import { z } from 'zod';

const share = z.number().min(0).max(1);

/** A box in shares of the picture: left, top, width, height. */
export const BoxNorm = z
  .strictObject({ xNorm: share, yNorm: share, wNorm: share, hNorm: share })
  .meta({ id: 'BoxNorm' });
export type BoxNorm = z.infer<typeof BoxNorm>;

/** A place on earth, WGS-84, degrees. */
export const LonLat = z
  .strictObject({ lonDeg: z.number().min(-180).max(180), latDeg: z.number().min(-90).max(90) })
  .meta({ id: 'LonLat' });
export type LonLat = z.infer<typeof LonLat>;
