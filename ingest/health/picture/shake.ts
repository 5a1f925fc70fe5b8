import type { Cells } from './cells.ts';
import { shiftBetween } from './shift.ts';
import type { Sign } from './suspect.ts';

/** By how much the scene moved between pictures, as far as it could be told. */
export interface Shaking {
  readonly shifts: readonly { readonly atMs: number; readonly xPx: number; readonly yPx: number }[];
}

export const noShaking: Shaking = { shifts: [] };

const rememberedMs = 6_000;
const enoughShifts = 6;
/** In px of the analysed picture. */
const shakenPx = 3;
const shakingShare = 0.3;
/** No shift for so long: it is over. */
const calmMs = 2_000;
/** A head that is turned goes one way; a pole in the wind comes back. */
const oneWayShare = 0.6;

export function stepShaking(
  { shifts: before }: Shaking,
  cells: Cells,
  previous: Cells | null,
  atMs: number,
): { readonly shaking: Shaking; readonly sign: Sign; readonly sinceMs: number } {
  const shift = previous === null ? null : shiftBetween(cells, previous);
  const kept = before.filter((one) => one.atMs >= atMs - rememberedMs);
  if (shift === null) return { shaking: { shifts: kept }, sign: 'blind', sinceMs: atMs };
  const shifts = [...kept, { atMs, ...shift }];
  const shaken = shifts.filter(({ xPx, yPx }) => Math.hypot(xPx, yPx) >= shakenPx);
  const pathPx = shaken.reduce((sum, { xPx, yPx }) => sum + Math.hypot(xPx, yPx), 0);
  const netPx = Math.hypot(
    shaken.reduce((sum, { xPx }) => sum + xPx, 0),
    shaken.reduce((sum, { yPx }) => sum + yPx, 0),
  );
  const share = shaken.length / shifts.length;
  const sinceMs = shaken[0]?.atMs ?? atMs;
  const signOf = (): Sign => {
    if (atMs - (shaken.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) >= calmMs) return 'no';
    const isShaking = shifts.length >= enoughShifts && share >= shakingShare;
    return isShaking && netPx <= oneWayShare * pathPx ? 'yes' : 'between';
  };
  return { shaking: { shifts }, sign: signOf(), sinceMs };
}
