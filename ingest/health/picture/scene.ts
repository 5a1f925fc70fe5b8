import type { MapSize } from './likeness.ts';
import { likenessWithCreep } from './likeness.ts';
import { type Baseline, blend } from './baseline.ts';
import type { Sign, Suspicion } from './suspect.ts';

/** What the last seconds have in common, so that passing traffic does not look like another scene. */
export interface SceneMemory {
  /** Relief, following within about two seconds; null before the first picture. */
  readonly relief: Float32Array | null;
  /** Since when no picture has been like the baseline; null: the last one was. */
  readonly unlikeSinceMs: number | null;
  /** Since when a good part is covered; null: it is not. */
  readonly coveredSinceMs: number | null;
}

export const noMemory: SceneMemory = { relief: null, unlikeSinceMs: null, coveredSinceMs: null };

const followMs = 2_000;
/** Nothing that passes or stops for a light hides the scene for longer. */
const confirmMs = 10_000;
const unlike = 0.25;
const likeAgain = 0.45;
const unlikeInCommon = 0.3;
const coveredPart = 0.35;

interface SceneSigns {
  readonly memory: SceneMemory;
  readonly sceneChange: { readonly sign: Sign; readonly sinceMs: number };
  /** A part that is covered for long; what covers nearly all is seen at once. */
  readonly partlyCovered: { readonly sign: Sign; readonly sinceMs: number };
}

export function stepScene(
  memory: SceneMemory,
  relief: Float32Array,
  size: MapSize,
  at: { readonly atMs: number; readonly passedMs: number },
  suspicion: Suspicion,
  baseline: Baseline | null,
): SceneSigns {
  const { atMs, passedMs } = at;
  const { likeness, coveredShare } = suspicion;
  const before = memory.relief?.length === relief.length ? memory.relief : null;
  const weight = 1 - Math.exp(-passedMs / followMs);
  const recent = before === null ? relief : blend(before, relief, weight);
  const coveredSinceMs = sinceOf(
    memory.coveredSinceMs,
    coveredShare === null ? null : coveredShare >= coveredPart,
    coveredShare === null ? null : coveredShare < 0.6 * coveredPart,
    atMs,
  );
  const unlikeSinceMs = sinceOf(
    memory.unlikeSinceMs,
    likeness === null ? null : likeness < unlike,
    likeness === null ? null : likeness >= likeAgain,
    atMs,
  );
  const sceneSign = (): Sign => {
    if (likeness === null || baseline === null) return 'blind';
    if (likeness >= likeAgain) return 'no';
    if (unlikeSinceMs === null || atMs - unlikeSinceMs < confirmMs) return 'between';
    return likenessWithCreep(recent, baseline.relief, size) < unlikeInCommon ? 'yes' : 'between';
  };
  const coverSign = (): Sign => {
    if (coveredShare === null) return 'blind';
    if (coveredSinceMs === null) return 'no';
    return atMs - coveredSinceMs >= confirmMs ? 'yes' : 'between';
  };
  return {
    memory: { relief: recent, unlikeSinceMs, coveredSinceMs },
    sceneChange: { sign: sceneSign(), sinceMs: unlikeSinceMs ?? atMs },
    partlyCovered: { sign: coverSign(), sinceMs: coveredSinceMs ?? atMs },
  };
}

/** Begins with `isOn`, ends with `isOff`, and in between stays what it was. */
function sinceOf(
  sinceMs: number | null,
  isOn: boolean | null,
  isOff: boolean | null,
  atMs: number,
): number | null {
  if (isOn === null) return sinceMs;
  if (isOn) return sinceMs ?? atMs;
  return isOff === true ? null : sinceMs;
}
