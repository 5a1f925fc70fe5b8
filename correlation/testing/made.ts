import type { Command, OfficialRecord, Person, SceneEvent } from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';

/** When and where the made-up things of these tests are. */
export const baseMs = Date.parse('2026-06-15T08:30:00+08:00');
export const basePlace = { lonDeg: 121.5432, latDeg: 29.8684 } as const;
export const areaCode = '330203540000';
const metresPerDegree = { lon: 96_500, lat: 110_850 } as const;

/** A place so many metres east and north of the base. */
export const placeAt = (eastM: number, northM = 0): { lonDeg: number; latDeg: number } => ({
  lonDeg: basePlace.lonDeg + eastM / metresPerDegree.lon,
  latDeg: basePlace.latDeg + northM / metresPerDegree.lat,
});

export const cameraIdOf = (index: number): string => `33020300001320000${String(100 + index)}`;

export const boxAt = (xNorm: number): SceneEvent['box'] => ({ xNorm, yNorm: 0.5, wNorm: 0.08, hNorm: 0.08 });

/** A dumping that begins `startedS` seconds after the base. */
export function madeEvent(
  given: Partial<SceneEvent> & { startedS?: number; camera?: number; clearedS?: number } = {},
): SceneEvent {
  const { startedS = 0, camera = 1, clearedS, ...rest } = given;
  const startedAtMs = rest.startedAtMs ?? baseMs + startedS * 1_000;
  const cameraId = cameraIdOf(camera);
  const box = rest.box ?? boxAt(0.3);
  return {
    // Tests give each area the same cameras, which a district does not.
    eventId: deterministicId('event', rest.areaCode ?? areaCode, cameraId, startedAtMs, box.xNorm),
    revision: clearedS === undefined ? 0 : 1,
    cameraId,
    areaCode,
    kind: 'illegal_dumping',
    phase: clearedS === undefined ? 'started' : 'ended',
    ruleId: 'dumping',
    zoneId: 'all',
    startedAtMs,
    raisedAtMs: startedAtMs + 14_000,
    moments: {
      arrivedAtMs: startedAtMs,
      putDownAtMs: startedAtMs + 2_000,
      departedAtMs: startedAtMs + 5_000,
      clearedAtMs: clearedS === undefined ? null : baseMs + clearedS * 1_000,
    },
    box,
    sourceWidthPx: 768,
    sourceHeightPx: 576,
    actor: null,
    confidence: 0.9,
    caveats: [],
    location: placeAt((camera - 1) * 20),
    poleNumber: null,
    clockOffsetMs: null,
    media: [],
    trace: [],
    ...rest,
  };
}

/** A call about a dumping, `reportedS` seconds after the base. */
export function madeRecord(
  given: Partial<OfficialRecord> & { reportedS?: number; number?: number } = {},
): OfficialRecord {
  const { reportedS = 240, number = 1, ...rest } = given;
  const sourceId = `call-${number}`;
  return {
    recordId: deterministicId('record', rest.areaCode ?? areaCode, sourceId),
    source: 'call110',
    sourceId,
    areaCode,
    kind: 'illegal_dumping',
    sourceKind: '06011',
    reportedAtMs: baseMs + reportedS * 1_000,
    occurredAtMs: null,
    text: '路边有一袋装修垃圾',
    address: null,
    ...placeAt(5),
    poleNumber: null,
    vehiclePlate: null,
    vehicleClass: null,
    vehicleColour: null,
    status: 'active',
    sourceVersion: 0,
    changedAtMs: null,
    partOfSourceId: null,
    repeatsSourceId: null,
    spots: [],
    validity: null,
    importedFrom: null,
    ...rest,
  };
}

export const officer: Person = { userId: 'u1', name: 'Officer', unit: '综合执法中队' };

export function madeCommand(
  given: Pick<Command, 'incidentId' | 'action'> & Partial<Command> & { issuedS?: number },
): Command {
  const { issuedS = 600, ...rest } = given;
  const issuedAtMs = baseMs + issuedS * 1_000;
  return {
    commandId: deterministicId('command', rest.incidentId, JSON.stringify(rest.action), issuedAtMs),
    areaCode,
    expectedVersion: null,
    issuedBy: officer,
    issuedAtMs,
    ...rest,
  };
}
