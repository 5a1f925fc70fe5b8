export type * from './media-store.ts';
export type * from './store.ts';
