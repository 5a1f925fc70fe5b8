import type { Camera, Figure } from '../../contracts/index.ts';
import { cameraTimes, isInService } from './camera-time.ts';
import type { ClockCheck, District, ImageCheck, OsdCheck } from './district.ts';
import { figureOf, ratio, rowOf } from './figure.ts';
import type { Span } from './intervals.ts';
import { camerasIn, type Scope, spanOf } from './scope.ts';
import { requiredCameras } from './time-rates.ts';

const accurateS = 60;
const tracingS = 5;

/** The latest of some checks; of equal times the later in the list. */
function latest<T>(checks: readonly T[], atMs: (check: T) => number): T | undefined {
  let last: T | undefined;
  for (const check of checks) if (last === undefined || atMs(check) >= atMs(last)) last = check;
  return last;
}

const isWithin = ({ fromMs, toMs }: Span, atMs: number): boolean => fromMs <= atMs && atMs < toMs;

/**
 * M9, picture quality of one pass: by the last check that counts and told something (rule R29). Broken and offline
 * cameras are not diagnosed, so the sample coverage stands beside it.
 */
export function pictureQuality(district: District, scope: Scope, pass: ImageCheck['pass']): Figure {
  const span = spanOf(scope, district);
  const times = cameraTimes(district);
  const sample = requiredCameras(district, scope);
  const rows = sample.flatMap((camera) => {
    const told = (times.get(camera.cameraId)?.imageChecks ?? []).filter(
      (check) => check.pass === pass && check.result !== 'unknown' && isWithin(span, check.checkedAtMs),
    );
    const last = latest(told, ({ checkedAtMs }) => checkedAtMs);
    return last === undefined ? [] : [rowOf(camera, last.result === 'normal' ? 1 : 0, 1, last.result)];
  });
  return figureOf({
    metric: `M9.${pass}`,
    unit: 'count',
    rows,
    sampleCoverage: ratio(rows.length, sample.length),
  });
}

/** M12, right clocks: 60 s off at most, 5 s for cameras that serve tracing (rule R29). */
export function clockAccuracy(district: District, scope: Scope, isTracingOnly: boolean): Figure {
  const span = spanOf(scope, district);
  const isTracing = ({ cameraId }: Camera): boolean => district.archive?.get(cameraId)?.isTracing === true;
  const sample = requiredCameras(district, scope);
  let surely = 0;
  let oldestMs = Infinity;
  const rows = sample
    .filter((camera) => !isTracingOnly || isTracing(camera))
    .flatMap((camera) => {
      const measured = (district.clockChecks?.get(camera.cameraId) ?? []).filter(
        (check): check is ClockCheck & { offsetS: number } =>
          check.offsetS !== null && isWithin(span, check.measuredAtMs),
      );
      const last = latest(measured, ({ measuredAtMs }) => measuredAtMs);
      if (last === undefined) return [];
      const allowedS = isTracing(camera) ? tracingS : accurateS;
      const isRight = Math.abs(last.offsetS) <= allowedS;
      if (Math.abs(last.offsetS) + (last.errorS ?? 0) <= allowedS) surely++;
      oldestMs = Math.min(oldestMs, last.measuredAtMs);
      return [rowOf(camera, isRight ? 1 : 0, 1, `${last.offsetS} s off, ${allowedS} s allowed`)];
    });
  return figureOf({
    metric: isTracingOnly ? 'M12.tracing' : 'M12',
    unit: 'count',
    rows,
    sampleCoverage: isTracingOnly ? null : ratio(rows.length, sample.length),
    variants: {
      /** Right even if the measurement was off by its whole error. */
      withError: surely,
      oldestMeasurementS: rows.length === 0 ? null : Math.round((span.toMs - oldestMs) / 1_000),
    },
  });
}

const wasSampled = ({ findings }: OsdCheck): boolean => findings.every((finding) => finding !== null);

/** M13, on-screen text: a sample of the cameras in service; one counts when its last check looked at everything (rule R29). */
export function osdCompliance(district: District, scope: Scope): Figure {
  const cameras = camerasIn(district, scope).filter((camera) => isInService(district, camera));
  const rows = cameras.flatMap((camera) => {
    const last = latest(district.osdChecks?.get(camera.cameraId) ?? [], ({ checkedAtMs }) => checkedAtMs);
    if (last === undefined || !wasSampled(last)) return [];
    const isRight = last.findings.every((finding) => finding === true);
    return [
      rowOf(camera, isRight ? 1 : 0, 1, isRight ? 'every part is right' : 'a part is missing or wrong'),
    ];
  });
  return figureOf({
    metric: 'M13',
    unit: 'count',
    rows,
    isSample: true,
    variants: { sampledShare: ratio(rows.length, cameras.length) },
  });
}
