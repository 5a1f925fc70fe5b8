import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { errorFields, type Log, systemCodeOf } from '../../kernel/index.ts';
import type { Baselines } from './picture/index.ts';

const finite = z.number();
const map = z.string().transform((text) => {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
});
const StoredBaseline = z
  .strictObject({
    columns: z.int().positive(),
    rows: z.int().positive(),
    pictureCount: z.int().nonnegative(),
    learnedMs: finite,
    mean: finite,
    contrast: finite,
    uniformShare: finite,
    noise: finite,
    sharpness: finite,
    meanU: finite,
    meanV: finite,
    leastChangedShare: finite,
    relief: map,
    medianRelief: finite,
    luma: map,
  })
  .refine(({ columns, rows, relief, luma }) => {
    const cells = columns * rows;
    return relief.length === cells && luma.length === cells;
  }, 'maps and size do not fit')
  .nullable();
const StoredBaselines = z.strictObject({
  version: z.literal(1),
  day: StoredBaseline,
  night: StoredBaseline,
  view: z.string().nullable().default(null),
});

/** What is known of a camera's picture, and of which view: what the file says of where it looks; null when unsaid. */
export interface LearnedPicture {
  readonly baselines: Baselines;
  readonly view: string | null;
}

export const nothingLearned: LearnedPicture = { baselines: { day: null, night: null }, view: null };

/** What a camera's picture usually is, as an earlier run learned it. A file that cannot be read is learned anew. */
export async function readLearned(filePath: string, log: Log): Promise<LearnedPicture> {
  try {
    const { day, night, view } = StoredBaselines.parse(JSON.parse(await readFile(filePath, 'utf8')));
    return { baselines: { day, night }, view };
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') log.warn(errorFields(error), 'a baseline is learned anew');
    return nothingLearned;
  }
}

/** Complete or not at all. A disk that is full costs what was learned since, not the camera. */
export async function writeLearned(filePath: string, learned: LearnedPicture, log: Log): Promise<void> {
  const text = (values: Float32Array): string =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
  const stored = ({ baselines: { day, night }, view }: LearnedPicture) => ({
    version: 1,
    view,
    day: day === null ? null : { ...day, relief: text(day.relief), luma: text(day.luma) },
    night: night === null ? null : { ...night, relief: text(night.relief), luma: text(night.luma) },
  });
  try {
    await mkdir(dirname(filePath), { recursive: true });
    await writeFile(`${filePath}.part`, JSON.stringify(stored(learned)));
    await rename(`${filePath}.part`, filePath);
  } catch (error) {
    log.warn(errorFields(error), 'what was learned of a picture could not be kept');
  }
}
