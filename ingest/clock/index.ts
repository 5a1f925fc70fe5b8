export * from './file-timeline.ts';
export * from './live-clock.ts';
