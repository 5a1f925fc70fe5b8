export * from './cameras/index.ts';
export * from './figures.ts';
export * from './measures/index.ts';
export * from './records/index.ts';
