import type { City } from '../city.ts';
import { chanceOf } from './chance.ts';
import { driveAll, usageOf } from './driving.ts';
import { placeCameras, sense } from './sensing.ts';
import { makeStreets, type Pattern, patterns } from './streets.ts';

const spanMs = 7_200_000;

/**
 * Another quarter of the same kind as the one that lies in files: other streets, other cameras, other habits of
 * drivers, other mistakes of cameras. The same seed gives the same quarter.
 */
export function generateQuarter(seed: number): City & { readonly pattern: Pattern } {
  const chance = chanceOf(seed);
  const pattern = patterns[Math.abs(seed) % patterns.length] ?? 'grid';
  const streets = makeStreets(pattern, chance);
  const cameraCount = Math.round(chance.between(48, 72));
  const views = placeCameras(streets, usageOf(streets, chance), cameraCount, chance);
  const stops = views
    .filter(({ edgeId }) => streets.laneTypes.get(edgeId) !== 'main')
    .map(({ edgeId, fromM, toM }) => ({ edgeId, atM: (fromM + toM) / 2 }));
  const targetCount = 40;
  const drives = driveAll(
    streets,
    { spanMs, vehicleCount: Math.round(chance.between(3_200, 4_800)), targetCount, stops },
    chance,
  );
  const settings = {
    spanMs,
    cameraCount,
    missShares: [chance.between(0.05, 0.12), chance.between(0.22, 0.32)] as const,
    classRight: chance.between(0.78, 0.92),
    colorRight: chance.between(0.74, 0.86),
    brokenShare: chance.between(0.01, 0.05),
    unmeasuredShare: chance.between(0.08, 0.22),
    outageCount: 2,
  };
  return { pattern, ...sense(streets.edges, views, drives, targetCount, settings, chance) };
}
