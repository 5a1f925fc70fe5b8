import type { BoxNorm } from '../../contracts/index.ts';
import type { Detection } from '../detect/index.ts';

/** A box in whole px of the picture. */
export interface RectPx {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}
export interface SizePx {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How much a face's box grows on each side: hair, ears and chin give a person away too. */
const faceMargin = 0.3;
/** The head is the upper fifth of somebody who stands; a little more, because boxes are not exact. */
const headShare = 0.22;
/** Of somebody cut off by the edge of the picture, the box is as wide as the shoulders: a head is this share of that. */
const headPerWidth = 0.6;
/** Where a face is looked for: head and shoulders. */
const searchShare = 1 / 3;
const searchPerWidth = 0.9;
/**
 * A small box that is about as wide as high and not sure is a bag as often as somebody crouching. Hiding a bag hides the
 * evidence; a face in such a box would have some ten px, too few to know anybody by.
 */
const doubtful = { maxSidePx: 48, maxHeightPerWidth: 1.2, maxConfidence: 0.6 };
/** A face this sure, where a head has to be, stands for the head; a less sure one is hidden besides the head. */
const certainFace = 0.5;

const share = (value: number): number => Math.min(1, Math.max(0, value));

/** The part of a box that lies in the picture. */
function within(left: number, top: number, right: number, bottom: number): BoxNorm {
  const xNorm = share(left);
  const yNorm = share(top);
  return { xNorm, yNorm, wNorm: share(right) - xNorm, hNorm: share(bottom) - yNorm };
}

function upperPart(
  person: BoxNorm,
  picture: SizePx,
  part: { readonly ofHeight: number; readonly perWidth: number; readonly margin: number },
): BoxNorm {
  const widthAsHeight = (person.wNorm * picture.widthPx) / picture.heightPx;
  const depth = Math.min(person.hNorm, Math.max(part.ofHeight * person.hNorm, part.perWidth * widthAsHeight));
  const besides = part.margin * person.wNorm;
  return within(
    person.xNorm - besides,
    person.yNorm - part.margin * depth,
    person.xNorm + person.wNorm + besides,
    person.yNorm + depth,
  );
}

/** Where the head of a person is, judged by the person's box alone. */
export const headOf = (person: BoxNorm, picture: SizePx): BoxNorm =>
  upperPart(person, picture, { ofHeight: headShare, perWidth: headPerWidth, margin: 0.1 });

/** Where a person's face is worth looking for. */
export const searchAreaOf = (person: BoxNorm, picture: SizePx): BoxNorm =>
  upperPart(person, picture, { ofHeight: searchShare, perWidth: searchPerWidth, margin: 0.15 });

/** A face's box with its margin. */
export function coverOf({ xNorm, yNorm, wNorm, hNorm }: BoxNorm): BoxNorm {
  const [besides, above] = [faceMargin * wNorm, faceMargin * hNorm];
  return within(xNorm - besides, yNorm - above, xNorm + wNorm + besides, yNorm + hNorm + above);
}

function holdsCentre(area: BoxNorm, { xNorm, yNorm, wNorm, hNorm }: BoxNorm): boolean {
  const x = xNorm + wNorm / 2 - area.xNorm;
  const y = yNorm + hNorm / 2 - area.yNorm;
  return x >= 0 && y >= 0 && x <= area.wNorm && y <= area.hNorm;
}

function isDoubtful({ confidence, wNorm, hNorm }: Detection, picture: SizePx): boolean {
  const widthPx = wNorm * picture.widthPx;
  const heightPx = hNorm * picture.heightPx;
  return (
    confidence < doubtful.maxConfidence &&
    Math.max(widthPx, heightPx) < doubtful.maxSidePx &&
    heightPx < doubtful.maxHeightPerWidth * widthPx
  );
}

/**
 * What has to be hidden: every face, and the head of every person whose face was not found for sure. One face stands
 * for one person only, so that somebody beside an uncovered face is hidden as well.
 */
export function regionsToHide(
  persons: readonly Detection[],
  faces: readonly Detection[],
  picture: SizePx,
): BoxNorm[] {
  const free = new Set(faces.filter(({ confidence }) => confidence >= certainFace));
  const heads = persons
    .filter((person) => !isDoubtful(person, picture))
    .map((person) => headOf(person, picture))
    .filter((head) => {
      const own = [...free].find((face) => holdsCentre(head, face));
      if (own === undefined) return true;
      free.delete(own);
      return false;
    });
  return [...faces.map(coverOf), ...heads];
}

/** Whole px that cover a box at least; sides are even, so that they also fit the halved colour planes. */
export function toRectPx(box: BoxNorm, { widthPx, heightPx }: SizePx): RectPx {
  const evenDown = (value: number): number => 2 * Math.floor(value / 2);
  const leftPx = evenDown(box.xNorm * widthPx);
  const topPx = evenDown(box.yNorm * heightPx);
  const right = Math.min(widthPx, 2 * Math.ceil(((box.xNorm + box.wNorm) * widthPx) / 2));
  const bottom = Math.min(heightPx, 2 * Math.ceil(((box.yNorm + box.hNorm) * heightPx) / 2));
  return { leftPx, topPx, widthPx: right - leftPx, heightPx: bottom - topPx };
}
