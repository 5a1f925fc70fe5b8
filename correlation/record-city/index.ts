export * from './compare.ts';
export * from './folder.ts';
export * from './propose.ts';
