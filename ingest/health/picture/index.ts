export * from './monitor.ts';
export type { PlanarPicture } from './cells.ts';
