import type { Figure, FigureRow, LaneType } from '../../contracts/index.ts';
import { cameraTimes } from './camera-time.ts';
import { type Cell, type PlaceCells, placeCells } from './cells.ts';
import type { District } from './district.ts';
import { figureOf, ratio } from './figure.ts';
import { isPlaceIn, mayCover, type Scope, spanOf } from './scope.ts';
import { joinSpans, secondsWithin } from './spans.ts';
import type { Watcher } from './watchers.ts';

export const laneTypes: readonly LaneType[] = ['motor', 'nonMotor', 'sidewalk', 'mixed'];

/** Which ground is asked about: all key areas, all road sections, or those of one lane type. */
export type Ground = 'area' | 'road' | LaneType;

const isOf = ({ place }: PlaceCells, ground: Ground): boolean => {
  const isRoad = place.geometry.type === 'LineString';
  if (ground === 'area') return !isRoad;
  return isRoad && (ground === 'road' || place.laneType === ground);
};

const groundIn = (district: District, scope: Scope, ground: Ground): readonly PlaceCells[] =>
  placeCells(district).filter((cells) => isOf(cells, ground) && isPlaceIn(scope, cells.place));

/** Size of the cells that a choice of watchers covers. */
function coveredBy(cells: readonly Cell[], choose: (cell: Cell) => readonly Watcher[]): number {
  return cells.reduce((sum, cell) => sum + (choose(cell).length > 0 ? cell.size : 0), 0);
}

const sizeOf = (cells: readonly Cell[]): number => cells.reduce((sum, { size }) => sum + size, 0);

/** Differences below this are rounding, not ground. */
const leastDifference = 1e-9;

/**
 * M2 and M3, coverage of key areas by m² and of road sections by m (rules R18–R25): ground that a camera in service
 * sees, whether it works or not.
 */
export function groundCoverage(district: District, scope: Scope, ground: Ground): Figure {
  const may = ({ camera, isReach }: Watcher): boolean => !isReach && mayCover(scope, camera);
  const places = groundIn(district, scope, ground);
  const all = places.flatMap(({ cells }) => cells);
  const rows = places.map(({ place, cells }): FigureRow => {
    const size = sizeOf(cells);
    const covered = coveredBy(cells, ({ seen }) => seen.filter(may));
    const unit = ground === 'area' ? 'm²' : 'm';
    return {
      cameraId: null,
      keyPlaceId: place.keyPlaceId,
      numerator: covered,
      denominator: size,
      because: `${covered.toFixed(1)} of ${size.toFixed(1)} ${unit} seen`,
    };
  });
  const size = sizeOf(all);
  const shareOf = (choose: (cell: Cell) => readonly Watcher[]): number | null =>
    ratio(coveredBy(all, choose), size);
  const value = shareOf(({ seen }) => seen.filter(may));
  const surveyedOnly = shareOf(({ seen }) =>
    seen.filter((watcher) => may(watcher) && !watcher.view.isEstimated),
  );
  const lane = ground === 'area' || ground === 'road' ? '' : `.${ground}`;
  return figureOf({
    metric: ground === 'area' ? 'M2' : `M3${lane}`,
    unit: ground === 'area' ? 'squareMetres' : 'metres',
    rows,
    target: 1,
    isEstimated: (value ?? 0) - (surveyedOnly ?? 0) > leastDifference,
    variants: {
      surveyedOnly,
      withoutBuildings: shareOf(({ open }) => open.filter(may)),
      withPtzReach: shareOf(({ seen }) => seen.filter(({ camera }) => mayCover(scope, camera))),
    },
  });
}

/**
 * M4, effective coverage: the same ground, weighted with the time in which one of its cameras was serviceable (rule
 * R26). Every second of the time counts; exclusions do not.
 */
export function effectiveCoverage(district: District, scope: Scope, ground: Ground): Figure {
  const span = spanOf(scope, district);
  const seconds = Math.round((span.toMs - span.fromMs) / 1_000);
  const times = cameraTimes(district);
  const workingS = new Map<string, number>();
  const workingSecondsOf = (watchers: readonly Watcher[]): number => {
    const ids = watchers.map(({ camera }) => camera.cameraId);
    const key = ids.join();
    const done = workingS.get(key);
    if (done !== undefined) return done;
    const sum = secondsWithin(joinSpans(ids.flatMap((id) => times.get(id)?.good ?? [])), span);
    workingS.set(key, sum);
    return sum;
  };
  const rows = groundIn(district, scope, ground).map(({ place, cells }): FigureRow => {
    const covered = cells.reduce((sum, { size, seen }) => {
      const watching = seen.filter(({ camera, isReach }) => !isReach && mayCover(scope, camera));
      return watching.length === 0 ? sum : sum + size * workingSecondsOf(watching);
    }, 0);
    const whole = sizeOf(cells) * seconds;
    return {
      cameraId: null,
      keyPlaceId: place.keyPlaceId,
      numerator: covered,
      denominator: whole,
      because: `seen by a working camera ${((100 * covered) / Math.max(whole, 1)).toFixed(1)} % of the time, by ground`,
    };
  });
  const name = ground === 'area' || ground === 'road' ? ground : `road.${ground}`;
  return figureOf({
    metric: `M4.${name}`,
    unit: ground === 'area' ? 'squareMetreSeconds' : 'metreSeconds',
    rows,
    target: 1,
  });
}
