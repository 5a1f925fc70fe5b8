import { PipelineError } from '../../../kernel/index.ts';
import type { ObjectClass } from '../../../contracts/index.ts';
import type { BoxPx } from '../truth.ts';
import type { IdentifiedBox } from './sequence.ts';

/** A box of a detector, px. */
export interface ScoredBoxPx {
  readonly className: ObjectClass;
  /** 0..1 */
  readonly confidence: number;
  readonly box: BoxPx;
}

/** The truth of one frame. */
export interface TruthFrame {
  readonly counted: readonly IdentifiedBox[];
  /** Boxes that may be found or not: a find there is neither right nor wrong. */
  readonly uncounted: readonly BoxPx[];
}

/** Rows by frame number; frames nobody speaks of are empty. */
function byFrame<T>(rows: readonly { readonly frame: number; readonly value: T }[], first: number): T[][] {
  const frames: T[][] = [];
  for (const { frame, value } of rows) {
    while (frames.length <= frame - first) frames.push([]);
    frames[frame - first]?.push(value);
  }
  return frames;
}

interface Layout {
  /** Name of the text for people. */
  readonly what: string;
  readonly separator: RegExp;
  readonly minFields: number;
  /** Number of the first frame. */
  readonly firstFrame: number;
  /** Index of the first field of the box. */
  readonly boxFrom: number;
}

/** A larger number is a damaged row, and would make as many empty frames. */
const maxFrame = 1_000_000;
const motLayout = { separator: /,/, minFields: 7, firstFrame: 1, boxFrom: 2 };

/** The rows of a text of numbers and words; one that is too short is refused with its number. */
function rowsOf(text: string, layout: Layout): string[][] {
  const { separator, minFields, firstFrame, boxFrom, what } = layout;
  const isNumeric = (fields: readonly string[]): boolean =>
    fields.slice(boxFrom, boxFrom + 4).every((field) => Number.isFinite(Number(field)));
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const fields = line.trim().split(separator);
    const frame = Number(fields[0]);
    const isFrame = Number.isInteger(frame) && frame >= firstFrame && frame <= maxFrame;
    if (fields.length >= minFields && isFrame && isNumeric(fields)) return [fields];
    throw new PipelineError(
      'IMPORT_ROWS_REJECTED',
      `Line ${index + 1} of ${what} is "${line.slice(0, 80)}".`,
      {
        hint: `Expected at least ${minFields} fields: a frame number from ${firstFrame} on, and four numbers of a box.`,
      },
    );
  });
}

const number = (fields: readonly string[], index: number): number => Number(fields[index] ?? Number.NaN);
const boxAt = (fields: readonly string[], index: number): BoxPx => [
  number(fields, index),
  number(fields, index + 1),
  number(fields, index + 2),
  number(fields, index + 3),
];
const cornersAt = (fields: readonly string[], index: number): BoxPx => {
  const [left, top, right, bottom] = boxAt(fields, index);
  return [left, top, right - left, bottom - top];
};

const pedestrian = 1;
/** MOT16 and later: on a vehicle, standing, like a person, mirrored. */
const motUncounted = new Set([2, 7, 8, 12]);

/**
 * `frame,id,x,y,w,h,consider,class,visibility` of MOTChallenge; 2015 has no classes (−1).
 * @throws PipelineError IMPORT_ROWS_REJECTED
 */
export function readMotTruth(text: string): TruthFrame[] {
  const rows = rowsOf(text, { ...motLayout, what: 'gt.txt' }).map((fields) => ({
    frame: number(fields, 0),
    value: fields,
  }));
  return byFrame(rows, motLayout.firstFrame).map((frame) => {
    const classOf = (fields: readonly string[]): number => {
      const value = number(fields, 7);
      return Number.isNaN(value) || value < 0 ? pedestrian : value;
    };
    const isCounted = (fields: readonly string[]): boolean =>
      classOf(fields) === pedestrian && number(fields, 6) !== 0;
    return {
      counted: frame.filter(isCounted).map((fields) => ({ id: fields[1] ?? '', box: boxAt(fields, 2) })),
      uncounted: frame
        .filter((fields) => motUncounted.has(classOf(fields)))
        .map((fields) => boxAt(fields, 2)),
    };
  });
}

/** `frame,-1,x,y,w,h,score`; the score as it is where it lies in 0..1. */
export function readMotDetections(text: string): ScoredBoxPx[][] {
  const rows = rowsOf(text, { ...motLayout, what: 'det.txt' }).map((fields) => ({
    frame: number(fields, 0),
    value: {
      className: 'person' as const,
      confidence: Math.min(Math.max(number(fields, 6), 0), 1),
      box: boxAt(fields, 2),
    },
  }));
  return byFrame(rows, motLayout.firstFrame);
}

const maxOcclusion = 2;

/**
 * `frame id type truncated occluded alpha left top right bottom …` of KITTI tracking: cars count; vans, and cars that
 * are cut or largely hidden, may be found or not.
 * @throws PipelineError IMPORT_ROWS_REJECTED
 */
export function readKittiTruth(text: string): TruthFrame[] {
  const rows = rowsOf(text, {
    separator: /\s+/,
    minFields: 10,
    firstFrame: 0,
    boxFrom: 6,
    what: 'the labels',
  }).map((fields) => ({
    frame: number(fields, 0),
    value: fields,
  }));
  return byFrame(rows, 0).map((frame) => {
    const isCar = (fields: readonly string[]): boolean => fields[2] === 'Car';
    const isCounted = (fields: readonly string[]): boolean =>
      isCar(fields) && number(fields, 3) <= 0 && number(fields, 4) <= maxOcclusion;
    return {
      counted: frame.filter(isCounted).map((fields) => ({ id: fields[1] ?? '', box: cornersAt(fields, 6) })),
      uncounted: frame
        .filter((fields) => fields[2] === 'Van' || (isCar(fields) && !isCounted(fields)))
        .map((fields) => cornersAt(fields, 6)),
    };
  });
}

/** `frame,type,x1,y1,x2,y2,score,…` with type 2 = car; the score is a logit. */
export function readKittiDetections(text: string): ScoredBoxPx[][] {
  const car = 2;
  const rows = rowsOf(text, {
    separator: /,/,
    minFields: 7,
    firstFrame: 0,
    boxFrom: 2,
    what: 'the detections',
  })
    .filter((fields) => number(fields, 1) === car)
    .map((fields) => ({
      frame: number(fields, 0),
      value: {
        className: 'car' as const,
        confidence: 1 / (1 + Math.exp(-number(fields, 6))),
        box: cornersAt(fields, 2),
      },
    }));
  return byFrame(rows, 0);
}
