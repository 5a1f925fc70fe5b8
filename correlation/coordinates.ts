import gcoordModule from 'gcoord';
import type { LonLat } from '../contracts/index.ts';

// Its types describe an ES module with a default export; what Node loads is that default itself.
const gcoord = gcoordModule as unknown as typeof gcoordModule.default;

/** Datums that Chinese maps show places in: GCJ-02 (高德, 腾讯), BD-09 (百度). */
export type ShiftedSystem = 'GCJ-02' | 'BD-09';

const systems = { 'GCJ-02': gcoord.GCJ02, 'BD-09': gcoord.BD09 } as const;

/** Far below what a file writes (10⁻⁶ degrees). */
const toleranceDeg = 1e-10;

/** A place as a Chinese map shows it. */
export function fromWgs84({ lonDeg, latDeg }: LonLat, to: ShiftedSystem): LonLat {
  const [lon, lat] = gcoord.transform<[number, number]>([lonDeg, latDeg], gcoord.WGS84, systems[to]);
  return { lonDeg: lon, latDeg: lat };
}

/**
 * A place of a Chinese map in WGS-84, to better than 10⁻⁹ degrees: the library's inverse is good to 10⁻⁵ (a metre), so
 * its exact forward transform is inverted here step by step.
 */
export function toWgs84({ lonDeg, latDeg }: LonLat, from: ShiftedSystem): LonLat {
  const system = systems[from];
  let [lon, lat] = gcoord.transform<[number, number]>([lonDeg, latDeg], system, gcoord.WGS84);
  for (let round = 0; round < 10; round++) {
    const [lonBack, latBack] = gcoord.transform<[number, number]>([lon, lat], gcoord.WGS84, system);
    lon += lonDeg - lonBack;
    lat += latDeg - latBack;
    if (Math.abs(lonDeg - lonBack) < toleranceDeg && Math.abs(latDeg - latBack) < toleranceDeg) break;
  }
  return { lonDeg: lon, latDeg: lat };
}
