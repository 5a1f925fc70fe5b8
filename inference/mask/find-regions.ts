import type { BoxNorm } from '../../contracts/index.ts';
import type { Picture } from '../detect/index.ts';
import type { DetectorPool } from '../runtime/index.ts';
import { layFaceSheets } from './face-sheet.ts';
import { regionsToHide, searchAreaOf } from './region.ts';

/** A head too many hidden costs nothing, one too few does. */
const minPersonConfidence = 0.25;
const minFaceConfidence = 0.3;
/** The face of somebody smaller has too few px to be found however much it is enlarged: the head is hidden anyway. */
const minSearchHeightPx = 96;

/** The detectors that masking looks through; opened and closed by whoever hands them in. */
export interface MaskModels {
  readonly persons: DetectorPool;
  readonly faces: DetectorPool;
}

/**
 * Everything in a picture that has to be hidden: faces found on the whole picture and on enlarged crops of the upper
 * part of each person, and the heads of persons without a sure face.
 * @throws whatever a detector throws: nothing found and nothing looked at must not be confused.
 */
export async function findRegions(picture: Picture, { persons, faces }: MaskModels): Promise<BoxNorm[]> {
  const findFaces = { minConfidence: minFaceConfidence };
  const [found, wholeFaces] = await Promise.all([
    persons.detect(picture, { minConfidence: minPersonConfidence }),
    faces.detect(picture, findFaces),
  ]);
  const people = found.filter(({ className }) => className === 'person');
  const large = people.filter(({ hNorm }) => hNorm * picture.heightPx >= minSearchHeightPx);
  const sheets = layFaceSheets(
    picture,
    large.map((person) => searchAreaOf(person, picture)),
  );
  const cropFaces = await Promise.all(
    sheets.map(async (sheet) => sheet.toPicture(await faces.detect(sheet.picture, findFaces))),
  );
  return regionsToHide(people, [...wholeFaces, ...cropFaces.flat()], picture);
}
