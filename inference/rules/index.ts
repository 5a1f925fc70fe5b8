export { createMotionGate, type MotionGate } from './motion-gate.ts';
export { rules } from './parameters.ts';
export type { Picture } from './analysis-grid.ts';
export type { DumpingRule } from './resting-thing.ts';
export { createScene } from './scene.ts';
export type {
  Candidate,
  Scene,
  SceneEventDraft,
  SceneInput,
  SceneOptions,
  SceneStep,
} from './scene-options.ts';
