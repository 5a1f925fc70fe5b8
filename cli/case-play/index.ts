export { casePeople } from './people.ts';
export { openCasePlay } from './play.ts';
export { chosenBases } from './parties.ts';
export { type CaseScene, openScene } from './scene.ts';
export { caseChapters, caseDesks } from './script.ts';
export {
  type CaseChapter,
  caseStartMs,
  firstCameraId,
  mediaIdsOf,
  secondCameraId,
  stepAtMs,
} from './steps.ts';
