import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { CameraId, ObjectClass, type Observation, type TrackedDetection } from '../../contracts/index.ts';

const share = z.coerce.number().min(0).max(1);
const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const PassageRow = z.strictObject({
  cameraId: CameraId,
  trackId: z.string().min(1),
  className: ObjectClass,
  enteredAt: moment,
  leftAt: moment,
  firstWidthNorm: share,
  firstHeightNorm: share,
  lastWidthNorm: share,
  lastHeightNorm: share,
});

const everyMs = 1_000;
const confidence = 0.72;
/** Where a wheel stands on the road, and how far to the side a vehicle drives. */
const bottomNorm = 0.85;
const leftNorm = 0.4;

/**
 * Vehicles that pass the cameras of the case, one frame a second, as the pipeline would publish them.
 *
 * @param laterMs so much later than the file says.
 */
export async function readPassages(file: string, laterMs = 0): Promise<Observation[]> {
  const rows = z.array(PassageRow).parse(parse(await readFile(file), { columns: true, bom: true }));
  const frames = new Map<
    string,
    { cameraId: string; capturedAtMs: number; detections: TrackedDetection[] }
  >();
  for (const row of rows) {
    const { cameraId, trackId, className } = row;
    const enteredAt = row.enteredAt + laterMs;
    const leftAt = row.leftAt + laterMs;
    const steps = Math.max(1, Math.round((leftAt - enteredAt) / everyMs));
    for (let step = 0; step <= steps; step++) {
      const capturedAtMs = enteredAt + Math.round((step / steps) * (leftAt - enteredAt));
      const key = `${cameraId} ${capturedAtMs}`;
      const frame = frames.get(key) ?? { cameraId, capturedAtMs, detections: [] };
      const wNorm = row.firstWidthNorm + (step / steps) * (row.lastWidthNorm - row.firstWidthNorm);
      const hNorm = row.firstHeightNorm + (step / steps) * (row.lastHeightNorm - row.firstHeightNorm);
      const box = { xNorm: leftNorm, yNorm: bottomNorm - hNorm, wNorm, hNorm };
      frame.detections.push({ trackId, className, confidence, ...box });
      frames.set(key, frame);
    }
  }
  return [...frames.values()].toSorted((a, b) => a.capturedAtMs - b.capturedAtMs);
}
