import type { z } from 'zod';
import {
  archiveRowTable,
  cameraTable,
  exclusionTable,
  faultTicketTable,
  type HistoryKind,
  type HistoryListing,
  historyListingTable,
  keyPlaceTable,
  outlineTable,
  type PicturePass,
  proberOutageTable,
} from '../../contracts/index.ts';
import type { Store } from '../../store/index.ts';
import {
  type District,
  imageValidMs,
  intervalsFromRows,
  isManualCause,
  monthOf,
  planeAbout,
  startOfMonth,
  stateAt,
  type StateInterval,
} from '../measures/index.ts';
import {
  catalogueSql,
  ClockLists,
  clocksSql,
  Code,
  endless,
  ImageLists,
  imagesSql,
  Kept,
  keptSql,
  Oldest,
  oldestSql,
  OsdRow,
  osdSql,
  passOfLetter,
  recordingsSql,
  seenSql,
  slackMs,
  SpanLists,
  StateLists,
  statesSql,
  StreamRow,
  streamsSql,
} from './district-sql.ts';

/** Which time the figures of a district are asked for. */
export type DistrictTime = Pick<District, 'window' | 'instantMs'> & Partial<Pick<District, 'asOfMs'>>;

const endMs = (seconds: number, window: District['window']): number =>
  seconds === endless ? Math.max(window.toMs, 0) : seconds * 1_000;

function stateRows(lists: readonly z.infer<typeof StateLists>[], window: District['window']) {
  return new Map(
    lists.map(({ cameraId, fromS, toS, states, causes }) => [
      cameraId,
      fromS.map(
        (from, index): StateInterval => ({
          fromMs: from * 1_000,
          toMs: endMs(toS[index] ?? 0, window),
          state: states[index] ?? 'unknown',
          cause: causes[index] ?? '',
        }),
      ),
    ]),
  );
}

const passOf = (letter: string): PicturePass => (letter === 'n' ? passOfLetter.n : passOfLetter.d);

/** The listing that speaks of a moment: the newest by then; where there is none yet, the first one after. */
function listingAt(
  listings: readonly HistoryListing[],
  kind: HistoryKind,
  asOfMs: number,
): HistoryListing | undefined {
  const ordered = listings
    .filter((listing) => listing.kind === kind)
    .toSorted((a, b) => a.listedAtMs - b.listedAtMs || a.importedAtMs - b.importedAtMs);
  return ordered.findLast(({ listedAtMs }) => listedAtMs <= asOfMs) ?? ordered[0];
}

/** The middle of the cameras: near enough that a plane fits the district. */
export function middleOf(cameras: District['cameras']): District['reference'] {
  let [lonDeg, latDeg, count] = [0, 0, 0];
  for (const camera of cameras) {
    if (camera.lonDeg === null || camera.latDeg === null) continue;
    lonDeg += camera.lonDeg;
    latDeg += camera.latDeg;
    count++;
  }
  return { lonDeg: lonDeg / Math.max(1, count), latDeg: latDeg / Math.max(1, count) };
}

/**
 * Everything that the figures of a time are computed from, out of the store: one statement per kind of history, each
 * giving one row per camera.
 *
 * The latest asset file, key places and outlines hold for every time; catalogue and measured streams are those of then.
 */
export async function loadDistrict(
  store: Store,
  time: DistrictTime,
  reference?: District['reference'],
): Promise<District> {
  const { window, instantMs } = time;
  const asOfMs = time.asOfMs ?? Math.max(window.toMs, instantMs);
  // A check before the window still holds inside it, if the camera was online then.
  const early = { fromMs: window.fromMs - imageValidMs, toMs: window.toMs };
  const recorded = { fromMs: window.fromMs - slackMs, toMs: window.toMs + slackMs };
  const excluded = { fromMs: startOfMonth(window.fromMs), toMs: monthOf(window.toMs - 1).endMs };
  const [
    cameras,
    archive,
    keyPlaces,
    listings,
    kept,
    stateLists,
    seen,
    images,
    recordings,
    oldest,
    clocks,
    osd,
    streams,
    exclusions,
    outages,
    faults,
  ] = await Promise.all([
    store.find(cameraTable, { orderBy: 'cameraId' }),
    store.find(archiveRowTable),
    store.find(keyPlaceTable, { orderBy: 'keyPlaceId' }),
    store.find(historyListingTable),
    store.query(keptSql, {}, Kept),
    store.query(statesSql, early, StateLists),
    store.query(seenSql, { toMs: window.toMs }, Code),
    store.query(imagesSql, early, ImageLists),
    store.query(recordingsSql, recorded, SpanLists),
    store.query(oldestSql, { asOfMs }, Oldest),
    store.query(clocksSql, { ...window }, ClockLists),
    store.query(osdSql, { asOfMs }, OsdRow),
    store.query(streamsSql, { asOfMs }, StreamRow),
    store.find(exclusionTable, {
      where: 'fromMs < {toMs:Int64} AND toMs > {fromMs:Int64}',
      params: excluded,
      orderBy: 'ordinal, exclusionId',
    }),
    store.find(proberOutageTable, {
      where: 'fromMs < {toMs:Int64} AND (toMs IS NULL OR toMs > {fromMs:Int64})',
      params: { ...window },
    }),
    store.find(faultTicketTable, {
      where: `repairedAtMs IS NULL OR repairedAtMs >= {fromMs:Int64} OR detectedAtMs >= {fromMs:Int64}
        OR detectedAtMs + limitHours * 3600000 >= {fromMs:Int64}`,
      params: { fromMs: window.fromMs },
      orderBy: 'ticketId, ordinal',
    }),
  ]);
  const isKept = new Set(kept.filter(({ isAny }) => isAny === 1).map(({ name }) => name));
  const has = (kind: HistoryKind, table: string): boolean =>
    isKept.has(table) || listings.some((listing) => listing.kind === kind);
  const at = reference ?? middleOf(cameras);
  const catalogue = listingAt(listings, 'catalogue', asOfMs);
  const outlineIds = (['outlines', 'buildings'] as const).flatMap(
    (kind) => listingAt(listings, kind, Infinity)?.listingId ?? [],
  );
  const [catalogued, outlines] = await Promise.all([
    catalogue === undefined ? null : store.query(catalogueSql, { listingId: catalogue.listingId }, Code),
    store.find(outlineTable, {
      where: 'has({ids:Array(String)}, toString(listingId))',
      params: { ids: outlineIds },
    }),
  ]);
  const toPlane = planeAbout(at.lonDeg, at.latDeg);
  const shapes = Map.groupBy(
    outlines.map(({ level, rings }) => ({
      level,
      rings: rings.map((ring) => ring.map(([lon, lat]) => toPlane(lon, lat))),
    })),
    ({ level }) => level,
  );

  const rows = stateRows(stateLists, early);
  const stateBefore = (cameraId: string): ((atMs: number) => string) => {
    let before: readonly StateInterval[] | null = null;
    return (atMs) =>
      stateAt(
        (before ??= intervalsFromRows(rows.get(cameraId) ?? [], {
          fromMs: early.fromMs,
          toMs: window.fromMs,
        })),
        atMs,
      );
  };
  const states = new Map<string, readonly StateInterval[]>();
  const statesWithoutManual = new Map<string, readonly StateInterval[]>();
  for (const { cameraId } of seen) if (!rows.has(cameraId)) rows.set(cameraId, []);
  for (const [cameraId, list] of rows) {
    states.set(cameraId, intervalsFromRows(list, window));
    const others = list.filter(({ cause }) => !isManualCause(cause));
    if (others.length < list.length) statesWithoutManual.set(cameraId, intervalsFromRows(others, window));
  }
  const names = new Map(
    outlines
      .filter(({ level, name }) => level !== 'building' && name !== '')
      .map(({ level, code, name }) => [`${level}:${code}`, name]),
  );
  const streets = (shapes.get('street') ?? []).map(({ rings }) => rings);
  return {
    cameras,
    keyPlaces,
    states,
    statesWithoutManual,
    measured: new Map(
      streams.map(({ cameraId, pulledAtMs, pulledLaterAtMs, ...measured }) => [
        cameraId,
        { ...measured, lastPullAtMs: pulledAtMs ?? pulledLaterAtMs },
      ]),
    ),
    catalogue: catalogued === null ? null : new Set(catalogued.map(({ cameraId }) => cameraId)),
    buildings: (shapes.get('building') ?? []).flatMap(({ rings }) => rings),
    window,
    instantMs,
    asOfMs,
    reference: at,
    names,
    exclusions,
    proberOutages: outages.map((outage) => ({ ...outage, toMs: outage.toMs ?? window.toMs })),
    ...(archive.length === 0 ? {} : { archive: new Map(archive.map((row) => [row.cameraId, row])) }),
    ...(streets.length === 0 ? {} : { streets }),
    ...(has('image-checks', 'image_check')
      ? {
          imageChecks: new Map(
            images.map(({ cameraId, atS, passes, results }) => {
              const stateAtMs = stateBefore(cameraId);
              const checks = atS
                .map((atSeconds, index) => ({
                  checkedAtMs: atSeconds * 1_000,
                  pass: passOf(passes.charAt(index)),
                  result: results[index] ?? 'unknown',
                }))
                .filter(
                  ({ checkedAtMs }) => checkedAtMs >= window.fromMs || stateAtMs(checkedAtMs) === 'online',
                );
              return [cameraId, checks];
            }),
          ),
        }
      : {}),
    ...(has('recordings', 'recording_segment')
      ? {
          recordings: new Map(
            recordings.map(({ cameraId, fromS, toS }) => [
              cameraId,
              fromS.map((from, index) => ({ fromMs: from * 1_000, toMs: (toS[index] ?? 0) * 1_000 })),
            ]),
          ),
          oldestRecordingMs: new Map(oldest.map(({ cameraId, oldestMs }) => [cameraId, oldestMs])),
        }
      : {}),
    ...(has('clocks', 'clock_check')
      ? {
          clockChecks: new Map(
            clocks.map(({ cameraId, atS, offsetsS, errorsS }) => [
              cameraId,
              atS.map((atSeconds, index) => ({
                measuredAtMs: atSeconds * 1_000,
                offsetS: offsetsS[index] ?? 0,
                errorS: errorsS[index] ?? 0,
              })),
            ]),
          ),
        }
      : {}),
    ...(has('osd-checks', 'osd_check')
      ? { osdChecks: new Map(osd.map(({ cameraId, ...check }) => [cameraId, [check]])) }
      : {}),
    ...(has('faults', 'fault_ticket') ? { faults } : {}),
  };
}
