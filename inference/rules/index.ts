export { createScene, type SceneOptions } from './scene.ts';
export type { Candidate, SceneEventDraft } from './scene/draft.ts';
export type { CameraGeometry } from './scene/ground.ts';
