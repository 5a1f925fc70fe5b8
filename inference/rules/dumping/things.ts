import { boxNormOf, type Canvas, movedPx, seenCells } from '../scene/canvas.ts';
import { absorbCell, Shows } from '../scene/layers.ts';
import { appearanceOf } from '../scene/left-or-removed.ts';
import type { Side } from './bringer.ts';
import { rules } from './parameters.ts';
import {
  type CellBox,
  growBox,
  heightOf,
  type Region,
  sharedCells,
  union,
  widthOf,
} from '../scene/regions.ts';
import { wordsIn } from '../scene/words.ts';
import { leftAbove } from './doubts.ts';
import type { Origin, RestingThing } from './resting-thing.ts';

/**
 * Find what rests and hand it to the things that are known already.
 * @param heldUntilMs end of the last change of the whole picture.
 * @param learn told of what is too large for a thing, before it is learnt.
 * @returns the things that are still there, and new ones.
 */
export function findThings(
  canvas: Canvas,
  known: readonly RestingThing[],
  nowMs: number,
  heldUntilMs: number,
  learn: (region: Region) => void,
): RestingThing[] {
  const { layers, mask, finder, grid } = canvas;
  const cells = grid.luma.length;
  const there = known.filter((thing) => thing.goneMs < rules.goneAfterMs);
  for (const thing of known) if (!there.includes(thing)) forget(canvas, thing);
  markResting(canvas, nowMs);
  const minArea = Math.max(rules.minAreaCells, Math.round(rules.minAreaShare * cells));
  const regions = finder.find(mask, {
    gapCells: rules.gapCells,
    minArea,
    sinceMs: layers.restSinceMs,
    togetherMs: rules.togetherMs,
  });
  let things = [...there];
  for (const found of regions) {
    const region = keepApart(canvas, things, found, nowMs, heldUntilMs);
    if (region.area < minArea) continue;
    if (region.area > rules.maxAreaShare * cells) {
      // Another view, the ground behind something very large that has gone, or a vehicle that stops near the camera:
      // learnt, and no thing.
      learn(region);
      things = things.filter((thing) => !isSame(canvas, region, thing));
      for (const cell of region.cells) absorbCell(layers, cell);
      continue;
    }
    const same = things.filter((thing) => isSame(canvas, region, thing));
    const [oldest] = same.toSorted((a, b) => a.restSinceMs - b.restSinceMs);
    if (oldest !== undefined) {
      // Parts that were found one by one have grown together.
      things = things.filter(
        (thing) => thing === oldest || !same.includes(thing) || thing.lastFoundAtMs === nowMs,
      );
      adopt(canvas, oldest, region, nowMs, heldUntilMs);
    } else if (joinNeighbour(canvas, things, region)) {
      continue;
    } else things.push(newThing(canvas, region, nowMs, heldUntilMs));
  }
  things = things.filter((thing) => nowMs - thing.lastFoundAtMs <= rules.lostAfterMs);
  for (const thing of things) examine(canvas, thing, nowMs);
  return things;
}

/** What is left of a thing becomes background: it was told, or it belongs to the place. */
export function absorbThing({ layers }: Canvas, thing: RestingThing): void {
  for (const cell of thing.cells) {
    if ((layers.restSinceMs[cell] ?? -1) >= 0) absorbCell(layers, cell);
  }
}

/** The background has begun anew in another light. @returns the things that rest there still. */
export function relitThings({ layers }: Canvas, things: readonly RestingThing[]): RestingThing[] {
  const kept = things.filter(({ cells }) => {
    const resting = cells.reduce((sum, cell) => sum + ((layers.restSinceMs[cell] ?? -1) >= 0 ? 1 : 0), 0);
    return resting >= rules.relitShare * cells.length;
  });
  for (const thing of kept) thing.isRelit = true;
  return kept;
}

/** Where a thing has gone and the ground shows, nothing rests; what still rests there is another thing. */
function forget({ layers }: Canvas, thing: RestingThing): void {
  for (const cell of thing.cells) {
    if (layers.shows[cell] === Shows.background) layers.restSinceMs[cell] = -1;
  }
}

/** Near enough to be the same heap: within a third of its size. */
export function touches(bounds: CellBox, other: CellBox): boolean {
  const margin = 1 + Math.ceil(Math.min(widthOf(bounds), heightOf(bounds)) / 3);
  return (
    other.left <= bounds.right + margin &&
    other.right >= bounds.left - margin &&
    other.top <= bounds.bottom + margin &&
    other.bottom >= bounds.top - margin
  );
}

function markResting(canvas: Canvas, nowMs: number): void {
  const { layers, mask, beganAtMs, grid } = canvas;
  const { restSinceMs, isPending } = layers;
  const oldestMs = nowMs - beganAtMs - rules.absorbAfterMs;
  mask.fill(0);
  const pendingWords = wordsIn(isPending);
  for (let cell = 0; cell < mask.length; cell++) {
    // Nothing rests where nothing is pending, which is nearly everywhere.
    if ((cell & 3) === 0 && pendingWords[cell >> 2] === 0) {
      cell += 3;
      continue;
    }
    const since = restSinceMs[cell] ?? -1;
    mask[cell] = since >= 0 ? 1 : 0;
    if (since >= 0 && since < oldestMs) {
      absorbCell(layers, cell);
      mask[cell] = 0;
    }
  }
  // Where the camera does not look any more, nothing rests: what is read there is the border, repeated.
  const { columns, rows } = grid;
  const { left, right, top, bottom } = seenCells(canvas);
  if (left === 0 && right === columns - 1 && top === 0 && bottom === rows - 1) return;
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cell++) {
      if (column >= left && column <= right && row >= top && row <= bottom) continue;
      mask[cell] = 0;
      if ((restSinceMs[cell] ?? -1) >= 0) absorbCell(layers, cell);
    }
  }
}

/** The side of the picture that something reaches, or is a cell away from. */
function sideReached(canvas: Canvas, { left, right, top, bottom }: CellBox): Side | null {
  const seen = seenCells(canvas);
  if (left <= seen.left + 1) return 'left';
  if (right >= seen.right - 1) return 'right';
  if (bottom >= seen.bottom - 1) return 'bottom';
  return top <= seen.top + 1 ? 'top' : null;
}

/** They share a third of the smaller one, cell by cell: a thing lies in the middle of a larger one's box as well. */
function isSame({ member }: Canvas, region: Region, thing: RestingThing): boolean {
  if (sharedCells(region, thing.bounds) === 0) return false;
  for (const cell of thing.cells) member[cell] = 1;
  let shared = 0;
  for (const cell of region.cells) shared += member[cell] ?? 0;
  for (const cell of thing.cells) member[cell] = 0;
  return shared > 0.3 * Math.min(region.area, thing.area);
}

/**
 * What is known as a thing is not swallowed by ground that is laid open beside it, as when a queue moves on, nor by
 * the shadow that falls over both.
 * @returns what of the region is none of such things.
 */
function keepApart(
  canvas: Canvas,
  things: readonly RestingThing[],
  region: Region,
  nowMs: number,
  heldUntilMs: number,
): Region {
  const { member, layers, grid } = canvas;
  let left = region;
  for (const thing of things) {
    const isKnown =
      thing.appearance.leftScore >= leftAbove && nowMs - thing.restSinceMs >= rules.knownAfterMs;
    if (!isKnown || left.area < rules.swallowedBy * thing.area || !isSame(canvas, left, thing)) continue;
    for (const cell of thing.cells) member[cell] = 1;
    const own = left.cells.filter((cell) => member[cell] === 1);
    const others = left.cells.filter((cell) => member[cell] !== 1);
    for (const cell of thing.cells) member[cell] = 0;
    const around = regionOf(others, grid.columns);
    const { leftScore, isLight } = appearanceOf(layers, others, member, around);
    if (leftScore > rules.openGroundBelow && !isLight) continue;
    adopt(canvas, thing, regionOf(own, grid.columns), nowMs, heldUntilMs);
    left = around;
  }
  return left;
}

function regionOf(cells: Int32Array, columns: number): Region {
  let [left, right, top, bottom] = [columns, 0, Infinity, 0];
  for (const cell of cells) {
    const row = Math.floor(cell / columns);
    const column = cell - row * columns;
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
  }
  return { left, right, top, bottom, area: cells.length, cells };
}

/** A part that was hidden by whoever stood there shows later: it belongs to the larger thing that it touches. */
function joinNeighbour(canvas: Canvas, things: readonly RestingThing[], region: Region): boolean {
  const whole = things.find(
    (thing) =>
      region.area < 0.5 * thing.area && sharedCells(growBox(region, rules.gapCells), thing.bounds) > 0,
  );
  if (whole === undefined) return false;
  whole.cells = join(whole.cells, region.cells);
  whole.bounds = union(whole.bounds, tight(region.cells, canvas.grid.columns));
  whole.area = whole.cells.length;
  whole.box = boxNormOf(canvas, whole.bounds);
  return true;
}

function adopt(
  canvas: Canvas,
  thing: RestingThing,
  region: Region,
  nowMs: number,
  heldUntilMs: number,
): void {
  const isSecondPart = thing.lastFoundAtMs === nowMs;
  const bounds = tight(region.cells, canvas.grid.columns);
  thing.cells = isSecondPart ? join(thing.cells, region.cells) : Int32Array.from(region.cells);
  thing.bounds = isSecondPart ? union(thing.bounds, bounds) : bounds;
  thing.area = thing.cells.length;
  thing.box = boxNormOf(canvas, thing.bounds);
  thing.cutBy = sideReached(canvas, thing.bounds);
  thing.lastFoundAtMs = nowMs;
  renew(canvas, thing, heldUntilMs);
}

/**
 * Where somebody is still busy, what rests there now may be another thing than a moment ago (first a standing
 * person's feet, then the bag): the put-down is that of the cells that rest now. A thing that changes while it is
 * alone tipped over and stays what it was.
 */
function renew(canvas: Canvas, thing: RestingThing, heldUntilMs: number): void {
  const { layers, beganAtMs } = canvas;
  if (thing.isPinned) return;
  const restSinceMs = beganAtMs + quantile(thing.cells, layers.restSinceMs, rules.restQuantile);
  const laterMs = restSinceMs - thing.restSinceMs;
  if (laterMs <= rules.renewedMs) return;
  if (thing.aloneSinceMs !== null && thing.aloneSinceMs < restSinceMs - 500) {
    thing.isPinned = true;
    return;
  }
  thing.restSinceMs = restSinceMs;
  thing.isRelit = false;
  thing.bringer = null;
  thing.whereabouts = null;
  thing.lookedMs = 0;
  thing.personMs = 0;
  thing.calmMs = 0;
  thing.restlessMs = 0;
  thing.coveredMs = 0;
  thing.vehicleCoveredMs = 0;
  thing.clearMs = 0;
  thing.wasLeft = false;
  thing.shiftAtRest = canvas.shift;
  thing.broughtBy = largestBefore(canvas, thing.bounds, restSinceMs);
  thing.isUncertainGround = isUncertain(canvas, thing.cells, restSinceMs, heldUntilMs);
  thing.isYoungGround = isYoung(canvas, restSinceMs, heldUntilMs);
}

const isYoung = ({ beganAtMs }: Canvas, restSinceMs: number, heldUntilMs: number): boolean =>
  restSinceMs - beganAtMs < rules.youngMs && restSinceMs >= heldUntilMs + rules.doubtAfterHoldMs;

/** The background was young or hardly ever seen there, or the whole picture had just changed. */
function isUncertain(
  { beganAtMs, layers }: Canvas,
  cells: Int32Array,
  restSinceMs: number,
  heldUntilMs: number,
): boolean {
  if (restSinceMs - beganAtMs < rules.youngMs || restSinceMs < heldUntilMs + rules.doubtAfterHoldMs)
    return true;
  let support = 0;
  for (const cell of cells) support += layers.supportMs[cell] ?? 0;
  return support / Math.max(cells.length, 1) < rules.leastSupportMs;
}

function newThing(canvas: Canvas, region: Region, nowMs: number, heldUntilMs: number): RestingThing {
  const { layers, beganAtMs, grid } = canvas;
  const restSinceMs = beganAtMs + quantile(region.cells, layers.restSinceMs, rules.restQuantile);
  const bounds = tight(region.cells, grid.columns);
  return {
    cells: Int32Array.from(region.cells),
    bounds,
    box: boxNormOf(canvas, bounds),
    area: region.area,
    restSinceMs,
    isPinned: false,
    lastFoundAtMs: nowMs,
    lookedMs: 0,
    personMs: 0,
    calmMs: 0,
    restlessMs: 0,
    coveredMs: 0,
    vehicleCoveredMs: 0,
    cameraMovedPx: movedPx(canvas),
    shiftAtRest: canvas.shift,
    clearMs: 0,
    goneMs: 0,
    appearance: { leftScore: 0.5, outlineScore: 0.5, strangeScore: 0.5, isLight: false, movedShare: 0 },
    isRelit: false,
    broughtBy: largestBefore(canvas, bounds, restSinceMs),
    selfArrival: null,
    isArrivalKnown: nowMs - restSinceMs < rules.arrivalKnownMs,
    wasLeft: false,
    carrierHeight: 0,
    origin: null,
    isFromBringer: false,
    stoodBeside: null,
    trafficShare: trafficBefore(canvas, bounds, restSinceMs, region.area),
    bringer: null,
    whereabouts: null,
    leftTo: null,
    isAttended: false,
    aloneSinceMs: null,
    isUncertainGround: isUncertain(canvas, region.cells, restSinceMs, heldUntilMs),
    isYoungGround: isYoung(canvas, restSinceMs, heldUntilMs),
    cutBy: sideReached(canvas, bounds),
    isInOpening: false,
    whole: { ...bounds, area: region.area },
  };
}

/** The largest region, in cells, that moved there just before something came to rest. */
const largestBefore = ({ movers }: Canvas, bounds: CellBox, restSinceMs: number): number =>
  movers.largestAt(bounds, restSinceMs - 4_000, restSinceMs + 400);

const originOf = (canvas: Canvas, bounds: CellBox, restSinceMs: number): Origin | null => {
  const found = canvas.movers.originOf(bounds, restSinceMs + 400, rules.splitOffTimes);
  return found === null ? null : { ...found, box: boxNormOf(canvas, found) };
};

/** The time in which somebody comes and puts something down does not count. */
const trafficBefore = ({ movers }: Canvas, bounds: CellBox, restSinceMs: number, area: number): number =>
  movers.shareOfTime(bounds, restSinceMs - rules.arrivalKnownMs, restSinceMs - 5_000, area);

function examine(canvas: Canvas, thing: RestingThing, nowMs: number): void {
  const { layers, movers, member, shift } = canvas;
  const { dx, dy } = thing.shiftAtRest;
  thing.cameraMovedPx = Math.max(thing.cameraMovedPx, Math.hypot(shift.dx - dx, shift.dy - dy));
  if (!thing.isRelit) thing.appearance = appearanceOf(layers, thing.cells, member, thing.bounds);
  // Slow things come to rest part by part: what counts is their size of now.
  thing.selfArrival = thing.broughtBy === 0 ? null : thing.area / thing.broughtBy;
  const restMs = nowMs - thing.restSinceMs;
  if (restMs <= rules.leaveWithinMs) thing.origin = originOf(canvas, thing.bounds, thing.restSinceMs);
  if (thing.wasLeft || restMs > rules.leaveWithinMs + 2_000) return;
  const moved = movers.largestAt(
    thing.bounds,
    thing.restSinceMs + 300,
    thing.restSinceMs + rules.leaveWithinMs,
  );
  thing.wasLeft = moved > 0.4 * thing.area;
  const over = movers.largestOver(thing.bounds, thing.restSinceMs - 2_500, thing.restSinceMs + 400);
  if (over !== null && over.area >= rules.carriedBy * thing.area)
    thing.carrierHeight = Math.max(thing.carrierHeight, heightOf(over));
}

function join(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function quantile(cells: Int32Array, values: Float64Array, share: number): number {
  const sorted = Float64Array.from(cells, (cell) => values[cell] ?? 0).toSorted();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

/** Bounds without the outermost hundredths of the cells on each side: single stray cells do not widen the box. */
function tight(cells: Int32Array, columns: number): CellBox {
  const xs = Int32Array.from(cells, (cell) => cell % columns).toSorted();
  const ys = Int32Array.from(cells, (cell) => Math.floor(cell / columns)).toSorted();
  const cut = Math.floor(0.015 * xs.length);
  return {
    left: xs[cut] ?? 0,
    right: xs[xs.length - 1 - cut] ?? 0,
    top: ys[cut] ?? 0,
    bottom: ys[ys.length - 1 - cut] ?? 0,
  };
}
