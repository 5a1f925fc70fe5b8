export * from './area.ts';
export * from './states.ts';
export * from './step.ts';
