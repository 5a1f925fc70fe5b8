export { addModel } from './add-model.ts';
export { type DetectorPool, openDetectorPool } from './detector-pool.ts';
export { findModel, listModelNames } from './model-store.ts';
export { tryProvider } from './session.ts';
