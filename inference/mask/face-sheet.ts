import type { BoxNorm } from '../../contracts/index.ts';
import { type Detection, i420Bytes, resamplePlane, type Picture } from '../detect/index.ts';
import { type RectPx, toRectPx } from './region.ts';

const cellPx = 160;
const columns = 4;
const maxCells = 16;
/** More enlargement adds nothing that a face detector could see. */
const maxEnlargement = 4;

interface Cell {
  /** Where the crop lies in the picture, and where on the sheet. */
  readonly source: RectPx;
  readonly place: RectPx;
}

/** Crops of a picture side by side, each brought to a size at which the face detector sees something: one run for all. */
export interface FaceSheet {
  readonly picture: Picture;
  /** Detections on the sheet as boxes in the picture; those in no crop are left out. */
  readonly toPicture: (found: readonly Detection[]) => Detection[];
}

const even = (value: number): number => Math.max(2, 2 * Math.round(value / 2));

function layOut(areas: readonly RectPx[]): Cell[] {
  return areas.map((source, index) => {
    const factor = Math.min(maxEnlargement, cellPx / source.widthPx, cellPx / source.heightPx);
    const place = {
      leftPx: (index % columns) * cellPx,
      topPx: Math.floor(index / columns) * cellPx,
      widthPx: Math.min(cellPx, even(source.widthPx * factor)),
      heightPx: Math.min(cellPx, even(source.heightPx * factor)),
    };
    return { source, place };
  });
}

/** Scale one plane of a crop onto the sheet; `shift` is 0 for luma, 1 for the halved colour planes. */
function paste(
  from: { readonly data: Uint8Array; readonly offset: number; readonly rowStride: number },
  onto: { readonly data: Uint8Array; readonly offset: number; readonly rowStride: number },
  { source, place }: Cell,
  shift: 0 | 1,
): void {
  const size = ({ widthPx, heightPx }: RectPx): { widthPx: number; heightPx: number } => ({
    widthPx: widthPx >> shift,
    heightPx: heightPx >> shift,
  });
  const target = size(place);
  const start = (rect: RectPx, rowStride: number): number =>
    (rect.topPx >> shift) * rowStride + (rect.leftPx >> shift);
  const scaled = resamplePlane(
    { ...from, offset: from.offset + start(source, from.rowStride) },
    size(source),
    target,
  );
  for (let row = 0; row < target.heightPx; row += 1) {
    const to = onto.offset + start(place, onto.rowStride) + row * onto.rowStride;
    // Converting to bytes cuts off; half a step more rounds.
    for (let x = 0; x < target.widthPx; x += 1) onto.data[to + x] = scaled[row * target.widthPx + x]! + 0.5;
  }
}

function drawSheet(picture: Picture, cells: readonly Cell[]): Picture {
  const widthPx = Math.min(cells.length, columns) * cellPx;
  const heightPx = Math.ceil(cells.length / columns) * cellPx;
  const data = new Uint8Array(new SharedArrayBuffer(i420Bytes(widthPx, heightPx)));
  const luma = widthPx * heightPx;
  data.fill(16, 0, luma);
  data.fill(128, luma);
  const pictureLuma = picture.widthPx * picture.heightPx;
  const chromaStride = Math.ceil(picture.widthPx / 2);
  const pictureChroma = chromaStride * Math.ceil(picture.heightPx / 2);
  for (const cell of cells) {
    paste(
      { data: picture.data, offset: 0, rowStride: picture.widthPx },
      { data, offset: 0, rowStride: widthPx },
      cell,
      0,
    );
    for (const plane of [0, 1]) {
      paste(
        { data: picture.data, offset: pictureLuma + plane * pictureChroma, rowStride: chromaStride },
        { data, offset: luma + (plane * luma) / 4, rowStride: widthPx / 2 },
        cell,
        1,
      );
    }
  }
  return { widthPx, heightPx, data };
}

function openSheet(picture: Picture, areas: readonly RectPx[]): FaceSheet {
  const cells = layOut(areas);
  const sheet = drawSheet(picture, cells);
  const toPicture = (face: Detection): Detection | null => {
    const leftPx = face.xNorm * sheet.widthPx;
    const topPx = face.yNorm * sheet.heightPx;
    const widthPx = face.wNorm * sheet.widthPx;
    const heightPx = face.hNorm * sheet.heightPx;
    const [centreX, centreY] = [leftPx + widthPx / 2, topPx + heightPx / 2];
    const cell = cells.find(
      ({ place }) =>
        centreX >= place.leftPx &&
        centreX < place.leftPx + place.widthPx &&
        centreY >= place.topPx &&
        centreY < place.topPx + place.heightPx,
    );
    if (cell === undefined) return null;
    const { source, place } = cell;
    const factorX = source.widthPx / place.widthPx;
    const factorY = source.heightPx / place.heightPx;
    const box: BoxNorm = {
      xNorm: Math.max(0, (source.leftPx + (leftPx - place.leftPx) * factorX) / picture.widthPx),
      yNorm: Math.max(0, (source.topPx + (topPx - place.topPx) * factorY) / picture.heightPx),
      wNorm: (widthPx * factorX) / picture.widthPx,
      hNorm: (heightPx * factorY) / picture.heightPx,
    };
    return { ...face, ...box };
  };
  return { picture: sheet, toPicture: (found) => found.map(toPicture).filter((face) => face !== null) };
}

/**
 * Lay parts of a picture side by side on as many sheets as they need.
 * @param areas in shares of the picture.
 */
export function layFaceSheets(picture: Picture, areas: readonly BoxNorm[]): FaceSheet[] {
  const rects = areas
    .map((area) => toRectPx(area, picture))
    // An odd last column or row has half a colour sample less than a crop of even sides needs.
    .map((rect) => ({ ...rect, widthPx: rect.widthPx & ~1, heightPx: rect.heightPx & ~1 }))
    .filter(({ widthPx, heightPx }) => widthPx > 0 && heightPx > 0);
  const sheets: FaceSheet[] = [];
  for (let from = 0; from < rects.length; from += maxCells) {
    sheets.push(openSheet(picture, rects.slice(from, from + maxCells)));
  }
  return sheets;
}
