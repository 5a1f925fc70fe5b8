export * from './box.ts';
export { isCarrier } from './class-vote.ts';
export * from './tracker.ts';
