import type { Camera } from '../../contracts/index.ts';
import type { ArchiveRow } from '../measures/index.ts';
import { fromWgs84 } from '../coordinates.ts';
import { disarmed } from './cell-text.ts';
import { type CameraColumn, cameraColumns } from './columns.ts';
import { type TableFile, tableFile } from './table-file.ts';

const chinaMs = 8 * 3_600_000;
const dayMs = 86_400_000;

/** A day in Chinese time, with the time of day where there is one. */
function dayText(atMs: number): string {
  const text = new Date(atMs + chinaMs).toISOString();
  return (atMs + chinaMs) % dayMs === 0 ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}

/** At least six decimals, as such files have them; nine where a conversion needs them. */
const degreesText = (value: number): string => value.toFixed(9).replace(/0{1,3}$/, '');

function plainText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
}

/** One cell of an export: what the importer reads back to the same value. */
function cellOf({ field, text }: CameraColumn, camera: Camera, row: ArchiveRow | undefined): string {
  switch (field) {
    case 'lonDeg':
    case 'latDeg': {
      const { lonDeg, latDeg, declaredCoordinateSystem } = camera;
      if (lonDeg === null || latDeg === null) return '';
      const place =
        declaredCoordinateSystem === 'WGS-84'
          ? { lonDeg, latDeg }
          : fromWgs84({ lonDeg, latDeg }, declaredCoordinateSystem);
      return degreesText(place[field]);
    }
    case 'declaredSize':
      return camera.declaredWidthPx === null || camera.declaredHeightPx === null
        ? ''
        : `${camera.declaredWidthPx}*${camera.declaredHeightPx}`;
    case 'installedAtMs':
    case 'retiredAtMs': {
      const atMs = camera[field];
      return atMs === null ? '' : dayText(atMs);
    }
    case 'isDeclaredHd':
      return plainText(row?.isDeclaredHd);
    case 'isTracing':
      return row?.isTracing === true ? '1' : '';
    default: {
      const value = plainText((camera as Readonly<Record<string, unknown>>)[field]);
      return text === 'free' ? disarmed(value) : value;
    }
  }
}

/**
 * The cameras on file in the columns of a 公安 一机一档 file; reading it back changes nothing.
 * @param headers pinyin keys, or Chinese headers.
 */
export function exportCameraFile(
  cameras: readonly Camera[],
  archive: ReadonlyMap<string, ArchiveRow>,
  options: { readonly format: 'csv' | 'xlsx'; readonly headers: 'pinyin' | 'chinese' },
): TableFile {
  const rows = cameras.map((camera) =>
    cameraColumns.map((column) => cellOf(column, camera, archive.get(camera.cameraId))),
  );
  const headers = cameraColumns.map(({ names }) => names[options.headers === 'pinyin' ? 0 : 1] ?? '');
  return tableFile('cameras', [headers, ...rows], options.format);
}
