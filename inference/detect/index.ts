export * from './crop.ts';
export * from './detection.ts';
export * from './letterbox.ts';
export * from './manifest.ts';
export * from './read-model.ts';
export * from './resample.ts';
