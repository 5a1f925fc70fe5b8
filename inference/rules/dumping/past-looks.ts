import type { Canvas } from '../scene/canvas.ts';
import { type Evidence, keepEvidence, presenceOf } from '../scene/evidence.ts';
import { rules } from './parameters.ts';
import type { Rejection } from './judge.ts';
import type { RestingThing } from './resting-thing.ts';

/** What changed somewhere before and was told or refused. Times in captured ms. */
export interface PastLook {
  readonly evidence: Evidence;
  readonly atMs: number;
}

/** What was refused as ground, light or noise says nothing of what may come again. */
const saysNothing: ReadonlySet<Rejection> = new Set([
  'removed',
  'light',
  'camera-moved',
  'thin',
  'too-small',
  'ignored-zone',
]);

/** Call it before the thing is absorbed. */
export function notePast(
  past: PastLook[],
  { layers, member }: Canvas,
  thing: RestingThing,
  because: Rejection,
  nowMs: number,
): void {
  if (!saysNothing.has(because) && thing.area <= rules.pastAreaShare * member.length)
    addPast(past, keepEvidence(layers, thing.cells, thing.bounds), nowMs);
}

/** Only the latest are kept. */
export function addPast(past: PastLook[], evidence: Evidence, nowMs: number): void {
  past.push({ evidence, atMs: nowMs });
  while (past.length > rules.pastLooks || (past[0]?.atMs ?? nowMs) < nowMs - rules.rememberLookMs)
    past.shift();
}

/**
 * A door that opens, a shutter, a lorry at its gate: what comes again at the same place, to the cell, and looks the same
 * is a part of the scene. Nobody puts a thing down twice like that.
 */
export function comesAgain(
  past: readonly PastLook[],
  { member, grid }: Canvas,
  thing: RestingThing,
): boolean {
  if (past.length === 0) return false;
  for (const cell of thing.cells) member[cell] = 1;
  const again = past.some(({ evidence }) => {
    const shared = evidence.cells.reduce((sum, cell) => sum + (member[cell] ?? 0), 0);
    const all = evidence.cells.length + thing.cells.length - shared;
    return shared >= rules.sameCells * all && presenceOf(evidence, grid).thingShare >= rules.sameLook;
  });
  for (const cell of thing.cells) member[cell] = 0;
  return again;
}
