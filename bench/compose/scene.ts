import { z } from 'zod';
import { OBJECT_KINDS } from './object.ts';
import { type BoxPx, mix, type PointPx, smoothstep } from './picture.ts';

const Point = z.tuple([z.number(), z.number()]);
const Box = z.tuple([z.int(), z.int(), z.int().positive(), z.int().positive()]);

/** A real passer-by of the footage: where their feet are, in seconds from the video's first frame and px of the footage. */
const Walker = z.strictObject({
  description: z.string().min(1),
  heightM: z.number().positive(),
  feet: z.array(z.strictObject({ atS: z.number().nonnegative(), px: Point })).min(2),
});
export type Walker = z.infer<typeof Walker>;

/** Who brings or takes the object. */
const Carrier = Walker.extend({
  class: z.enum(['person', 'vehicle']),
  /** The hand that carries, in metres from the middle between the feet, as seen: to the right, and up. */
  hand: z.strictObject({ rightM: z.number(), upM: z.number().positive() }),
});
export type Carrier = z.infer<typeof Carrier>;

/** A scene description: what is put into which footage, when and where. Times are seconds from the video's first frame. */
export const Scene = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9-]+$/),
    footage: z.strictObject({
      file: z.string(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      fps: z.number().positive(),
      /** Frames left out at the start; every time of the scene counts from the first frame after them. */
      skipFrames: z.int().nonnegative(),
    }),
    startsAt: z.iso.datetime({ offset: true }),
    /** Upright camera: a thing 1 m tall that stands at y is (y − horizonYPx) / heightM px tall. */
    camera: z.strictObject({ horizonYPx: z.number(), heightM: z.number().positive() }),
    /** Known ground from which exposure and white balance are read. */
    ground: z.strictObject({ boxPx: Box, reflectance: z.number().positive().max(1) }),
    blurSigmaPx: z.number().min(0),
    occluders: z.array(
      z.strictObject({ name: z.string(), baseYPx: z.number(), polygonPx: z.array(Point).min(3) }),
    ),
    object: z.strictObject({
      name: z.string().min(1),
      kind: z.enum(OBJECT_KINDS),
      seed: z.int(),
      heightM: z.number().positive(),
      /** A stiff thing keeps its form when it is set down. */
      slumps: z.boolean(),
    }),
    bringer: Carrier,
    /** Passers-by who cross each other beside the object, so that their outlines alone do not tell who is nearer. */
    passersBy: z.array(Walker),
    putDown: z.strictObject({
      swingFromS: z.number(),
      touchesGroundS: z.number(),
      settledS: z.number(),
      restPx: Point,
    }),
    /** Left out when the object stays until the end. */
    taken: z.strictObject({ fromS: z.number(), inHandS: z.number(), by: Carrier }).optional(),
    encoding: z.strictObject({ crf: z.int().min(0).max(51), keyframeEveryS: z.number().positive() }),
    /** What else a judge should know: passers-by who only move. */
    movingOnly: z.array(z.string()),
  })
  .refine(({ putDown: p }) => p.swingFromS < p.touchesGroundS && p.touchesGroundS < p.settledS, {
    error: 'putDown: swingFromS < touchesGroundS < settledS',
  })
  .refine(({ putDown, taken }) => !taken || (putDown.settledS < taken.fromS && taken.fromS < taken.inHandS), {
    error: 'taken: putDown.settledS < fromS < inHandS',
  })
  .refine(
    ({ bringer, passersBy, taken }) =>
      [bringer, ...passersBy, taken?.by].every((who) => !who || isRising(who.feet.map((key) => key.atS))),
    {
      error: 'feet: times must rise',
    },
  );
export type Scene = z.infer<typeof Scene>;

/** The four states of the object. It leaves `carried` by touching the ground, `resting` by being lifted. */
export type ObjectState = 'absent' | 'carried' | 'settling' | 'resting';

/** Where and how the object is at one moment. `groundYPx` is the y of the ground it is above: its depth. */
export interface ObjectPose {
  readonly state: ObjectState;
  readonly anchorPx: PointPx;
  readonly groundYPx: number;
  readonly pxPerM: number;
  readonly turnRad: number;
  /** 0 hanging, 1 sunk into itself. */
  readonly slump: number;
}

export function pxPerMAt(camera: Scene['camera'], groundYPx: number): number {
  return (groundYPx - camera.horizonYPx) / camera.heightM;
}

/** Where a person's feet are; null before the first and after the last key. Straight between keys. */
export function feetAt(person: Walker, atS: number): PointPx | null {
  for (let i = 1; i < person.feet.length; i++) {
    const [from, to] = [person.feet[i - 1], person.feet[i]];
    if (from === undefined || to === undefined || atS < from.atS || atS > to.atS) continue;
    const share = (atS - from.atS) / (to.atS - from.atS);
    return [mix(from.px[0], to.px[0], share), mix(from.px[1], to.px[1], share)];
  }
  return null;
}

/** The box a detector should draw around the person, rounded to whole px, not cut at the picture's edge. */
export function personBoxAt(scene: Scene, person: Walker, atS: number): BoxPx | null {
  const feet = feetAt(person, atS);
  if (feet === null) return null;
  const hPx = person.heightM * pxPerMAt(scene.camera, feet[1]);
  const wPx = 0.38 * hPx;
  return [Math.round(feet[0] - wPx / 2), Math.round(feet[1] - hPx), Math.round(wPx), Math.round(hPx)];
}

/** The object at a moment; `absent` has no pose. Continuous in time, so no jump shows. */
export function poseAt(scene: Scene, atS: number): ObjectPose | null {
  const { putDown, taken, object } = scene;
  const rest: ObjectPose = {
    state: 'resting',
    anchorPx: putDown.restPx,
    groundYPx: putDown.restPx[1],
    pxPerM: pxPerMAt(scene.camera, putDown.restPx[1]),
    turnRad: 0,
    slump: object.slumps ? 1 : 0,
  };
  if (atS < putDown.touchesGroundS) {
    const held = carriedBy(scene, scene.bringer, atS);
    if (held === null || atS <= putDown.swingFromS) return held;
    const share = (atS - putDown.swingFromS) / (putDown.touchesGroundS - putDown.swingFromS);
    return between(held, { ...rest, slump: 0 }, share);
  }
  if (atS < putDown.settledS) {
    const share = (atS - putDown.touchesGroundS) / (putDown.settledS - putDown.touchesGroundS);
    const rock = 0.06 * Math.sin(Math.PI * 2 * share) * (1 - share);
    return { ...rest, state: 'settling', slump: rest.slump * smoothstep(0, 1, share), turnRad: rock };
  }
  if (taken === undefined || atS < taken.fromS) return rest;
  const held = carriedBy(scene, taken.by, atS);
  if (held === null || atS >= taken.inHandS) return held;
  return between(held, rest, 1 - (atS - taken.fromS) / (taken.inHandS - taken.fromS));
}

const STEPS_PER_S = 1.9;

function carriedBy(scene: Scene, person: Carrier, atS: number): ObjectPose | null {
  const feet = feetAt(person, atS);
  if (feet === null) return null;
  const pxPerM = pxPerMAt(scene.camera, feet[1]);
  const swing = Math.sin(2 * Math.PI * (STEPS_PER_S / 2) * atS);
  const bobM = 0.015 * Math.sin(2 * Math.PI * STEPS_PER_S * atS);
  const turnRad = 0.07 * swing;
  const hangsM = 0.9 * scene.object.heightM;
  const handX = feet[0] + (person.hand.rightM + 0.03 * swing) * pxPerM;
  const handY = feet[1] - (person.hand.upM + bobM) * pxPerM;
  return {
    state: 'carried',
    anchorPx: [handX - Math.sin(turnRad) * hangsM * pxPerM, handY + Math.cos(turnRad) * hangsM * pxPerM],
    groundYPx: feet[1],
    pxPerM,
    turnRad,
    slump: 0,
  };
}

/** From the hand (share 0) to the ground (1): thrown sideways at once, falling ever faster, swinging outwards. */
function between(held: ObjectPose, rest: ObjectPose, share: number): ObjectPose {
  const aside = smoothstep(0, 1, share);
  return {
    state: 'carried',
    anchorPx: [
      mix(held.anchorPx[0], rest.anchorPx[0], aside),
      mix(held.anchorPx[1], rest.anchorPx[1], share * share),
    ],
    groundYPx: mix(held.groundYPx, rest.groundYPx, aside),
    pxPerM: mix(held.pxPerM, rest.pxPerM, aside),
    turnRad:
      mix(held.turnRad, rest.turnRad, share) +
      0.3 * Math.sin(Math.PI * share) * Math.sign(held.anchorPx[0] - rest.anchorPx[0]),
    slump: mix(held.slump, rest.slump, share),
  };
}

function isRising(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > (values[i - 1] ?? Infinity));
}
