import type { KeyPlace } from '../../contracts/index.ts';
import type { District } from './district.ts';
import type { Stretch } from './line-cover.ts';
import { type Box, boxOf, doTouch } from './nearby.ts';
import { planeAbout, type PointM } from './plane.ts';
import { stretchesSeen, type Watcher, watchersNear } from './watchers.ts';

/**
 * Ground of one key place on which the same watchers look, in all its pieces together. Everything that is asked of
 * covered ground, with or without buildings, for any choice of cameras and any stretch of time, is a sum over cells.
 */
export interface Cell {
  /** m² of an area, m of a road section. */
  readonly size: number;
  /** Watchers whose view it lies in, buildings considered. */
  readonly seen: readonly Watcher[];
  /** The same as if there were no buildings. */
  readonly open: readonly Watcher[];
}

export interface PlaceCells {
  readonly place: KeyPlace;
  readonly cells: readonly Cell[];
}

/**
 * Scan lines of an area lie at most this far apart. Between them the error is of second order: 0.01 % of the covered
 * ground of a police station, where 0.5 % may differ (rule R35).
 */
const scanStepM = 0.5;

type Ring = readonly PointM[];
/** Adds up the pieces of one place by who looks at them. */
class CellSums {
  readonly #watchers: readonly Watcher[];
  readonly #sums = new Map<string, { size: number; seen: number[]; open: number[] }>();

  constructor(watchers: readonly Watcher[]) {
    this.#watchers = watchers;
  }

  /** Take in one line piece; `size` is what its whole length stands for. */
  add(a: PointM, b: PointM, size: number): void {
    const stretches = this.#watchers.map((watcher) => stretchesSeen(watcher, a, b));
    const edges = new Set([0, 1]);
    for (const { seen, open } of stretches) {
      for (const { from, to } of seen) edges.add(from).add(to);
      for (const { from, to } of open) edges.add(from).add(to);
    }
    const ordered = [...edges].toSorted((x, y) => x - y);
    for (const [index, from] of ordered.entries()) {
      const to = ordered[index + 1];
      if (to === undefined) break;
      const middle = (from + to) / 2;
      const seen: number[] = [];
      const open: number[] = [];
      for (const [i, stretch] of stretches.entries()) {
        if (!covers(stretch.open, middle)) continue;
        open.push(i);
        if (covers(stretch.seen, middle)) seen.push(i);
      }
      const key = `${seen.join(',')}|${open.join(',')}`;
      const cell = this.#sums.get(key) ?? { size: 0, seen, open };
      cell.size += (to - from) * size;
      this.#sums.set(key, cell);
    }
  }

  cells(): Cell[] {
    const named = (indices: readonly number[]): Watcher[] =>
      indices.flatMap((index) => this.#watchers[index] ?? []);
    return [...this.#sums.values()].map(({ size, seen, open }) => ({
      size,
      seen: named(seen),
      open: named(open),
    }));
  }
}

const covers = (stretches: readonly Stretch[], at: number): boolean =>
  stretches.some(({ from, to }) => from <= at && at < to);

/** Where a horizontal line runs inside rings (even-odd, so holes are holes), as pairs of x. */
export function crossings(rings: readonly Ring[], yM: number): (readonly [number, number])[] {
  const xs: number[] = [];
  for (const ring of rings) {
    for (const [index, a] of ring.entries()) {
      const b = ring[(index + 1) % ring.length] ?? a;
      if (a.yM > yM === b.yM > yM) continue;
      xs.push(a.xM + ((yM - a.yM) * (b.xM - a.xM)) / (b.yM - a.yM));
    }
  }
  xs.sort((x, y) => x - y);
  return xs.flatMap((x, index) => (index % 2 === 0 ? [[x, xs[index + 1] ?? x] as const] : []));
}

function outside(
  spans: readonly (readonly [number, number])[],
  cuts: readonly (readonly [number, number])[],
): readonly (readonly [number, number])[] {
  return cuts.reduce(
    (rest, [from, to]) =>
      rest.flatMap(([a, b]): (readonly [number, number])[] =>
        (
          [
            [a, Math.min(b, from)],
            [Math.max(a, to), b],
          ] as const
        ).filter(([x, y]) => y > x),
      ),
    spans,
  );
}

interface Area {
  readonly place: KeyPlace;
  readonly rings: readonly Ring[];
  readonly box: Box;
}

/** Ground that an earlier area holds as well is that one's (rule R23). */
function areaCells(area: Area, earlier: readonly Area[], watchers: readonly Watcher[]): PlaceCells {
  const sums = new CellSums(watchers);
  // Scan lines never straddle a corner, so the area itself comes out exact.
  const corners = [area, ...earlier].flatMap(({ rings }) => rings.flat().map(({ yM }) => yM));
  const { minY, maxY } = area.box;
  const levels = [...new Set(corners)].filter((yM) => yM >= minY && yM <= maxY).toSorted((a, b) => a - b);
  for (const [index, fromY] of levels.entries()) {
    const toY = levels[index + 1];
    if (toY === undefined) break;
    const lines = Math.ceil((toY - fromY) / scanStepM);
    const stepM = (toY - fromY) / lines;
    for (let line = 0; line < lines; line++) {
      const yM = fromY + (line + 0.5) * stepM;
      let spans: readonly (readonly [number, number])[] = crossings(area.rings, yM);
      for (const other of earlier) spans = outside(spans, crossings(other.rings, yM));
      for (const [fromX, toX] of spans) sums.add({ xM: fromX, yM }, { xM: toX, yM }, (toX - fromX) * stepM);
    }
  }
  return { place: area.place, cells: sums.cells() };
}

/** Along the line, so that no metre is counted twice (rule R24). */
function roadCells(place: KeyPlace, line: readonly PointM[], watchers: readonly Watcher[]): PlaceCells {
  const sums = new CellSums(watchers);
  for (const [index, a] of line.entries()) {
    const b = line[index + 1];
    if (b !== undefined) sums.add(a, b, Math.hypot(b.xM - a.xM, b.yM - a.yM));
  }
  return { place, cells: sums.cells() };
}

type LonLats = readonly (readonly [number, number])[];

/** A ring without its closing point, if it has one. */
function openRing(ring: LonLats): LonLats {
  const first = ring[0];
  const last = ring.at(-1);
  return first !== undefined && last !== undefined && first[0] === last[0] && first[1] === last[1]
    ? ring.slice(0, -1)
    : ring;
}

const known = new WeakMap<District, readonly PlaceCells[]>();

/** The ground of every key area and every road section of a district, cut by who looks at it. */
export function placeCells(district: District): readonly PlaceCells[] {
  const done = known.get(district);
  if (done !== undefined) return done;
  const toPlane = planeAbout(district.reference.lonDeg, district.reference.latDeg);
  const points = (line: readonly (readonly [number, number])[]): PointM[] =>
    line.map(([lonDeg, latDeg]) => toPlane(lonDeg, latDeg));
  const near = (box: Box): Watcher[] => watchersNear(district, box);
  const areas: Area[] = [];
  const cells = district.keyPlaces.flatMap((place): PlaceCells[] => {
    const { geometry } = place;
    if (geometry.type === 'Point') return [];
    if (geometry.type === 'LineString') {
      const line = points(geometry.coordinates);
      return [roadCells(place, line, near(boxOf(line)))];
    }
    const parts = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    const rings = parts.flat().map((ring) => points(openRing(ring)));
    const area = { place, rings, box: boxOf(rings.flat()) };
    const earlier = areas.filter(({ box }) => doTouch(box, area.box));
    areas.push(area);
    return [areaCells(area, earlier, near(area.box))];
  });
  known.set(district, cells);
  return cells;
}
