export {
  cameraFilesIn,
  districtFilesIn,
  type FolderMeta,
  readFolderMeta,
} from './district-folder.ts';
export { importHistory } from './import-history.ts';
export { type DistrictTime, loadDistrict } from './load-district.ts';
export { type Comparison, compareWithReference, type Mismatch, Reference } from './reference.ts';
