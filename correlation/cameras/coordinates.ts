import gcoordModule from 'gcoord';
import type { LonLat } from '../../contracts/index.ts';

// Its types describe an ES module with a default export; what Node loads is that default itself.
const gcoord = gcoordModule as unknown as typeof gcoordModule.default;

const forward = (lonDeg: number, latDeg: number): readonly [number, number] =>
  gcoord.transform<[number, number]>([lonDeg, latDeg], gcoord.WGS84, gcoord.GCJ02);

/** Far below what a camera file writes (10⁻⁶ degrees). */
const toleranceDeg = 1e-10;

/**
 * A place given in GCJ-02 (as Chinese maps show it) in WGS-84, to better than 10⁻⁹ degrees: the library's inverse is
 * good to 10⁻⁵ (a metre), so its exact forward transform is inverted here step by step.
 */
export function gcj02ToWgs84({ lonDeg, latDeg }: LonLat): LonLat {
  let [lon, lat] = gcoord.transform<[number, number]>([lonDeg, latDeg], gcoord.GCJ02, gcoord.WGS84);
  for (let round = 0; round < 10; round++) {
    const [lonBack, latBack] = forward(lon, lat);
    lon += lonDeg - lonBack;
    lat += latDeg - latBack;
    if (Math.abs(lonDeg - lonBack) < toleranceDeg && Math.abs(latDeg - latBack) < toleranceDeg) break;
  }
  return { lonDeg: lon, latDeg: lat };
}
