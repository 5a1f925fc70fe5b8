export * from './command.ts';
export * from './failure.ts';
export * from './input.ts';
export * from './probe.ts';
export * from './process.ts';
