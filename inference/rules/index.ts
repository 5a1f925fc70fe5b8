export { createScene, type SceneOptions } from './scene.ts';
export type { Candidate, SceneEventDraft } from './scene/draft.ts';
export type { CameraGeometry } from './scene/ground.ts';
export type { Look, LookResult } from './scene/scene-rule.ts';
