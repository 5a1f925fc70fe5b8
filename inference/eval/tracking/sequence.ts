import { iouPx } from '../score.ts';
import type { BoxPx } from '../truth.ts';

/** One box of one frame; equal ids in different frames claim to be the same object. */
export interface IdentifiedBox {
  readonly id: string | number;
  readonly box: BoxPx;
}

/** Frames in order, none left out; a frame without anything is an empty list. */
export type IdentifiedFrames = readonly (readonly IdentifiedBox[])[];

/** What a frame says, with ids numbered through from 0 over the whole sequence. */
export interface ComparedFrame {
  readonly truthIds: Int32Array;
  readonly foundIds: Int32Array;
  /** IoU of every truth box with every found box, `truthIds.length × foundIds.length`, row-major. */
  readonly overlap: Float64Array;
}

/** Truth and found tracks of one sequence, ready to be judged. */
export interface ComparedSequence {
  readonly frames: readonly ComparedFrame[];
  /** In how many frames each id is there. */
  readonly truthLengths: Int32Array;
  readonly foundLengths: Int32Array;
}

function numbered(frames: IdentifiedFrames): { ids: Int32Array[]; lengths: Int32Array } {
  const indexOf = new Map<string | number, number>();
  const lengths: number[] = [];
  const ids = frames.map((boxes) =>
    Int32Array.from(boxes, ({ id }) => {
      let index = indexOf.get(id);
      if (index === undefined) {
        index = indexOf.size;
        indexOf.set(id, index);
      }
      lengths[index] = (lengths[index] ?? 0) + 1;
      return index;
    }),
  );
  return { ids, lengths: Int32Array.from(lengths) };
}

/** @param found as many frames as `truth`; what is missing at the end counts as empty. */
export function compare(truth: IdentifiedFrames, found: IdentifiedFrames): ComparedSequence {
  const upTo = truth.map((_, index) => found[index] ?? []);
  const [there, claimed] = [numbered(truth), numbered(upTo)];
  const frames = truth.map((boxes, index): ComparedFrame => {
    const others = upTo[index] ?? [];
    const overlap = new Float64Array(boxes.length * others.length);
    for (const [row, { box }] of boxes.entries()) {
      for (const [column, other] of others.entries()) {
        overlap[row * others.length + column] = iouPx(box, other.box);
      }
    }
    return {
      truthIds: there.ids[index] ?? new Int32Array(0),
      foundIds: claimed.ids[index] ?? new Int32Array(0),
      overlap,
    };
  });
  return { frames, truthLengths: there.lengths, foundLengths: claimed.lengths };
}
