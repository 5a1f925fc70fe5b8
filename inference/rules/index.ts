export { createScene } from './scene.ts';
export type { Candidate, SceneEventDraft, SceneOptions } from './scene-options.ts';
