export * from './average-precision.ts';
export * from './score.ts';
export * from './summary.ts';
export * from './tracking/index.ts';
export * from './truth.ts';
