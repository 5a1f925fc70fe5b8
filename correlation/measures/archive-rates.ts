import type { Figure, Share } from '../../contracts/index.ts';
import { archiveRules, consistency, type Finding, isCameraCode } from './archive-rules.ts';
import type { District } from './district.ts';
import { figureOf, ratio, rowOf } from './figure.ts';
import { camerasIn, type Scope } from './scope.ts';

/** M14.complete: required columns of the archive that are filled (rule R30). */
export function archiveCompleteness(district: District, scope: Scope): Figure {
  const rows = camerasIn(district, scope).flatMap((camera) => {
    const row = district.archive?.get(camera.cameraId);
    if (row === undefined) return [];
    const { requiredCount, blankRequired } = row;
    const because = blankRequired.length === 0 ? 'every required column is filled' : blankRequired.join(', ');
    return [rowOf(camera, requiredCount - blankRequired.length, requiredCount, because)];
  });
  return figureOf({ metric: 'M14.complete', unit: 'count', rows });
}

/** Pool the findings of several rules, and tell each by itself as well: pooled ones hide a broken rule. */
function pooled(
  metric: string,
  district: District,
  scope: Scope,
  findingsOf: (camera: District['cameras'][number]) => Readonly<Record<string, Finding>>,
): Figure {
  const parts: Record<string, Share> = {};
  const rows = camerasIn(district, scope).map((camera) => {
    const findings = Object.entries(findingsOf(camera));
    const run = findings.filter(([, finding]) => finding !== null);
    const passed = run.filter(([, finding]) => finding === true);
    const failed = run.filter(([, finding]) => finding === false).map(([rule]) => rule);
    for (const [rule, finding] of findings) {
      const { numerator, denominator } = parts[rule] ?? { numerator: 0, denominator: 0 };
      parts[rule] = {
        numerator: numerator + (finding === true ? 1 : 0),
        denominator: denominator + (finding === null ? 0 : 1),
      };
    }
    const because = failed.length === 0 ? 'nothing to object to' : `fails ${failed.join(', ')}`;
    return rowOf(camera, passed.length, run.length, because);
  });
  // One rule broken by every hundredth camera hardly shows in the pooled rate.
  const faultless = rows.filter(({ numerator, denominator }) => numerator === denominator).length;
  return figureOf({
    metric,
    unit: 'count',
    rows,
    parts,
    variants: { faultlessCameras: ratio(faultless, rows.length) },
  });
}

/** M14.accurate: rules A1–A11 that are passed, of those that can be asked (rule R31). */
export const archiveAccuracy = (district: District, scope: Scope): Figure =>
  pooled('M14.accurate', district, scope, archiveRules(district));

/** M14.consistent: declared values that are what was measured (rule R32). */
export const archiveConsistency = (district: District, scope: Scope): Figure =>
  pooled('M14.consistent', district, scope, (camera) => consistency(district, camera));

/** M15, archived: cameras with an archive row, of all that the archive, the catalogue or the network know (rule R29). */
export function archivedRate(district: District): Figure {
  const archived = new Set(district.cameras.map(({ cameraId }) => cameraId));
  const seen = new Set(
    [...(district.catalogue ?? []), ...district.measured.keys(), ...district.states.keys()].filter(
      (code) => isCameraCode(code) && !archived.has(code),
    ),
  );
  const rows = [
    ...district.cameras.map((camera) => rowOf(camera, 1, 1, 'has an archive row')),
    ...[...seen].map((cameraId) => rowOf({ cameraId }, 0, 1, 'seen, but not in the archive')),
  ];
  return figureOf({ metric: 'M15', unit: 'count', rows, target: 1 });
}
