import { PictureFault, type PicturePass, type PictureVerdict } from '../../../contracts/index.ts';
import { type Baseline, isUsable, learn, reliefOf } from './baseline.ts';
import { type Cells, measureCells, type PlanarPicture } from './cells.ts';
import { atEase, stepWatch, type Watch } from './debounce.ts';
import { type Features, featuresOf } from './features.ts';
import { noStillness, type Stillness, stepStillness } from './freeze.ts';
import { noMemory, type SceneMemory, stepScene } from './scene.ts';
import { noShaking, type Shaking, stepShaking } from './shake.ts';
import { type Sign, type Suspicion, suspect } from './suspect.ts';

/** The two baselines of a camera: what is worth keeping over a restart. */
export type Baselines = Readonly<Record<PicturePass, Baseline | null>>;

/** Diagnosis of one camera's picture so far. */
export interface PictureState {
  readonly baselines: Baselines;
  readonly pass: PicturePass;
  /** Pictures in a row that belong to the other pass. */
  readonly otherPassCount: number;
  readonly lastAtMs: number | null;
  readonly cells: Cells | null;
  readonly watches: Readonly<Record<PictureFault, Watch>>;
  readonly stillness: Stillness;
  readonly shaking: Shaking;
  readonly scene: SceneMemory;
}

export interface PictureStep {
  readonly state: PictureState;
  readonly verdict: PictureVerdict;
}

/** Nothing is or was a moment ago wrong, and the camera's usual picture is known: the next one will hardly tell more. */
export const isAtEase = ({ watches, baselines, pass, otherPassCount }: PictureState): boolean =>
  otherPassCount === 0 &&
  isUsable(baselines[pass]) &&
  Object.values(watches).every(
    ({ sinceMs, recent }) => sinceMs === null && (recent.at(-1)?.sign ?? 'no') === 'no',
  );

const calm = (): Record<PictureFault, Watch> =>
  Object.fromEntries(PictureFault.options.map((fault) => [fault, atEase])) as Record<PictureFault, Watch>;

export const startPicture = (baselines: Baselines = { day: null, night: null }): PictureState => ({
  baselines,
  pass: 'day',
  otherPassCount: 0,
  lastAtMs: null,
  cells: null,
  watches: calm(),
  stillness: noStillness,
  shaking: noShaking,
  scene: noMemory,
});

/** Pictures further apart than this have nothing to do with each other. */
const apartMs = 10_000;
/** A change of pass is believed after so many pictures. */
const passPictures = 5;
/** A baseline younger than this may have been learned from a lorry that stood in the way. */
const tentativeMs = 5 * 60_000;
const relearnMs = 2 * 60_000;

/**
 * Take one picture into account.
 * @param picture at analysis size; one or two a second are enough.
 * @param options.isMovable the camera has a motor (PTZ): another scene is no fault, and begins a baseline of its own.
 */
export function stepPicture(
  before: PictureState,
  picture: PlanarPicture,
  atMs: number,
  options: { readonly isMovable: boolean },
): PictureStep {
  const passedMs = before.lastAtMs === null ? 0 : atMs - before.lastAtMs;
  const state = passedMs < 0 || passedMs > apartMs ? afterPause(before) : before;
  const cells = measureCells(picture, state.cells);
  const features = featuresOf(cells);
  const relief = reliefOf(cells);
  const { pass, otherPassCount } = passOf(state, features);
  const isAnotherPass = pass !== state.pass;
  const baseline = state.baselines[pass];
  // Between colour and infrared neither baseline fits.
  const usable = isUsable(baseline) && otherPassCount === 0 ? baseline : null;

  const suspicion = suspect(cells, relief, features, usable);
  const hasPicture = suspicion.signs.black !== 'yes' && suspicion.signs.signalLost !== 'yes';
  const still = hasPicture
    ? stepStillness(state.stillness, features, atMs, usable)
    : { stillness: noStillness, sign: 'blind' as const, sinceMs: atMs };
  const shake = stepShaking(state.shaking, cells, isAnotherPass ? null : state.cells, atMs);
  const scene = stepScene(
    isAnotherPass ? noMemory : state.scene,
    relief,
    cells,
    { atMs, passedMs: state.lastAtMs === null ? 0 : passedMs },
    suspicion,
    usable,
  );
  const signs = signsOf(suspicion, { still, shake, scene }, options.isMovable);
  const hidden = new Set(
    PictureFault.options.flatMap((fault) =>
      state.watches[fault].sinceMs === null ? [] : (hides[fault] ?? []),
    ),
  );
  const watches = { ...state.watches };
  const ended: PictureVerdict['ended'] = [];
  for (const fault of PictureFault.options) {
    const { sign, sinceMs } = signs[fault];
    const was = watches[fault];
    const isHidden = was.sinceMs === null && hidden.has(fault);
    const step = stepWatch(was, isHidden ? 'blind' : sign, atMs, sinceMs);
    watches[fault] = step.watch;
    if (step.endedAtMs !== null && was.sinceMs !== null) {
      ended.push({ fault, sinceMs: was.sinceMs, untilMs: step.endedAtMs });
    }
  }

  const faults = PictureFault.options.flatMap((fault) => {
    const { sinceMs } = watches[fault];
    return sinceMs === null ? [] : [{ fault, sinceMs }];
  });
  const isNewScene = isUnlikeForGood(scene.memory, usable, atMs, options.isMovable);
  const isGood =
    faults.length === 0 &&
    otherPassCount === 0 &&
    PictureFault.options.every((fault) => isHarmless(fault, signs[fault].sign));
  const learned = (): Baseline | null => {
    if (isNewScene) return null;
    return isGood ? learn(baseline, cells, relief, features, isAnotherPass ? 0 : passedMs) : baseline;
  };
  const verdictOf = (): PictureVerdict['verdict'] => {
    if (faults.length > 0) return 'faulty';
    return isUsable(baseline) ? 'normal' : 'unknown';
  };
  return {
    state: {
      baselines: { ...state.baselines, [pass]: learned() },
      pass,
      otherPassCount,
      lastAtMs: atMs,
      cells,
      watches: isNewScene ? { ...watches, sceneChange: atEase } : watches,
      stillness: still.stillness,
      shaking: shake.shaking,
      scene: isNewScene ? noMemory : scene.memory,
    },
    verdict: { verdict: verdictOf(), faults, ended, pass, checkedAtMs: atMs },
  };
}

/** What was seen before the pause says nothing about movement; faults stay until good pictures clear them. */
const afterPause = (state: PictureState): PictureState => ({
  ...state,
  lastAtMs: null,
  cells: null,
  stillness: noStillness,
  shaking: noShaking,
  scene: noMemory,
});

/** No colour at all is infrared light; nothing to see says nothing about the light. */
function passOf(
  { pass, otherPassCount }: PictureState,
  { chroma, mean, layoutSpread }: Features,
): Pick<PictureState, 'pass' | 'otherPassCount'> {
  if (mean < 14 || layoutSpread < 9) return { pass, otherPassCount };
  const seen: PicturePass = chroma.saturation < 0.35 ? 'night' : 'day';
  if (seen === pass) return { pass, otherPassCount: 0 };
  return otherPassCount + 1 >= passPictures
    ? { pass: seen, otherPassCount: 0 }
    : { pass, otherPassCount: otherPassCount + 1 };
}

interface TimedSign {
  readonly sign: Sign;
  readonly sinceMs?: number;
}

/** What cannot be told any more once a fault is there: another name for the same picture, or what it hides. */
const hides: Partial<Record<PictureFault, readonly PictureFault[]>> = {
  freeze: ['jitter', 'sceneChange'],
  noise: ['lowContrast', 'occlusion', 'blur', 'jitter', 'sceneChange'],
  dark: ['black', 'lowContrast', 'occlusion', 'blur', 'jitter', 'sceneChange'],
  bright: ['lowContrast', 'occlusion', 'blur', 'jitter', 'sceneChange'],
  lowContrast: ['occlusion', 'blur', 'sceneChange'],
  occlusion: ['lowContrast', 'blur', 'jitter', 'sceneChange'],
  blur: ['lowContrast', 'occlusion', 'sceneChange'],
  sceneChange: ['lowContrast', 'occlusion', 'blur', 'colorCast'],
};

function signsOf(
  { signs }: Suspicion,
  over: {
    readonly still: TimedSign;
    readonly shake: TimedSign;
    readonly scene: ReturnType<typeof stepScene>;
  },
  isMovable: boolean,
): Record<PictureFault, TimedSign> {
  const { still, shake, scene } = over;
  const { partlyCovered, sceneChange } = scene;
  const isPartlyCovered = signs.occlusion !== 'yes' && partlyCovered.sign === 'yes';
  const blind: TimedSign = { sign: 'blind' };
  return {
    signalLost: { sign: signs.signalLost },
    black: { sign: signs.black },
    freeze: still,
    noise: { sign: signs.noise },
    dark: { sign: signs.dark },
    bright: { sign: signs.bright },
    lowContrast: { sign: signs.lowContrast },
    occlusion: isPartlyCovered ? partlyCovered : { sign: worse(signs.occlusion, partlyCovered.sign) },
    colorCast: { sign: signs.colorCast },
    blur: { sign: signs.blur },
    jitter: isMovable || still.sign === 'yes' ? blind : shake,
    sceneChange: isMovable || isPartlyCovered || signs.blur === 'yes' ? blind : sceneChange,
  };
}

/** A fault that is only seen in part is not over. */
const worse = (sign: Sign, other: Sign): Sign => (sign === 'no' && other === 'between' ? 'between' : sign);

/** Scene, stillness and shaking are only known after a while, and a passing lorry must not stop the learning. */
const isHarmless = (fault: PictureFault, sign: Sign): boolean =>
  sign === 'no' || sign === 'blind' || (sign === 'between' && (fault === 'jitter' || fault === 'freeze'));

/** A camera that was turned on purpose, or one whose baseline never was its scene: begin anew. */
function isUnlikeForGood(
  { unlikeSinceMs }: SceneMemory,
  baseline: Baseline | null,
  atMs: number,
  isMovable: boolean,
): boolean {
  if (unlikeSinceMs === null || baseline === null) return false;
  const forMs = atMs - unlikeSinceMs;
  return isMovable ? forMs >= apartMs : baseline.learnedMs < tentativeMs && forMs >= relearnMs;
}
