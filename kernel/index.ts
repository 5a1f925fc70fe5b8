export * from './clock.ts';
export * from './config.ts';
export * from './errors.ts';
export * from './ids.ts';
export * from './latest.ts';
export * from './log.ts';
export * from './private-file.ts';
export * from './shutdown.ts';
