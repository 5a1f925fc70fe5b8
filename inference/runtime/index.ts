export { addModel } from './add-model.ts';
export { type DetectorPool, openDetectorPool } from './detector-pool.ts';
export { findModel, listModelNames, sha256OfFile } from './model-store.ts';
export { tryProvider } from './session.ts';
export { openTensorPool } from './tensor-pool.ts';
