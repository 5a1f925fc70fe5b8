import type { BoxPx } from '../../inference/eval/index.ts';

/** Times are ms from the first picture, places px of the analysed picture. */
export interface Key {
  readonly atMs: number;
  readonly xPx: number;
  readonly yPx: number;
}

/** A cut-out person or vehicle on its way; absent before the first and after the last key. */
export interface Actor {
  readonly id: string;
  readonly role: 'person' | 'vehicle';
  /** Chooses the cut-out. */
  readonly look: number;
  readonly keys: readonly Key[];
  /** The detector never sees them: a tricycle, a tipper from above. */
  readonly isUnseen?: true;
  /** While they stand they sit: lower, and often missed. */
  readonly sits?: true;
  /** So many times as large as their kind is. */
  readonly size?: number;
}

/** Where a thing is from a moment on. */
export type ItemState =
  | { readonly fromMs: number; readonly is: 'absent' }
  | { readonly fromMs: number; readonly is: 'held'; readonly by: string }
  | { readonly fromMs: number; readonly is: 'resting' };

export interface Item {
  readonly modelId: string;
  readonly restXPx: number;
  readonly restYPx: number;
  readonly heightPx: number;
  readonly states: readonly ItemState[];
  /** Luma against the ground, and share of its colours that is left: a thing that hardly shows. */
  readonly faint: { readonly step: number; readonly colour: number } | null;
}

export type Effect =
  | { readonly kind: 'night'; readonly gain: number; readonly noise: number }
  | { readonly kind: 'grain'; readonly sigma: number }
  | { readonly kind: 'rain'; readonly streaks: number }
  | { readonly kind: 'shake'; readonly px: number }
  | { readonly kind: 'drift'; readonly dxPx: number; readonly dyPx: number }
  | { readonly kind: 'knock'; readonly atMs: number; readonly dxPx: number; readonly dyPx: number }
  | { readonly kind: 'gain'; readonly keys: readonly (readonly [atMs: number, gain: number])[] }
  | { readonly kind: 'clouds'; readonly depth: number; readonly sizePx: number; readonly pxPerS: number }
  | {
      readonly kind: 'headlights';
      readonly passes: readonly Key[];
      readonly pxPerS: number;
      readonly radiusPx: number;
    }
  /** Some lamps of a room go out or on: how much depends on how far away they hang. */
  | {
      readonly kind: 'lamps';
      readonly atMs: readonly number[];
      readonly gains: readonly [near: number, far: number];
      readonly xNorm: number;
    }
  | { readonly kind: 'wet'; readonly strength: number }
  | {
      readonly kind: 'damage';
      readonly spans: readonly (readonly [fromMs: number, toMs: number])[];
      readonly style: 'grey' | 'smear';
    }
  | { readonly kind: 'clock' }
  | { readonly kind: 'letterbox'; readonly bar: number }
  | {
      readonly kind: 'panel';
      readonly box: BoxPx;
      readonly luma: number;
      readonly opensAtMs: number;
      readonly closesAtMs: number;
      readonly overMs: number;
      readonly way: 'side' | 'up';
    };

/** A thing that must be found. */
export interface Left {
  /** Indices of the items that make it up: several heaps of one visit are one event. */
  readonly items: readonly number[];
  readonly touchesMs: number;
  readonly actorId: string;
  /** When it is taken away again; null: it stays. */
  readonly removedMs: number | null;
}

/** Everything that makes a generated clip; the same case gives the same pictures. */
export interface Case {
  readonly id: string;
  readonly kind: string;
  readonly isHeldOut: boolean;
  readonly footageId: string;
  readonly seed: number;
  readonly durationMs: number;
  /** Only the empty scene, with grain, instead of the footage with everybody in it. */
  readonly isQuiet: boolean;
  readonly actors: readonly Actor[];
  readonly items: readonly Item[];
  readonly effects: readonly Effect[];
  readonly left: readonly Left[];
}

/** Straight between keys; null when absent. */
export function placeAt(
  { keys }: Actor,
  atMs: number,
): { readonly xPx: number; readonly yPx: number; readonly isMoving: boolean } | null {
  for (let i = 1; i < keys.length; i++) {
    const [from, to] = [keys[i - 1], keys[i]];
    if (from === undefined || to === undefined || atMs < from.atMs || atMs > to.atMs) continue;
    const share = (atMs - from.atMs) / Math.max(to.atMs - from.atMs, 1);
    return {
      xPx: from.xPx + share * (to.xPx - from.xPx),
      yPx: from.yPx + share * (to.yPx - from.yPx),
      isMoving: Math.hypot(to.xPx - from.xPx, to.yPx - from.yPx) > 2,
    };
  }
  return null;
}

export function stateAt({ states }: Item, atMs: number): ItemState {
  let now: ItemState = { fromMs: 0, is: 'absent' };
  for (const state of states) if (state.fromMs <= atMs) now = state;
  return now;
}
