import { z } from 'zod';
import { PipelineError } from '../../kernel/index.ts';

const boxPx = z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]);
const second = z.number().nullish();

/** One entry of `events`: seconds from the first frame, boxes x, y, width, height in px of the video. */
const TruthEntry = z.looseObject({
  type: z.string(),
  object: z.string().nullish(),
  /** May be left out where the event has no place, such as a covered lens. */
  bbox: boxPx.nullish(),
  bbox_standing: boxPx.nullish(),
  arrived_s: second,
  touches_ground_s: second,
  settled_s: second,
  owner_leaves_object_s: second,
  owner_out_of_frame_s: second,
  removed_s: second,
  /** For events that are no object: when it began and ended. */
  started_s: second,
  ended_s: second,
  owner_class: z.string().nullish(),
  owner_bbox: boxPx.nullish(),
});

export type BoxPx = readonly [x: number, y: number, width: number, height: number];

/** Something that must be found. */
export interface TruthEvent {
  /** A kind of scene event: a left object is `illegal_dumping`, a faulty picture `camera_tamper`. */
  readonly kind: string;
  /** Any of these is right: the object as it was put down and as it lay later. None: wherever it is shown. */
  readonly boxes: readonly BoxPx[];
  readonly touchesGroundS: number | null;
  readonly settledS: number | null;
  readonly departedS: number | null;
  readonly removedS: number | null;
  /** Null where the truth does not say in a way that a program can compare. */
  readonly actor: { readonly class: string | null; readonly box: BoxPx | null } | null;
}

export interface ClipTruth {
  readonly events: readonly TruthEvent[];
  /** Moments are known this well. */
  readonly toleranceS: number;
}

/** What an `events.json` says about the videos beside it. */
export interface Truth {
  /**
   * Truth of one video, by file name. A video that nobody names, and one whose list is empty, must raise nothing. A
   * cut or another version of a named video (`name_….mp4`) shares its truth unless it is named itself.
   */
  of(video: string): ClipTruth;
}

export const nothingToFind: ClipTruth = { events: [], toleranceS: 0 };

const dumpingTypes = new Set(['left_object', 'abandoned_object', 'dumping', 'left_luggage']);

/** Faults of a picture after which a camera does not show its scene; noise only makes it worse. */
const tamperFaults = new Set(['black', 'dark', 'blur', 'covered', 'moved', 'turned', 'frozen']);
/** Kinds whose events may lack a box. */
const placeless = new Set(['camera_tamper']);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `Car_Detection.mp4` and `car-detection` name the same video. */
const stemOf = (name: string): string =>
  (name.split('/').at(-1) ?? name)
    .replace(/\.[A-Za-z0-9]+$/, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_');

/**
 * Understand an `events.json`, in any of its shapes: one video (`video`, `events` or `left_object_events`), several
 * (`videos`, a list, or an object with one entry per video), or none at all.
 * @param json the parsed file; null where there is no file.
 * @throws PipelineError IMPORT_FILE_UNREADABLE when an entry lacks its type or its box.
 */
export function readTruth(json: unknown): Truth {
  const byStem = new Map<string, ClipTruth>();
  const forAll = collect(json, null, byStem) ?? nothingToFind;
  return {
    of(video) {
      const stem = stemOf(video);
      const exact = byStem.get(stem);
      if (exact !== undefined) return exact;
      const versions = [...byStem.keys()].filter((name) => stem.startsWith(`${name}_`));
      const nearest = versions.toSorted((a, b) => b.length - a.length)[0];
      return (nearest === undefined ? undefined : byStem.get(nearest)) ?? forAll;
    },
  };
}

/** Put everything that names a video into `byStem`; @returns what is said of no video in particular. */
function collect(json: unknown, name: string | null, byStem: Map<string, ClipTruth>): ClipTruth | null {
  if (Array.isArray(json)) {
    for (const one of json) collect(one, null, byStem);
    return null;
  }
  if (!isRecord(json)) return null;
  collectFaults(json['faults'], byStem);
  const video = typeof json['video'] === 'string' ? json['video'] : name;
  const list = json['events'] ?? json['left_object_events'];
  if (Array.isArray(list)) {
    const truth: ClipTruth = {
      events: list.map((entry, index) => readEntry(entry, index, video)),
      toleranceS: typeof json['tolerance_s'] === 'number' ? json['tolerance_s'] : 0.5,
    };
    if (video === null) return truth;
    byStem.set(stemOf(video), truth);
    return null;
  }
  for (const [key, value] of Object.entries(json)) {
    if (key === 'videos' || key === 'clips') {
      if (isRecord(value)) for (const [inner, of] of Object.entries(value)) collect(of, inner, byStem);
      else collect(value, null, byStem);
    } else if (isRecord(value)) collect(value, key, byStem);
  }
  return null;
}

/** `{"faults": {"clip.mp4": ["black", 10, 20]}}`: what is wrong with a picture from when to when, in seconds. */
function collectFaults(faults: unknown, byStem: Map<string, ClipTruth>): void {
  if (!isRecord(faults)) return;
  for (const [video, fault] of Object.entries(faults)) {
    const read = z.tuple([z.string(), z.number(), z.number()]).safeParse(fault);
    if (!read.success || !tamperFaults.has(read.data[0])) continue;
    const [type, startedS, endedS] = read.data;
    const event = readEntry(
      { type: 'camera_tamper', object: type, started_s: startedS, ended_s: endedS },
      0,
      video,
    );
    byStem.set(stemOf(video), { events: [event], toleranceS: 0.5 });
  }
}

function readEntry(entry: unknown, index: number, video: string | null): TruthEvent {
  const result = TruthEntry.safeParse(entry);
  if (!result.success) {
    throw new PipelineError(
      'IMPORT_FILE_UNREADABLE',
      `Event ${index + 1}${video === null ? '' : ` of ${video}`} in events.json cannot be read:\n${z.prettifyError(result.error)}`,
      { hint: 'Each event needs a type and a bbox of x, y, width, height in px of the video.' },
    );
  }
  const one = result.data;
  if (one.bbox == null && !placeless.has(one.type)) {
    throw new PipelineError(
      'IMPORT_FILE_UNREADABLE',
      `Event ${index + 1}${video === null ? '' : ` of ${video}`} in events.json has no bbox.`,
      { hint: 'Only camera_tamper may do without: x, y, width, height in px of the video.' },
    );
  }
  const startedS = one.touches_ground_s ?? one.started_s ?? null;
  const knowsActor = one.owner_class != null || one.owner_bbox != null;
  return {
    kind: dumpingTypes.has(one.type) ? 'illegal_dumping' : one.type,
    boxes: [one.bbox, one.bbox_standing].filter((box) => box != null),
    touchesGroundS: startedS,
    settledS: one.settled_s ?? startedS,
    departedS: one.owner_leaves_object_s ?? null,
    removedS: one.removed_s ?? one.ended_s ?? null,
    actor: knowsActor ? { class: one.owner_class ?? null, box: one.owner_bbox ?? null } : null,
  };
}
