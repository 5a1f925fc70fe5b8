import type { Camera, CameraState } from '../../contracts/index.ts';
import { stateNow } from './camera-time.ts';
import type { District } from './district.ts';
import { distanceToRingM, isInside, planeAbout, type PointM } from './plane.ts';
import { asOfMs } from './rates.ts';

/** What a rule says of a camera; null: it cannot be asked of this one. */
export type Finding = boolean | null;

const slackM = 0.5;
const leastRetentionDays = 30;
const cameraTypes = new Set(['131', '132']);

/** Whether a code names a camera by its type digits. */
export const isCameraCode = (code: string): boolean =>
  /^\d{20}$/.test(code) && cameraTypes.has(code.slice(10, 13));

const isSectorKnown = (code: string): boolean => {
  const sector = Number(code.slice(8, 10));
  return sector <= 14 || (sector >= 40 && sector <= 45);
};

/** Longitudes and latitudes of China: exchanged ones stand in each other's range. */
const looksSwapped = (lonDeg: number, latDeg: number): boolean =>
  lonDeg >= 3 && lonDeg <= 54 && latDeg >= 73 && latDeg <= 136;

const countOf = <K>(keys: readonly K[]): Map<K, number> => {
  const counts = new Map<K, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

function mostCommon(values: readonly string[]): string {
  const counts = [...countOf(values)].toSorted(([, a], [, b]) => b - a);
  return counts[0]?.[0] ?? '';
}

const fits: Readonly<Record<number, ReadonlySet<CameraState>>> = {
  1: new Set(['online', 'offline']),
  2: new Set(['maintenance', 'offline']),
  3: new Set(['retired']),
};

function isInDistrict(streets: NonNullable<District['streets']>, point: PointM): boolean {
  return streets.some((rings) =>
    rings.some((ring) => isInside(ring, point) || distanceToRingM(ring, point) <= slackM),
  );
}

/** The rules of rule R31 for one district: given a camera, the finding of each by name. */
export function archiveRules(district: District): (camera: Camera) => Readonly<Record<string, Finding>> {
  const { cameras, archive, streets } = district;
  const civilCode = district.civilCode ?? mostCommon(cameras.map((camera) => camera.civilCode));
  const codes = countOf(cameras.map(({ cameraId }) => cameraId));
  const places = countOf(cameras.map(({ cameraId }) => archive?.get(cameraId)?.placeText ?? null));
  const toPlane = planeAbout(district.reference.lonDeg, district.reference.latDeg);
  return (camera) => {
    const { cameraId, lonDeg, latDeg } = camera;
    const row = archive?.get(cameraId);
    const lonWritten = row?.writtenLonDeg ?? lonDeg;
    const latWritten = row?.writtenLatDeg ?? latDeg;
    const isWritten = lonWritten !== null && latWritten !== null;
    const state = stateNow(district, camera);
    const placeText = row?.placeText ?? null;
    return {
      A1: isCameraCode(cameraId) && cameraId.startsWith(civilCode) && isSectorKnown(cameraId),
      A2: codes.get(cameraId) === 1,
      A3: cameraId.startsWith(camera.civilCode),
      A4:
        streets === undefined
          ? null
          : lonDeg !== null && latDeg !== null && isInDistrict(streets, toPlane(lonDeg, latDeg)),
      A5: isWritten && !(lonWritten === 0 && latWritten === 0),
      A6: isWritten && !looksSwapped(lonWritten, latWritten),
      A7: camera.installedAtMs !== null && camera.installedAtMs <= asOfMs(district),
      A8: camera.retentionDays !== null && camera.retentionDays >= leastRetentionDays,
      A9: camera.pointClass === 1 ? camera.isDeclaredNetworked === true : null,
      A10: placeText === null ? null : places.get(placeText) === 1,
      A11: state === 'unknown' ? null : (fits[camera.deviceStatus]?.has(state) ?? false),
    };
  };
}

const namedSizes: Readonly<Record<string, readonly [number, number]>> = {
  '1080P': [1920, 1080],
  '720P': [1280, 720],
  '4K': [3840, 2160],
  D1: [704, 576],
  '4CIF': [704, 576],
  CIF: [352, 288],
};

/** Whether a declared picture size is the measured one: the same two numbers in any order, `n万` within a tenth. */
export function isSameSize(declared: string, widthPx: number, heightPx: number): Finding {
  const text = declared.trim().toUpperCase();
  if (text === '') return null;
  const millions = /^(\d+(?:\.\d+)?)万(?:像素)?$/.exec(text);
  if (millions !== null) {
    const declaredPx = Number(millions[1]) * 10_000;
    return Math.abs(widthPx * heightPx - declaredPx) <= declaredPx / 10;
  }
  const numbers = namedSizes[text] ?? (text.match(/\d+/g) ?? []).map(Number);
  if (numbers.length !== 2) return false;
  return (
    Math.max(...numbers) === Math.max(widthPx, heightPx) &&
    Math.min(...numbers) === Math.min(widthPx, heightPx)
  );
}

/** Declared against measured (rule R32), compared only where both sides are there. */
export function consistency(district: District, camera: Camera): Readonly<Record<string, Finding>> {
  const seen = district.measured.get(camera.cameraId);
  const state = stateNow(district, camera);
  const ipAddress = seen?.ipAddress ?? null;
  const isSized = seen !== undefined && seen.widthPx !== null && seen.heightPx !== null;
  return {
    resolution: isSized
      ? isSameSize(
          district.archive?.get(camera.cameraId)?.resolutionText ?? '',
          seen.widthPx ?? 0,
          seen.heightPx ?? 0,
        )
      : null,
    ip: camera.ipAddress === null || ipAddress === null ? null : camera.ipAddress === ipAddress,
    online: state === 'unknown' ? null : (camera.deviceStatus === 1) === (state === 'online'),
  };
}
