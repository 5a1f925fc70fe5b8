import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { KnownPlace, OfficialRecord, SceneEvent } from '../../contracts/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { type Gazetteer, openGazetteer, readKnownPlaces } from '../places/index.ts';
import { loadProfile, personalValuesOf, readRecords, type RejectedRow } from '../records/index.ts';
import { paraphraser } from './paraphrase.ts';
import { CityTruth } from './truth.ts';

/** Which profile reads which file of a set. */
const profiles: Readonly<Record<string, string>> = {
  jjd_110: 'call110-gcj02',
  pjd_110: 'dispatch110',
  fkd_110: 'feedback110',
  traffic_events: 'traffic-event',
  chengguan_cases: 'enforcement-case',
  resident_hotline: 'resident-report',
  resident_web: 'resident-report',
  permits: 'permit',
  manifests: 'manifest',
  rfid_reads: 'rfid-read',
  fire_alarms: 'fire-alarm',
};

export interface CityFile {
  readonly stem: string;
  /** Every row that could be read, with its number. */
  readonly rows: readonly { readonly row: number; readonly record: OfficialRecord }[];
  readonly rejected: readonly RejectedRow[];
}

export interface RecordCity {
  readonly gazetteer: Gazetteer;
  readonly places: readonly KnownPlace[];
  readonly files: readonly CityFile[];
  readonly events: readonly SceneEvent[];
  readonly truth: CityTruth;
  /** What stood in the columns about callers; none of it may be left anywhere. */
  readonly personalValues: ReadonlySet<string>;
}

const Event = z.object({
  eventId: z.uuid(),
  kind: z.enum(['illegal_dumping', 'lane_obstruction', 'smoke_fire', 'intrusion', 'crowding']),
  cameraId: z.string(),
  point: z.object({ lon: z.number(), lat: z.number() }),
  pointErrorM: z.number(),
  startedAtMs: z.int(),
  raisedAtMs: z.int(),
  confidence: z.number(),
  actor: z
    .object({ class: z.string(), vehicleClass: z.string().optional(), vehicleColor: z.string().nullish() })
    .nullable(),
  arrivedAtMs: z.int().optional(),
  putDownAtMs: z.int().optional(),
  departedAtMs: z.int().optional(),
  clearedAtMs: z.int().nullish(),
  endedAtMs: z.int().nullish(),
});

const classes: Readonly<Record<string, NonNullable<SceneEvent['actor']>['className']>> = {
  person: 'person',
  truck: 'truck',
  smallTruck: 'truck',
  van: 'van',
  car: 'car',
  threeWheeler: 'threeWheeler',
  motorcycle: 'motorcycle',
  bicycle: 'bicycle',
  bus: 'bus',
};

const noBox = { xNorm: 0, yNorm: 0, wNorm: 0.1, hNorm: 0.1 } as const;

function eventOf(raw: unknown, areaCode: string, cameraIds: Map<string, string>): SceneEvent {
  const event = Event.parse(raw);
  const { actor, point } = event;
  const cameraId =
    cameraIds.get(event.cameraId) ?? `33020300001320${String(cameraIds.size + 1).padStart(6, '0')}`;
  cameraIds.set(event.cameraId, cameraId);
  const className = actor === null ? undefined : classes[actor.vehicleClass ?? actor.class];
  return {
    eventId: event.eventId,
    revision: 0,
    cameraId,
    areaCode,
    kind: event.kind,
    phase: 'ended',
    ruleId: 'dumping',
    zoneId: 'all',
    startedAtMs: event.startedAtMs,
    raisedAtMs: event.raisedAtMs,
    moments: {
      arrivedAtMs: event.arrivedAtMs ?? event.startedAtMs,
      putDownAtMs: event.putDownAtMs ?? null,
      departedAtMs: event.departedAtMs ?? null,
      clearedAtMs: event.clearedAtMs ?? null,
    },
    box: noBox,
    sourceWidthPx: 1_920,
    sourceHeightPx: 1_080,
    actor:
      className === undefined
        ? null
        : {
            className,
            trackId: '',
            box: noBox,
            colour: actor?.vehicleColor ?? null,
            enteredFrom: null,
            leftTo: null,
          },
    confidence: event.confidence,
    caveats: [],
    location: { lonDeg: point.lon, latDeg: point.lat },
    locationErrorM: Math.max(3, event.pointErrorM),
    poleNumber: null,
    clockOffsetMs: null,
    media: [],
    trace: [],
  };
}

/**
 * Read a set of records, events, places and their truth as it lies in a folder, records by the shipped profiles.
 * @param paraphraseSeed read it as another city in other words, see `paraphraser`.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when a file is missing or is not what it should be.
 */
export async function readRecordCity(dir: string, paraphraseSeed?: number): Promise<RecordCity> {
  const areaCode = '000000000000';
  try {
    const placeFile = await readFile(join(dir, 'places.geojson'));
    const original = readKnownPlaces(placeFile, 'places.geojson', 0).places;
    const otherwise =
      paraphraseSeed === undefined
        ? null
        : paraphraser(
            original.filter(({ kind }) => kind !== 'door' && kind !== 'pole').map(({ name }) => name),
            paraphraseSeed,
          );
    const places =
      otherwise === null
        ? original
        : readKnownPlaces(rewritten(placeFile, otherwise.places), 'places.geojson', 0).places;
    const gazetteer = openGazetteer(places);
    const truth = CityTruth.parse(JSON.parse(await readFile(join(dir, 'truth.json'), 'utf8')));
    const cameraIds = new Map<string, string>();
    const events = (await readFile(join(dir, 'events.ndjson'), 'utf8'))
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => eventOf(JSON.parse(line), areaCode, cameraIds));
    const files: CityFile[] = [];
    const personalValues = new Set<string>();
    const names = (await readdir(join(dir, 'records'))).filter((name) => name.endsWith('.csv')).toSorted();
    for (const name of names) {
      const stem = basename(name, '.csv');
      const profileName = profiles[stem];
      if (profileName === undefined) continue;
      const content = await readFile(join(dir, 'records', name));
      const profile = await loadProfile(profileName);
      for (const value of personalValuesOf(content, name, profile)) personalValues.add(value);
      const { rows, rejected } = readRecords({
        content: otherwise === null ? content : rewritten(content, otherwise.records),
        fileName: name,
        profile,
        defaults: { areaCode },
        gazetteer,
      });
      files.push({ stem, rows, rejected });
    }
    return { gazetteer, places, files, events, truth, personalValues };
  } catch (cause) {
    if (cause instanceof PipelineError) throw cause;
    throw new PipelineError('IMPORT_FILE_UNREADABLE', `${dir} is no set of records: ${messageOf(cause)}`, {
      hint: 'It must hold records/*.csv, events.ndjson, places.geojson and truth.json.',
      cause,
    });
  }
}

function rewritten(content: Uint8Array, rewrite: (text: string) => string): Uint8Array {
  const utf8 = new TextDecoder('utf-8').decode(content);
  const text = utf8.includes('\uFFFD') ? new TextDecoder('gb18030').decode(content) : utf8;
  return new TextEncoder().encode(rewrite(text));
}
