import type { Camera, Figure } from '../../contracts/index.ts';
import { cameraTimes, isInService } from './camera-time.ts';
import type { District } from './district.ts';
import { dayMs } from './duty.ts';
import { figureOf, rowOf } from './figure.ts';
import { asOfMs } from './rates.ts';
import { camerasIn, type Scope } from './scope.ts';
import { intersectSpans, secondsWithin } from './spans.ts';

const retentionMs = 30 * dayMs;
const leastRecorded = 0.95;

function recordedShare(district: District, camera: Camera): number | null {
  const time = cameraTimes(district).get(camera.cameraId);
  if (time === undefined) return null;
  const requiredS = secondsWithin(time.requiredRaw, district.window);
  const recorded = intersectSpans(time.recorded, time.requiredRaw);
  return requiredS === 0 ? null : secondsWithin(recorded, district.window) / requiredS;
}

/**
 * M11, storage: the oldest segment kept is 30 days old (rule R16). One old clip is enough for that, so the suggested
 * figure asks in addition that 95 % of the required time of the window was recorded.
 */
export function storageRate(district: District, scope: Scope, isSuggested: boolean): Figure {
  const before = asOfMs(district) - retentionMs;
  const rows = camerasIn(district, scope)
    .filter(
      (camera) =>
        isInService(district, camera) && camera.installedAtMs !== null && camera.installedAtMs <= before,
    )
    .map((camera) => {
      const segments = district.recordings?.get(camera.cameraId) ?? [];
      const oldestMs =
        district.oldestRecordingMs === undefined
          ? segments.reduce((oldest, { fromMs }) => Math.min(oldest, fromMs), Infinity)
          : (district.oldestRecordingMs.get(camera.cameraId) ?? Infinity);
      if (oldestMs === Infinity) return rowOf(camera, 0, 1, 'nothing is kept');
      if (oldestMs > before) return rowOf(camera, 0, 1, 'the oldest segment is younger than 30 days');
      const share = isSuggested ? recordedShare(district, camera) : 1;
      if (share === null || share < leastRecorded)
        return rowOf(camera, 0, 1, 'less than 95 % of the required time was recorded');
      return rowOf(camera, 1, 1, 'kept for 30 days');
    });
  return figureOf({ metric: isSuggested ? 'M11.suggested' : 'M11', unit: 'count', rows });
}
