export { cameraFilesIn, readDistrictFolder, readFolderMeta } from './district-folder.ts';
export * from './readers.ts';
export { type Comparison, compareWithReference, type Mismatch, Reference } from './reference.ts';
