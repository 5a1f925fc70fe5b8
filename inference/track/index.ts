export * from './box.ts';
export { isCarrier, mayBeSame } from './class-vote.ts';
export * from './tracker.ts';
