export * from './score.ts';
export * from './summary.ts';
export * from './truth.ts';
