import { z } from 'zod';
import { type ImportSummary, type Road, roadTable } from '../../contracts/index.ts';
import { deterministicId, messageOf, PipelineError } from '../../kernel/index.ts';
import type { Store } from '../../store/index.ts';
import { readRoads, type RoadFile } from '../topology/index.ts';

function read(fileName: string, content: Uint8Array): RoadFile {
  try {
    return readRoads(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new PipelineError('IMPORT_FILE_UNREADABLE', `${fileName} holds no roads: ${what}`, {
      hint: 'A GeoJSON FeatureCollection of LineStrings is needed, each with an `edgeId`.',
      cause,
    });
  }
}

/**
 * Take over a road network from GeoJSON.
 * @throws PipelineError IMPORT_FILE_UNREADABLE.
 */
export async function importRoadFile(
  store: Store,
  fileName: string,
  content: Uint8Array,
  nowMs: number,
): Promise<ImportSummary> {
  const { roads, problems } = read(fileName, content);
  const rows = roads.map(
    ({ edge, line }): Road => ({
      ...edge,
      turns: [...edge.turns].map(([edgeId, kind]) => ({ edgeId, kind })),
      line: line.map(([lonDeg, latDeg]) => ({ lonDeg, latDeg })),
      updatedAtMs: nowMs,
    }),
  );
  if (rows.length > 0) {
    await store.insert(roadTable, rows, { deduplicationToken: deterministicId('roads', fileName, nowMs) });
  }
  return {
    fileName,
    acceptedCount: rows.length,
    rejectedCount: problems.length,
    rejectedRows: problems.map(({ feature, reason }) => ({
      line: feature,
      column: null,
      found: null,
      reason: `feature ${feature}: ${reason}`,
    })),
  };
}
