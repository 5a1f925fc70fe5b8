/** Generated clips with exact truth, and what the pipeline makes of them. */
export { openKept } from './kept.ts';
export { runCases } from './run-cases.ts';
export { faultsOf, figuresOf, goals, header, line, meetsGoals, reliability } from './report.ts';
