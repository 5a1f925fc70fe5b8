import { boundsOf, visibleCoverage } from './matte.ts';
import type { Composed } from './compose.ts';
import { blankMask, type BoxPx } from './picture.ts';
import { feetAt, type ObjectPose, personBoxAt, type Scene } from './scene.ts';

/** What a judge compares with: everything in seconds from the first frame and px of the video. */
export interface LeftObjectTruth {
  readonly type: 'left_object';
  readonly object: string;
  /** The object at rest with nobody in front of it. */
  readonly bbox: BoxPx;
  readonly bbox_standing: BoxPx;
  /** First frame that shows at least half of the object. */
  readonly arrived_s: number;
  readonly touches_ground_s: number;
  readonly settled_s: number;
  /** First moment after settling at which the owner stands half the owner's width away from where they let go. */
  readonly owner_leaves_object_s: number;
  /** First moment from which the owner stays further from the object than twice the owner's width. */
  readonly owner_beyond_2_widths_s: number;
  readonly owner_out_of_frame_s: number | null;
  readonly removed_s: number | null;
  readonly owner: string;
  readonly owner_class: 'person' | 'vehicle';
  /** The owner when the object touches the ground. */
  readonly owner_bbox: BoxPx;
}

/** Truth of one video in the format that the evaluation reads. */
export interface EventsFile {
  readonly video: string;
  readonly fps: number;
  readonly size: readonly [number, number];
  readonly letterbox: BoxPx;
  readonly frames: number;
  readonly events: readonly LeftObjectTruth[];
  readonly moving_only: readonly string[];
  readonly tolerance_s: number;
  readonly bbox_tolerance_px: number;
}

/** Gathers the truth from the pictures as they are made: the box comes from the pixels, not from the plan. */
export interface TruthKeeper {
  note(composed: Composed, atS: number): void;
  /** @throws RangeError when the object never came to rest inside the picture: then there is nothing to find. */
  finish(video: string, frames: number): EventsFile;
}

export function keepTruth(scene: Scene, size: { widthPx: number; heightPx: number }): TruthKeeper {
  let arrivedS: number | null = null;
  let restBox: BoxPx | null = null;
  const nobody = blankMask(size.widthPx, size.heightPx);
  return {
    note({ pose, layer, inFront }, atS) {
      if (pose === null || layer === null || inFront === null) return;
      if (arrivedS === null && visibleShare(scene, pose, layer) >= 0.5) arrivedS = atS;
      if (pose.state === 'resting' && restBox === null) restBox = boundsOf(visibleCoverage(layer, nobody));
    },
    finish(video, frames) {
      if (arrivedS === null || restBox === null) {
        throw new RangeError(`Scene ${scene.name}: the object never rests inside the picture.`);
      }
      const { putDown, bringer, footage } = scene;
      const ownerBox = personBoxAt(scene, bringer, putDown.touchesGroundS);
      if (ownerBox === null)
        throw new RangeError(`Scene ${scene.name}: the bringer has no place at the put-down.`);
      const moments = departureOf(scene, restBox, size.widthPx, frames / footage.fps);
      return {
        video,
        fps: footage.fps,
        size: [size.widthPx, size.heightPx],
        letterbox: [0, 0, size.widthPx, size.heightPx],
        frames,
        events: [
          {
            type: 'left_object',
            object: scene.object.name,
            bbox: restBox,
            bbox_standing: restBox,
            arrived_s: arrivedS,
            touches_ground_s: putDown.touchesGroundS,
            settled_s: putDown.settledS,
            ...moments,
            removed_s: scene.taken?.fromS ?? null,
            owner: bringer.description,
            owner_class: bringer.class,
            owner_bbox: ownerBox,
          },
        ],
        moving_only: scene.movingOnly,
        tolerance_s: 0.3,
        bbox_tolerance_px: 4,
      };
    },
  };
}

/** Share of the object's own area that lies inside the picture, from the area it covers and how large it is drawn. */
function visibleShare(scene: Scene, pose: ObjectPose, layer: NonNullable<Composed['layer']>): number {
  let area = 0;
  for (const alpha of layer.alpha) area += alpha;
  const sidePx = scene.object.heightM * pose.pxPerM;
  // Every kind fills about half of the square over its height: good enough for "half of it is there".
  return area / (0.5 * sidePx * sidePx);
}

type Departure = Pick<
  LeftObjectTruth,
  'owner_leaves_object_s' | 'owner_beyond_2_widths_s' | 'owner_out_of_frame_s'
>;

/** When the owner leaves, by frames: from the owner's own path, measured in the owner's own width. */
function departureOf(scene: Scene, restBox: BoxPx, widthPx: number, endS: number): Departure {
  const { bringer, putDown, footage } = scene;
  const letGo = feetAt(bringer, putDown.settledS);
  if (letGo === null)
    throw new RangeError(`Scene ${scene.name}: the bringer has no place when the object has settled.`);
  let leavesS: number | null = null;
  let beyondS: number | null = null;
  let outS: number | null = null;
  for (let frame = Math.ceil(putDown.settledS * footage.fps); frame <= endS * footage.fps; frame++) {
    const atS = frame / footage.fps;
    const feet = feetAt(bringer, atS);
    const box = personBoxAt(scene, bringer, atS);
    if (feet === null || box === null || box[0] >= widthPx || box[0] + box[2] <= 0) {
      outS ??= atS;
      beyondS ??= atS;
      break;
    }
    if (leavesS === null && Math.hypot(feet[0] - letGo[0], feet[1] - letGo[1]) > box[2] / 2) leavesS = atS;
    const awayPx = Math.hypot(feet[0] - (restBox[0] + restBox[2] / 2), feet[1] - (restBox[1] + restBox[3]));
    beyondS = awayPx > 2 * box[2] ? (beyondS ?? atS) : null;
  }
  if (leavesS === null || beyondS === null)
    throw new RangeError(`Scene ${scene.name}: the bringer never leaves.`);
  return { owner_leaves_object_s: leavesS, owner_beyond_2_widths_s: beyondS, owner_out_of_frame_s: outS };
}
