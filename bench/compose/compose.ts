import {
  type Blob,
  blobsOf,
  foregroundMask,
  inFrontOf,
  type KnownWalker,
  medianBackground,
} from './background.ts';
import { encodeSrgb, exposureGain, noiseSigma, whiteOf } from './light.ts';
import { blendLayer, castShadow, type Layer, layMatte, type Matte } from './matte.ts';
import { renderObject } from './object.ts';
import { type BoxPx, type Mask, mix, type Picture } from './picture.ts';
import { gaussian, seededRandom } from './random.ts';
import { feetAt, type ObjectPose, personBoxAt, poseAt, type Scene } from './scene.ts';

/** What is learnt from the footage before the first picture is made. */
export interface Studio {
  readonly background: Picture;
  readonly whiteLight: readonly [number, number, number];
  readonly noiseSigma: number;
}

/**
 * @param samples pictures spread over the whole footage (40 or more for a clean median).
 * @param pair two neighbouring pictures, for the noise.
 */
export function studyFootage(
  scene: Scene,
  samples: readonly Picture[],
  pair: readonly [Picture, Picture],
): Studio {
  const background = medianBackground(samples);
  return {
    background,
    whiteLight: whiteOf(background, scene.ground),
    noiseSigma: noiseSigma(pair[0], pair[1]),
  };
}

/** One picture done: the picture, and the object's own layer with what hides it (null when it is not there). */
export interface Composed {
  readonly picture: Picture;
  readonly pose: ObjectPose | null;
  readonly layer: Layer | null;
  readonly inFront: Mask | null;
}

/** Put the scene's object into one picture (which is changed in place). `frame` seeds the grain. */
export function composePicture(
  scene: Scene,
  studio: Studio,
  picture: Picture,
  atS: number,
  frame: number,
): Composed {
  const pose = poseAt(scene, atS);
  if (pose === null) return { picture, pose, layer: null, inFront: null };
  const window = windowAround(scene, pose);
  const mask = foregroundMask(picture, studio.background, window);
  const blobs: Blob[] = blobsOf(mask, 40, Math.round(0.3 * pose.pxPerM));
  // A carrier's feet swing a third of a metre to and fro: the carrier must not hide what the carrier holds.
  const marginPx = pose.state === 'carried' ? 0.35 * pose.pxPerM : 2;
  const inFront = inFrontOf(
    pose.groundYPx,
    marginPx,
    { mask, blobs, known: knownWalkers(scene, pose, atS) },
    scene.occluders,
  );
  const gain = exposureGain(picture, studio.background, mask, window);
  castShadows(scene, picture, pose, inFront);
  const layer = layObject(
    scene,
    pose,
    renderObject(scene.object.kind, scene.object.seed, pose.slump),
    picture,
  );
  const grain = gaussian(seededRandom(scene.object.seed * 100_003 + frame));
  const encode = (radiance: number, channel: number): number =>
    shoulder(encodeSrgb(radiance * (studio.whiteLight[channel] ?? 1) * gain)) + grain() * studio.noiseSigma;
  blendLayer(picture, layer, encode, inFront);
  return { picture, pose, layer, inFront };
}

export function layObject(
  scene: Scene,
  pose: ObjectPose,
  matte: Matte,
  size: { widthPx: number; heightPx: number },
): Layer {
  const scale = (scene.object.heightM * pose.pxPerM) / matte.heightPx;
  const place = {
    originPx: matte.anchorPx,
    atPx: pose.anchorPx,
    scale,
    turnRad: pose.turnRad,
    blurSigmaPx: scene.blurSigmaPx,
  };
  return layMatte(matte, place, size);
}

function knownWalkers(scene: Scene, pose: ObjectPose, atS: number): KnownWalker[] {
  const carriers = pose.state === 'carried' ? [scene.bringer, scene.taken?.by] : [];
  return [...scene.passersBy, ...carriers].flatMap((walker) => {
    const feet = walker && feetAt(walker, atS);
    const box = walker && personBoxAt(scene, walker, atS);
    if (!feet || !box) return [];
    if (!carriers.some((carrier) => carrier === walker))
      return [{ boxPx: [box[0], box[1], box[2], box[3] + 5], footYPx: feet[1] }];
    const strideXPx = Math.round(box[2] * 0.15);
    const boxPx: BoxPx = [box[0] - strideXPx, box[1] - 4, box[2] + 2 * strideXPx, box[3] + 8];
    return [{ boxPx, footYPx: -Infinity }];
  });
}

/** A wide faint shade of the whole thing and, the nearer it is to the ground the darker, the line of contact. */
function castShadows(scene: Scene, picture: Picture, pose: ObjectPose, inFront: Mask): void {
  const sizePx = scene.object.heightM * pose.pxPerM;
  const liftPx = Math.max(0, pose.groundYPx - pose.anchorPx[1]);
  const near = Math.max(0, 1 - liftPx / (0.5 * sizePx));
  const centrePx = [pose.anchorPx[0] + 0.04 * sizePx, pose.groundYPx - 0.06 * sizePx] as const;
  const wide = {
    centrePx,
    halfWidthPx: sizePx * 0.95,
    halfDepthPx: sizePx * 0.34,
    strength: mix(0.12, 0.4, near * near),
  };
  castShadow(picture, wide, inFront);
  const contact = {
    centrePx,
    halfWidthPx: sizePx * 0.58,
    halfDepthPx: sizePx * 0.2,
    strength: 0.6 * near ** 3,
  };
  castShadow(picture, contact, inFront);
}

/** The part of the picture that matters around the object: itself, its shade, and the whole of who passes it. */
function windowAround(scene: Scene, pose: ObjectPose): BoxPx {
  const reachPx = Math.round(scene.object.heightM * pose.pxPerM * 2.2);
  const [x, y] = [Math.round(pose.anchorPx[0]), Math.round(pose.anchorPx[1])];
  const personPx = Math.round(2 * pose.pxPerM);
  return [x - reachPx, y - reachPx - personPx, 2 * reachPx, 2 * reachPx + 2 * personPx];
}

/** Bright values bend towards 250, as the footage's camera does, instead of clipping. */
function shoulder(value: number): number {
  return value < 215 ? value : 215 + 38 * (1 - Math.exp((215 - value) / 38));
}
