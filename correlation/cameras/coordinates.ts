import gcoordModule from 'gcoord';
import type { LonLat } from '../../contracts/index.ts';

// Its types describe an ES module with a default export; what Node loads is that default itself.
const gcoord = gcoordModule as unknown as typeof gcoordModule.default;

/** A place given in GCJ-02 (as Chinese maps show it) in WGS-84, to better than 10⁻⁵ degrees. */
export function gcj02ToWgs84({ lonDeg, latDeg }: LonLat): LonLat {
  const [lon, lat] = gcoord.transform<[number, number]>([lonDeg, latDeg], gcoord.GCJ02, gcoord.WGS84);
  return { lonDeg: lon, latDeg: lat };
}
