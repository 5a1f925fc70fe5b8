export { openPlateReader, type PlateReader } from './reader.ts';
