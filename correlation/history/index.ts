export {
  type DistrictFolder,
  type FolderMeta,
  type FolderProblem,
  readDistrictFolder,
  readFolderMeta,
} from './district-folder.ts';
export { type DistrictFiles, districtOf } from './district-history.ts';
export { type Listing, type RefusedCell } from './listing.ts';
export * from './readers.ts';
export { type Comparison, compareWithReference, type Mismatch, Reference } from './reference.ts';
