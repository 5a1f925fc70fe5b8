import type { Observation } from '../../contracts/index.ts';

export const rowsPerBatch = 50;
const dayMs = 86_400_000;

/** Batch `index` of a made-up stream: the same at every call, and half of it on the day before the other half. */
export function batchOf(index: number, originMs: number): Observation[] {
  return Array.from({ length: rowsPerBatch }, (_, row) => ({
    cameraId: '33020300001320000101',
    capturedAtMs: originMs + index * rowsPerBatch + row - (row % 2) * dayMs,
    detections: [
      {
        trackId: `${index}`,
        className: 'person' as const,
        confidence: 0.5,
        xNorm: 0.25,
        yNorm: 0.25,
        wNorm: 0.125,
        hNorm: 0.5,
      },
    ],
  }));
}

/** Token of the batch, as a consumer makes it of topic, partition and offsets. */
export const tokenOf = (index: number): string =>
  `observation.v1/0/${index * rowsPerBatch}-${(index + 1) * rowsPerBatch - 1}`;
