import type { AnalysisGrid } from './analysis-grid.ts';
import type { Layers } from './layers.ts';
import type { CellBox } from './regions.ts';

/**
 * Pictures of a raised thing and of the ground under it, kept apart from the learnt background, so that it can be told
 * for days whether the thing is still there.
 */
export interface Evidence {
  readonly cells: Int32Array;
  readonly thing: Float32Array;
  readonly thingU: Float32Array;
  readonly thingV: Float32Array;
  readonly ground: Float32Array;
  readonly groundU: Float32Array;
  readonly groundV: Float32Array;
  /** Cells around it, by which changes of the light are measured. */
  readonly ring: Int32Array;
  readonly ringLuma: Float32Array;
}

/** Copy what rests in these cells and what lies under it. */
export function keepEvidence(layers: Layers, cells: Int32Array, bounds: CellBox): Evidence {
  const { background, rest, columns, rows, restSinceMs } = layers;
  const pick = (from: Float32Array, which: Int32Array): Float32Array =>
    Float32Array.from(which, (cell) => from[cell] ?? 0);
  const margin = 2 + Math.ceil((bounds.right - bounds.left + bounds.bottom - bounds.top) / 4);
  const ring: number[] = [];
  for (let row = Math.max(0, bounds.top - margin); row <= Math.min(rows - 1, bounds.bottom + margin); row++) {
    for (
      let column = Math.max(0, bounds.left - margin);
      column <= Math.min(columns - 1, bounds.right + margin);
      column++
    ) {
      const isInBounds =
        row >= bounds.top - 1 &&
        row <= bounds.bottom + 1 &&
        column >= bounds.left - 1 &&
        column <= bounds.right + 1;
      const cell = row * columns + column;
      if (!isInBounds && (restSinceMs[cell] ?? -1) < 0 && (background.luma[cell] ?? 0) > 16) ring.push(cell);
    }
  }
  const kept = Int32Array.from(cells);
  const ringCells = Int32Array.from(ring);
  return {
    cells: kept,
    thing: pick(rest.luma, kept),
    thingU: pick(rest.u, kept),
    thingV: pick(rest.v, kept),
    ground: pick(background.luma, kept),
    groundU: pick(background.u, kept),
    groundV: pick(background.v, kept),
    ring: ringCells,
    ringLuma: pick(background.luma, ringCells),
  };
}

/** Shares of the thing's cells that show the thing, or the ground; the rest is hidden by somebody or changed. */
export interface Presence {
  readonly thingShare: number;
  readonly groundShare: number;
}

const tolerance = 22;
const colourTolerance = 22;

export function presenceOf(evidence: Evidence, { luma, u, v }: AnalysisGrid): Presence {
  const light = lightAround(evidence, luma);
  let thing = 0;
  let ground = 0;
  let told = 0;
  for (let i = 0; i < evidence.cells.length; i++) {
    const cell = evidence.cells[i] ?? 0;
    const toThing = Math.abs((luma[cell] ?? 0) - light * (evidence.thing[i] ?? 0));
    const toGround = Math.abs((luma[cell] ?? 0) - light * (evidence.ground[i] ?? 0));
    const colourToThing =
      Math.abs((u[cell] ?? 0) - (evidence.thingU[i] ?? 0)) +
      Math.abs((v[cell] ?? 0) - (evidence.thingV[i] ?? 0));
    const colourToGround =
      Math.abs((u[cell] ?? 0) - (evidence.groundU[i] ?? 0)) +
      Math.abs((v[cell] ?? 0) - (evidence.groundV[i] ?? 0));
    const isThing = toThing <= tolerance && colourToThing <= colourTolerance;
    const isGround = toGround <= tolerance && colourToGround <= colourTolerance;
    told++;
    if (isThing && isGround) {
      // Both look alike here: the nearer one gets the cell.
      if (toThing + colourToThing <= toGround + colourToGround) thing++;
      else ground++;
    } else if (isThing) thing++;
    else if (isGround) ground++;
  }
  return { thingShare: thing / Math.max(told, 1), groundShare: ground / Math.max(told, 1) };
}

/** How much brighter it is around the thing than when it was raised. */
function lightAround({ ring, ringLuma }: Evidence, luma: Uint8Array): number {
  if (ring.length < 8) return 1;
  const ratios = Float32Array.from(
    ring,
    (cell, i) => (luma[cell] ?? 0) / Math.max(ringLuma[i] ?? 1, 1),
  ).toSorted();
  const middle = ratios[ratios.length >> 1] ?? 1;
  return Math.min(Math.max(middle, 0.3), 3);
}

/** The thing is there: follow its looks slowly, so that sun and dust do not make it a stranger. */
export function followThing(evidence: Evidence, { luma, u, v }: AnalysisGrid, dtMs: number): void {
  const light = lightAround(evidence, luma);
  const rate = 1 - Math.exp(-dtMs / 30_000);
  for (let i = 0; i < evidence.cells.length; i++) {
    const cell = evidence.cells[i] ?? 0;
    const is = (luma[cell] ?? 0) / light;
    const was = evidence.thing[i] ?? 0;
    if (Math.abs(is - was) > tolerance) continue;
    evidence.thing[i] = was + rate * (is - was);
    evidence.thingU[i] = (evidence.thingU[i] ?? 0) + rate * ((u[cell] ?? 0) - (evidence.thingU[i] ?? 0));
    evidence.thingV[i] = (evidence.thingV[i] ?? 0) + rate * ((v[cell] ?? 0) - (evidence.thingV[i] ?? 0));
  }
}
