export { distanceM } from './place-fit.ts';
export * from './score.ts';
export { linkWindow } from './time-fit.ts';
export * from './weigh.ts';
export * from './legal.ts';
export * from './repeats.ts';
export * from './matters.ts';
