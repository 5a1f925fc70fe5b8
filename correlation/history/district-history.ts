import type { Camera, KeyPlace } from '../../contracts/index.ts';
import type { Outline } from '../cameras/index.ts';
import {
  type ArchiveRow,
  type District,
  type ExclusionRequest,
  type FaultTicket,
  intervalsFromRows,
  planeAbout,
} from '../measures/index.ts';
import type {
  CatalogueRow,
  ClockRow,
  ImageCheckRow,
  OsdRow,
  OutageRow,
  RecordingRow,
  StateRow,
  StreamRow,
} from './readers.ts';

/** What was brought in for one district, as the readers give it. */
export interface DistrictFiles {
  readonly cameras: readonly Camera[];
  readonly archive: ReadonlyMap<string, ArchiveRow>;
  readonly keyPlaces: readonly KeyPlace[];
  readonly outlines: readonly Outline[];
  readonly buildings: readonly Outline[];
  readonly states: readonly StateRow[];
  readonly exclusions: readonly ExclusionRequest[];
  readonly proberOutages: readonly OutageRow[];
  readonly imageChecks: readonly ImageCheckRow[];
  readonly recordings: readonly RecordingRow[];
  readonly streams: readonly StreamRow[];
  readonly catalogue: readonly CatalogueRow[];
  readonly clocks: readonly ClockRow[];
  readonly osdChecks: readonly OsdRow[];
  readonly faults: readonly FaultTicket[];
}

const byCamera = <T extends { readonly cameraId: string }>(rows: readonly T[]): Map<string, T[]> =>
  Map.groupBy(rows, ({ cameraId }) => cameraId);

/** Whether a row of a state says anything (rule R3). */
const lasts = ({ fromMs, toMs }: StateRow): boolean => toMs === null || toMs > fromMs;

/** Put the files of a district together; nothing is read or asked here. */
export function districtOf(
  files: DistrictFiles,
  at: Pick<District, 'window' | 'instantMs' | 'reference'> & Partial<Pick<District, 'asOfMs' | 'civilCode'>>,
): { readonly district: District; readonly stateRowsIgnored: number } {
  const { window, reference } = at;
  const toPlane = planeAbout(reference.lonDeg, reference.latDeg);
  const ringsOf = ({ rings }: Outline) => rings.map((ring) => ring.map(([lon, lat]) => toPlane(lon, lat)));
  const valid = files.states.filter(lasts);
  const states = new Map(
    [...byCamera(valid)].map(([cameraId, rows]) => [
      cameraId,
      intervalsFromRows(
        rows.map(({ state, cause, fromMs, toMs }) => ({ state, cause, fromMs, toMs: toMs ?? window.toMs })),
        window,
      ),
    ]),
  );
  const district: District = {
    ...at,
    cameras: files.cameras,
    archive: files.archive,
    keyPlaces: files.keyPlaces,
    streets: files.outlines.filter(({ level }) => level === 'street').map(ringsOf),
    buildings: files.buildings.flatMap(ringsOf),
    states,
    exclusions: files.exclusions,
    proberOutages: files.proberOutages,
    imageChecks: byCamera(files.imageChecks),
    recordings: byCamera(files.recordings),
    measured: new Map(files.streams.map(({ cameraId, ...measured }) => [cameraId, measured])),
    catalogue: new Set(files.catalogue.map(({ cameraId }) => cameraId)),
    clockChecks: byCamera(files.clocks),
    osdChecks: new Map(
      [...byCamera(files.osdChecks)].map(([cameraId, rows]) => [
        cameraId,
        rows.map((row) => ({
          checkedAtMs: row.checkedAtMs,
          findings: [row.isDateTimePresent, row.isDateTimeMoving, row.isPlaceNameRight, row.isSceneUncovered],
        })),
      ]),
    ),
    faults: files.faults,
  };
  return { district, stateRowsIgnored: files.states.length - valid.length };
}
