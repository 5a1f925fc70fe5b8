import type { BoxNorm } from '../../../contracts/index.ts';
import type { ShiftPx } from '../scene/analysis-grid.ts';
import type { Appearance } from '../scene/left-or-removed.ts';
import type { CellBox } from '../scene/regions.ts';
import type { Bringer, Side, Whereabouts } from './bringer.ts';

/** A region of static foreground that may turn out to be a dumped thing. Times in captured ms. */
export interface RestingThing {
  cells: Int32Array;
  bounds: CellBox;
  box: BoxNorm;
  area: number;
  /** The put-down: when the first quarter of its cells came to rest. */
  restSinceMs: number;
  /** It tipped over or was shifted with nobody near: it stays the same thing with the same put-down. */
  isPinned: boolean;
  lastFoundAtMs: number;
  /** Time it was looked at, time its cells showed it unmoved, and time they moved with nobody in front. */
  lookedMs: number;
  calmMs: number;
  restlessMs: number;
  /** Time a detector saw a person exactly where it is. */
  personMs: number;
  /** Time a person or vehicle that stood still covered it. */
  coveredMs: number;
  vehicleCoveredMs: number;
  /** How long it has been seen unmoved since nobody stood over it any more. */
  clearMs: number;
  /** How long the ground has lain open where it was. */
  goneMs: number;
  appearance: Appearance;
  /** The light was switched since: how it looked before says more than how it looks on ground that is guessed. */
  isRelit: boolean;
  /** Cells of the largest region that moved there just before. */
  broughtBy: number;
  /** Its size against the moving region that brought it: near 1 it came by itself. Null: nothing moved there. */
  selfArrival: number | null;
  /** It was found soon enough for that to be remembered. */
  isArrivalKnown: boolean;
  /** Something moved beside it right after the put-down: whoever left it. */
  wasLeft: boolean;
  /**
   * What moved there just before was larger and lay over it, as somebody does who carries it: cells from its lowest to
   * its highest; 0: nothing did.
   */
  carrierHeight: number;
  /** Where what moved there came from; null: nothing did, or nobody knows. */
  origin: Origin | null;
  /** Its bringer was there, then. */
  isFromBringer: boolean;
  /** Something larger that stood beside it when it came to rest; null: nothing did. */
  stoodBeside: StoodBeside | null;
  /** Share of the time before in which something as large moved there: where traffic passes, that is no sign. */
  trafficShare: number;
  bringer: Bringer | null;
  whereabouts: Whereabouts | null;
  leftTo: Side | null;
  /** Somebody who was there at the put-down is still beside it. */
  isAttended: boolean;
  /** Since when nobody has been near. */
  aloneSinceMs: number | null;
  /** How far the picture has moved since the put-down: edges of the ground show beside where they were learnt. */
  cameraMovedPx: number;
  shiftAtRest: ShiftPx;
  /** The background was still young, or the light had just changed, when it came to rest. */
  isUncertainGround: boolean;
  /** Only because the camera has just begun. */
  isYoungGround: boolean;
  /** The side of the picture that it reaches: nobody sees how much more of it there is outside. */
  cutBy: Side | null;
  /** It came to rest with ground that was laid open around it. */
  isInOpening: boolean;
  /** It and what came to rest with it beside it. */
  whole: Whole;
}

/** `box` is that of the cells. */
export type Origin = CellBox & { readonly box: BoxNorm; readonly atMs: number };

export interface StoodBeside {
  /** Null: it stands there still. */
  readonly leftAtMs: number | null;
  /** What moved where the thing came to rest had come out of it, and from nowhere else. */
  readonly isSource: boolean;
}

/** Bounds and cells of several things. */
export type Whole = CellBox & { readonly area: number };
