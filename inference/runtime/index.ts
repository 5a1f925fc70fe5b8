export { addModel, type AddModelOptions } from './add-model.ts';
export { type DetectorPool, openDetectorPool } from './detector-pool.ts';
export { findModel, listModelNames, type LoadedModel, type ModelDirs } from './model-store.ts';
export type { ExecutionProvider } from './session.ts';
export type { WorkerPoolStats } from './worker-pool.ts';
