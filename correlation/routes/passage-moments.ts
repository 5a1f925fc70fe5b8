import { z } from 'zod';
import type { PassageMoment, RouteSighting } from '../../contracts/index.ts';
import type { Store } from '../../store/index.ts';
import { vehicleClasses } from './passages.ts';

const MomentRow = z.object({
  capturedAtMs: z.coerce.number(),
  xNorm: z.coerce.number(),
  yNorm: z.coerce.number(),
  wNorm: z.coerce.number(),
  hNorm: z.coerce.number(),
});

const bestCount = 5;
/** And at these shares of the passage: of a long one only a part may have been recorded. */
const besidesAt = [0.25, 0.5, 0.75];
/** Two pictures nearer in time than this say the same. */
const leastApartMs = 300;
/** A box so near to the rim is cut off by it. */
const rimNorm = 0.01;

const momentsSql = `
SELECT capturedAtMs, argMax(xNorm, confidence) AS xNorm, argMax(yNorm, confidence) AS yNorm,
  argMax(wNorm, confidence) AS wNorm, argMax(hNorm, confidence) AS hNorm
FROM observation FINAL
WHERE cameraId = {cameraId:String} AND trackId = {trackId:String}
  AND capturedAtMs BETWEEN {fromMs:Int64} AND {toMs:Int64} AND className IN {classNames:Array(String)}
GROUP BY capturedAtMs ORDER BY capturedAtMs`;

/** The moments of a passage at which most of the vehicle is to be seen, best first. */
export async function passageMoments(store: Store, sighting: RouteSighting): Promise<PassageMoment[]> {
  const { cameraId, trackId, enteredAtMs: fromMs, leftAtMs: toMs } = sighting;
  const rows = await store.query(
    momentsSql,
    { cameraId, trackId, fromMs, toMs, classNames: vehicleClasses },
    MomentRow,
  );
  return bestMoments(rows.map(({ capturedAtMs, ...box }) => ({ atMs: capturedAtMs, ...box })));
}

/**
 * Whole before cut off by the rim, large before small, and not all of the same instant.
 * @param moments in order of time.
 */
export function bestMoments(moments: readonly PassageMoment[]): PassageMoment[] {
  const isCut = ({ xNorm, yNorm, wNorm, hNorm }: PassageMoment): boolean =>
    xNorm < rimNorm || yNorm < rimNorm || xNorm + wNorm > 1 - rimNorm || yNorm + hNorm > 1 - rimNorm;
  const worth = (moment: PassageMoment): number => moment.wNorm * moment.hNorm * (isCut(moment) ? 0.25 : 1);
  const chosen: PassageMoment[] = [];
  const isApart = ({ atMs }: PassageMoment): boolean =>
    chosen.every((one) => Math.abs(one.atMs - atMs) >= leastApartMs);
  for (const moment of moments.toSorted((a, b) => worth(b) - worth(a) || a.atMs - b.atMs)) {
    if (chosen.length === bestCount) break;
    if (isApart(moment)) chosen.push(moment);
  }
  for (const share of besidesAt) {
    const moment = moments[Math.floor(share * (moments.length - 1))];
    if (moment !== undefined && isApart(moment)) chosen.push(moment);
  }
  return chosen;
}
