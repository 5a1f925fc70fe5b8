export { addModel } from './add-model.ts';
export { type DetectorPool, openDetectorPool } from './detector-pool.ts';
export { findModel, listModelNames, type LoadedModel } from './model-store.ts';
