export * from './mot-text.ts';
export * from './run-trackers.ts';
export * from './tracking-score.ts';
