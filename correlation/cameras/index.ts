export * from './camera-code.ts';
export * from './camera-file.ts';
export * from './key-places.ts';
