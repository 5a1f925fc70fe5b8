export * from './cameras/index.ts';
export * from './figures.ts';
export * from './history/index.ts';
export * from './measures/index.ts';
export * from './records/index.ts';
export { runTerms } from './run-terms.ts';
export { correlationSettings } from './settings.ts';
export { runSink, sinkGroupOf, sinkTopics } from './sink.ts';
export { correlationGroup, correlationTopics, runCorrelation } from './worker.ts';
