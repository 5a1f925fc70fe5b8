export * from './analyse.ts';
export type { CameraGeometry, SceneEventDraft } from './rules/index.ts';
export {
  addModel,
  type DetectorPool,
  findModel,
  listModelNames,
  openDetectorPool,
  tryProvider,
} from './runtime/index.ts';
export { cutCrop, drawBox, type Masker, openMasker } from './mask/index.ts';
export {
  type ClassPrecision,
  classPrecisions,
  type ClipScore,
  followSequence,
  judgeSequence,
  type JudgedPicture,
  type RaisedEvent,
  readKittiDetections,
  readKittiTruth,
  readMotDetections,
  readMotTruth,
  readTruth,
  scoreClip,
  type ScoredBoxPx,
  summarise,
  summariseByKind,
  summaryLine,
  thinned,
  trackers,
  type TrackingScore,
  trackingScore,
  type TrackingSequence,
  type TrackingSums,
  type TruthBox,
  type TruthFrame,
} from './eval/index.ts';
export { rgbToI420 } from './mask/rgb.ts';
export { openPlateReader, type PlateReader } from './plate/index.ts';
