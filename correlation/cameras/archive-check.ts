import type { ArchiveRuleFinding, Camera } from '../../contracts/index.ts';
import { type ArchiveRow, archiveRules, planeAbout } from '../measures/index.ts';
import type { Outline } from './outlines.ts';

const maxShown = 20;

/**
 * How the rules about the archive (一机一档, rule R31) stand over all cameras: completeness, and the accuracy rules that
 * need no measurement. The same functions as in the figures, so that nobody is told two things.
 */
export function checkArchive(
  cameras: readonly Camera[],
  archive: ReadonlyMap<string, ArchiveRow>,
  context: { readonly outlines: readonly Outline[]; readonly nowMs: number },
): ArchiveRuleFinding[] {
  const placed = cameras.find(({ lonDeg, latDeg }) => lonDeg !== null && latDeg !== null);
  const [outline] = context.outlines;
  const [lonDeg, latDeg] = outline?.rings[0]?.[0] ?? [placed?.lonDeg ?? 0, placed?.latDeg ?? 0];
  const toPlane = planeAbout(lonDeg, latDeg);
  const streets = context.outlines
    .filter(({ level }) => level === 'street')
    .map(({ rings }) => rings.map((ring) => ring.map(([lon, lat]) => toPlane(lon, lat))));
  const findings = archiveRules({
    cameras,
    archive,
    keyPlaces: [],
    states: new Map(),
    measured: new Map(),
    catalogue: null,
    buildings: [],
    window: { fromMs: context.nowMs, toMs: context.nowMs + 1_000 },
    instantMs: context.nowMs,
    asOfMs: context.nowMs,
    reference: { lonDeg, latDeg },
    ...(streets.length === 0 ? {} : { streets }),
  });
  const rules = new Map<string, { okCount: number; failed: string[] }>();
  const count = (rule: string, cameraId: string, isOk: boolean | null): void => {
    const sum = rules.get(rule) ?? { okCount: 0, failed: [] };
    rules.set(rule, sum);
    if (isOk === true) sum.okCount++;
    else if (isOk === false) sum.failed.push(cameraId);
  };
  for (const camera of cameras) {
    const { cameraId } = camera;
    const row = archive.get(cameraId);
    count('completeness', cameraId, row === undefined ? null : row.blankRequired.length === 0);
    for (const [rule, isOk] of Object.entries(findings(camera))) count(rule, cameraId, isOk);
  }
  return [...rules].map(([rule, { okCount, failed }]) => ({
    rule,
    okCount,
    failedCount: failed.length,
    failed: failed.slice(0, maxShown),
  }));
}
