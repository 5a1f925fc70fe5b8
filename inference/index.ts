export * from './analyse.ts';
export type { SceneEventDraft } from './rules/index.ts';
export {
  addModel,
  type DetectorPool,
  findModel,
  listModelNames,
  openDetectorPool,
} from './runtime/index.ts';
export { type Masker, openMasker } from './mask/index.ts';
export {
  type ClipScore,
  type RaisedEvent,
  readTruth,
  scoreClip,
  summarise,
  summaryLine,
} from './eval/index.ts';
