export { openStore, type StoreOptions } from './clickhouse/open.ts';
export { openMediaStore } from './media/folder.ts';
export type * from './media-store.ts';
export type * from './store.ts';
