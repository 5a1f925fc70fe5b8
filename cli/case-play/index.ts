export { casePeople } from './people.ts';
export { type CaseScene, openScene } from './scene.ts';
export {
  type CaseChapter,
  caseChapters,
  caseDesks,
  caseStartMs,
  chosenBases,
  firstCameraId,
  mediaIdsOf,
  secondCameraId,
  stepAtMs,
} from './script.ts';
