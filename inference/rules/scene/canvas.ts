import type { BoxNorm } from '../../../contracts/index.ts';
import { openPixels, type PixelLoops } from '../../../kernel/index.ts';
import { clipToPicture, isCarrier, type Track } from '../../track/index.ts';
import {
  type AnalysisGrid,
  makeGrid,
  noShift,
  type Picture,
  readPicture,
  type ShiftPx,
} from './analysis-grid.ts';
import { type Layers, makeLayers, resetLayers } from './layers.ts';
import { findGain } from './light.ts';
import { createMoverMemory, type MoverMemory } from './movers.ts';
import { sceneParameters as parameters } from './parameters.ts';
import { type CellBox, createRegionFinder, heightOf, type RegionFinder, widthOf } from './regions.ts';
import { findFineShift, makeSlopes, type Slopes, takeSlopes } from './fine-shift.ts';
import { findShift, makeProjections, type Projections } from './registration.ts';

/** Everything that hangs on the size of the picture; made once, so that no picture costs an allocation of its size. */
export interface Canvas {
  readonly widthPx: number;
  readonly heightPx: number;
  /** What goes over `grid` and `layers` quickly. */
  readonly loops: PixelLoops;
  readonly grid: AnalysisGrid;
  readonly layers: Layers;
  readonly finder: RegionFinder;
  readonly movers: MoverMemory;
  readonly mask: Uint8Array;
  readonly member: Uint8Array;
  readonly occupied: Uint8Array;
  readonly now: Projections;
  readonly reference: Projections;
  readonly slopes: Slopes;
  readonly beganAtMs: number;
  /** When `reference` was taken of the background: it changes slowly, a second old is fresh. */
  referenceAtMs: number;
  slopesAtMs: number;
  /** When the picture was last found to have moved, and when movement by parts of a cell was last looked for. */
  movedAtMs: number;
  fineLookAtMs: number;
  /** Time of the last picture. */
  seenAtMs: number;
  /** Where the picture lies against the background now. */
  shift: ShiftPx;
  /** Where it has lain for the last while: apart from `shift` while the camera moves, and some time after. */
  usualShift: ShiftPx;
  /**
   * How far in from each side, in px of the background, the camera does not look, or did not look a moment ago: what
   * was learnt there is the border of the picture, repeated.
   */
  readonly unseenPx: { left: number; right: number; top: number; bottom: number };
}

export function makeCanvas({ widthPx, heightPx, capturedAtMs }: Picture): Canvas {
  const raster = makeGrid(widthPx, heightPx, parameters.gridColumns);
  const { columns, rows } = raster;
  const { loops, moved } = openPixels({ grid: raster, layers: makeLayers(columns, rows) });
  const { grid } = moved;
  return {
    widthPx,
    heightPx,
    loops,
    ...moved,
    finder: createRegionFinder(columns, rows),
    movers: createMoverMemory(columns, rows, parameters.moverMemoryMs),
    mask: new Uint8Array(columns * rows),
    member: new Uint8Array(columns * rows),
    occupied: new Uint8Array(columns * rows),
    now: makeProjections(grid),
    reference: makeProjections(grid),
    slopes: makeSlopes(),
    beganAtMs: capturedAtMs,
    referenceAtMs: Number.NEGATIVE_INFINITY,
    slopesAtMs: Number.NEGATIVE_INFINITY,
    movedAtMs: capturedAtMs,
    fineLookAtMs: Number.NEGATIVE_INFINITY,
    seenAtMs: capturedAtMs,
    shift: noShift,
    usualShift: noShift,
    unseenPx: { left: 0, right: 0, top: 0, bottom: 0 },
  };
}

/**
 * Read the picture into the grid where the background lies: a shaken or drifting camera must not move the world.
 * @returns brightness of the picture against the background.
 */
export function seePicture(canvas: Canvas, picture: Picture): number {
  const { grid, layers, now, reference } = canvas;
  readPicture(grid, picture, canvas.shift);
  if (picture.capturedAtMs === canvas.beganAtMs) {
    resetLayers(layers, grid);
    return 1;
  }
  if (picture.capturedAtMs - canvas.referenceAtMs >= 1_000) {
    reference.take(layers.expected.luma);
    if (picture.capturedAtMs - canvas.slopesAtMs >= slopesEveryMs) {
      takeSlopes(canvas.slopes, layers);
      canvas.slopesAtMs = picture.capturedAtMs;
    }
    canvas.referenceAtMs = picture.capturedAtMs;
  }
  // A slanting shift changes what lies in a band: the second look finds what the first one left over.
  for (let look = 0; look < 2; look++) {
    now.take(grid.luma);
    const moved = findShift(now, reference);
    if (moved === null || (Math.abs(moved.dx) < 0.4 && Math.abs(moved.dy) < 0.4)) break;
    moveBy(canvas, picture, moved);
  }
  const gain = findGain(grid.luma, layers.expected.luma);
  const isRead = moveFinely(canvas, picture, gain);
  followShift(canvas, Math.min(picture.capturedAtMs - canvas.seenAtMs, 1_000));
  noteUnseen(canvas, picture.capturedAtMs);
  return isRead ? findGain(grid.luma, layers.expected.luma) : gain;
}

/** Where the background is steep changes slowly as well. */
const slopesEveryMs = 3_000;
/** A movement of less than this many cells shows no edge beside where it was learnt. */
const leastFineCells = 0.1;
/** So many of the parts of the picture must show it. */
const mostAgree = 0.65;

/** A camera that has stood still for so long is looked at this often. */
const [stoodStillMs, stillLookEveryMs] = [5_000, 600];

/** What is left over, by parts of a cell. @returns whether the picture was read again. */
function moveFinely(canvas: Canvas, picture: Picture, gain: number): boolean {
  const { grid, layers, slopes } = canvas;
  const nowMs = picture.capturedAtMs;
  if (nowMs - canvas.movedAtMs > stoodStillMs && nowMs - canvas.fineLookAtMs < stillLookEveryMs) return false;
  canvas.fineLookAtMs = nowMs;
  const rest = findFineShift(grid, layers.expected.luma, slopes, gain);
  if (rest === null || rest.agreed < mostAgree || Math.hypot(rest.dx, rest.dy) < leastFineCells) return false;
  moveBy(canvas, picture, { dx: limitTo(1, rest.dx), dy: limitTo(1, rest.dy) });
  return true;
}

/** The picture lies so many cells further than it was read. */
function moveBy(canvas: Canvas, picture: Picture, { dx, dy }: ShiftPx): void {
  const { grid, shift } = canvas;
  canvas.movedAtMs = picture.capturedAtMs;
  canvas.shift = {
    dx: limitTo(parameters.maxShiftPx, shift.dx + dx * grid.scale),
    dy: limitTo(parameters.maxShiftPx, shift.dy + dy * grid.scale),
  };
  readPicture(grid, picture, canvas.shift);
}

/** What comes into view again is learnt anew at this pace. */
const seenAgainPxPerS = 0.5;

/** A camera that has moved is trusted again after about so long. */
const settleMs = 12_000;

function followShift(canvas: Canvas, dtMs: number): void {
  const rate = 1 - Math.exp(-dtMs / settleMs);
  const { shift, usualShift } = canvas;
  canvas.usualShift = {
    dx: usualShift.dx + rate * (shift.dx - usualShift.dx),
    dy: usualShift.dy + rate * (shift.dy - usualShift.dy),
  };
}

/** How far the camera looks beside where it has usually looked of late, px. */
export const movedPx = ({ shift, usualShift }: Canvas): number =>
  Math.hypot(shift.dx - usualShift.dx, shift.dy - usualShift.dy);

function noteUnseen(canvas: Canvas, nowMs: number): void {
  const { unseenPx, shift, grid, widthPx, heightPx } = canvas;
  const again = (seenAgainPxPerS * Math.min(nowMs - canvas.seenAtMs, 1_000)) / 1_000;
  canvas.seenAtMs = nowMs;
  const next = (before: number, out: number): number => Math.max(0, out, before - again);
  unseenPx.left = next(unseenPx.left, -shift.dx);
  unseenPx.right = next(unseenPx.right, shift.dx + grid.columns * grid.scale - widthPx);
  unseenPx.top = next(unseenPx.top, -shift.dy);
  unseenPx.bottom = next(unseenPx.bottom, shift.dy + grid.rows * grid.scale - heightPx);
}

/** The cells that the camera has looked at for a while. */
export function seenCells({ grid: { columns, rows, scale }, unseenPx }: Canvas): CellBox {
  return {
    left: Math.ceil(unseenPx.left / scale),
    right: columns - 1 - Math.ceil(unseenPx.right / scale),
    top: Math.ceil(unseenPx.top / scale),
    bottom: rows - 1 - Math.ceil(unseenPx.bottom / scale),
  };
}

/** Cells in which a detected person or vehicle is. */
export function markOccupied(
  { grid, widthPx, heightPx, shift, occupied }: Canvas,
  tracks: readonly Track[],
): Uint8Array {
  const { columns, rows, scale } = grid;
  occupied.fill(0);
  for (const { className, box } of tracks) {
    if (!isCarrier(className)) continue;
    const left = Math.max(0, Math.floor((box.xNorm * widthPx - shift.dx) / scale));
    const right = Math.min(columns, Math.ceil(((box.xNorm + box.wNorm) * widthPx - shift.dx) / scale));
    const top = Math.max(0, Math.floor((box.yNorm * heightPx - shift.dy) / scale));
    const bottom = Math.min(rows, Math.ceil(((box.yNorm + box.hNorm) * heightPx - shift.dy) / scale));
    if (left >= right) continue;
    for (let row = top; row < bottom; row++) {
      occupied.fill(1, row * columns + left, row * columns + right);
    }
  }
  return occupied;
}

const limitTo = (most: number, value: number): number => Math.max(-most, Math.min(most, value));

/** Where cells of the grid lie in the picture of now. */
export function boxNormOf({ grid, widthPx, heightPx, shift }: Canvas, box: CellBox): BoxNorm {
  const { scale } = grid;
  return clipToPicture({
    xNorm: (box.left * scale + shift.dx) / widthPx,
    yNorm: (box.top * scale + shift.dy) / heightPx,
    wNorm: (widthOf(box) * scale) / widthPx,
    hNorm: (heightOf(box) * scale) / heightPx,
  });
}
