import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Incident, MediaRef, OfficialRecord, SceneEvent, StillRole } from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import type { MediaDraft, MediaStore } from '../../store/index.ts';

const run = promisify(execFile);
const sampleDir = join(import.meta.dirname, '..', '..', 'sample');

/** Wall time of the sample's first frame, as its container says. */
export const sampleStartMs = Date.parse('2026-06-15T08:30:00+08:00');
export const sampleCameraId = '33020300001320000101';
const areaCode = '330203540000';
const widthPx = 768;
const heightPx = 576;

/** Seconds of the sample that the five stills show; the moments themselves are in `sample/events.json`. */
const stillsAtS: Readonly<Record<StillRole, number>> = {
  before: 19,
  arrived: 25,
  putDown: 31.2,
  departed: 35,
  after: 45,
};
const clipFromS = 16;
const clipToS = 46;

/** Cut the stills and the clip of one event out of the sample and keep them. */
export async function keepSampleMedia(media: MediaStore, eventId: string): Promise<MediaRef[]> {
  const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-media-'));
  const video = join(sampleDir, 'renovation-waste.mp4');
  const draft = (role: MediaRef['role'], mimeType: string, fromS: number, toS: number): MediaDraft => ({
    mediaId: deterministicId('media', eventId, role),
    role,
    mimeType,
    isMasked: role !== 'original',
    capturedFromMs: sampleStartMs + fromS * 1_000,
    capturedToMs: sampleStartMs + toS * 1_000,
    widthPx,
    heightPx,
  });
  try {
    const kept: MediaRef[] = [];
    for (const [role, atS] of Object.entries(stillsAtS)) {
      const file = join(dir, `${role}.jpg`);
      await run('ffmpeg', ['-v', 'error', '-ss', `${atS}`, '-i', video, '-frames:v', '1', '-q:v', '3', file]);
      kept.push(await media.put(draft(role as StillRole, 'image/jpeg', atS, atS), await readFile(file)));
    }
    const clip = join(dir, 'clip.mp4');
    const cut = [
      '-ss',
      `${clipFromS}`,
      '-i',
      video,
      '-t',
      `${clipToS - clipFromS}`,
      '-c',
      'copy',
      '-movflags',
      '+faststart',
    ];
    await run('ffmpeg', ['-v', 'error', ...cut, clip]);
    const clipBytes = await readFile(clip);
    kept.push(await media.put(draft('clip', 'video/mp4', clipFromS, clipToS), clipBytes));
    kept.push(await media.put(draft('original', 'video/mp4', clipFromS, clipToS), clipBytes));
    return kept;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const at = (seconds: number): number => sampleStartMs + seconds * 1_000;

/** The sample's dumping as an incident, told as `sample/events.json` tells it. */
export function sampleIncident(given: {
  /** Tells incidents apart. */
  readonly name: string;
  readonly media: readonly MediaRef[];
  readonly records: readonly OfficialRecord[];
  /** Moved to another time, for a queue with more than one line. */
  readonly laterMs?: number;
  readonly cameraId?: string;
}): Incident {
  const { name, media, records, laterMs = 0, cameraId = sampleCameraId } = given;
  const atMs = (seconds: number): number => at(seconds) + laterMs;
  const eventId = deterministicId('event', name);
  const event: SceneEvent = {
    eventId,
    revision: 1,
    cameraId,
    areaCode,
    kind: 'illegal_dumping',
    phase: 'updated',
    ruleId: 'dumping',
    zoneId: 'whole-picture',
    startedAtMs: atMs(21.6),
    raisedAtMs: atMs(41.1),
    moments: {
      arrivedAtMs: atMs(21.6),
      putDownAtMs: atMs(31.1),
      departedAtMs: atMs(31.8),
      clearedAtMs: null,
    },
    box: { xNorm: 216 / widthPx, yNorm: 255 / heightPx, wNorm: 31 / widthPx, hNorm: 29 / heightPx },
    sourceWidthPx: widthPx,
    sourceHeightPx: heightPx,
    actor: {
      className: 'person',
      trackId: '17',
      box: { xNorm: 253 / widthPx, yNorm: 194 / heightPx, wNorm: 31 / widthPx, hNorm: 82 / heightPx },
      colour: null,
      enteredFrom: 'right',
      leftTo: 'right',
    },
    confidence: 0.87,
    caveats: [],
    location: { lonDeg: 121.5432, latDeg: 29.8684 },
    poleNumber: 'HAJ-017',
    clockOffsetMs: null,
    media: [...media],
    trace: [
      {
        condition: 'rest ms',
        fromMs: atMs(31.1),
        toMs: atMs(41.1),
        measured: 10_000,
        threshold: 10_000,
      },
      {
        condition: 'bringer away ms',
        fromMs: atMs(31.8),
        toMs: atMs(41.1),
        measured: 9_300,
        threshold: 3_000,
      },
    ],
  };
  const incidentId = deterministicId('incident', eventId);
  return {
    incidentId,
    version: 1,
    areaCode,
    kind: 'illegal_dumping',
    state: 'triage',
    openedAtMs: event.startedAtMs,
    updatedAtMs: event.raisedAtMs,
    location: event.location,
    cameraIds: [cameraId],
    events: [event],
    records: records.map((record, index) => ({
      record,
      eventId,
      score: index === 0 ? 0.93 : 0.52,
      parts: [
        {
          name: 'place',
          evidence: index === 0 ? 2.1 : 1.9,
          because: index === 0 ? '2 m apart' : '12 m apart',
        },
        { name: 'time', evidence: 0.3, because: '3 min after put-down' },
        {
          name: 'kind',
          evidence: index === 0 ? 0 : -1.9,
          because: index === 0 ? 'same kind' : 'another kind',
        },
      ],
      status: index === 0 ? 'linked' : 'suggested',
    })),
    tasks: [],
    triage: null,
    penaltyCase: null,
    rejection: null,
    timeline: [
      {
        atMs: event.raisedAtMs,
        kind: 'eventAdded',
        refId: eventId,
        fromState: null,
        toState: 'detected',
        by: null,
        note: '',
      },
      {
        atMs: event.raisedAtMs,
        kind: 'stateChanged',
        refId: null,
        fromState: 'detected',
        toState: 'triage',
        by: null,
        note: '',
      },
    ],
  };
}
