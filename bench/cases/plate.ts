import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DetectorPool } from '../../inference/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import { movePicture } from './effects.ts';
import type { Footage } from './footage.ts';

/** Pictures a second of every case: what the product analyses by default. */
export const fps = 5;
const longSidePx = 640;

export type Detections = Awaited<ReturnType<DetectorPool['detect']>>;

/** Footage decoded as the product would see it, with what the detector says of it. I420. */
export interface Plate {
  readonly footage: Footage;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frames: readonly Uint8Array[];
  readonly detections: readonly Detections[];
  /** The empty scene: median of the frames. */
  readonly empty: Uint8Array;
  /** How bright each frame is against the empty scene: a camera's exposure changes what is put into it as well. */
  readonly gains: readonly number[];
  /** Standard deviation of the footage's grain, in steps of luma. */
  readonly noiseSigma: number;
}

async function probeSize(file: string, atMostPx: number): Promise<{ widthPx: number; heightPx: number }> {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'stream=width,height',
    '-of',
    'csv=p=0',
  ];
  const [width, height] = (await output('ffprobe', [...args, file]))
    .toString('utf8')
    .trim()
    .split(',')
    .map(Number);
  if (width === undefined || height === undefined) {
    throw new PipelineError('INGEST_NOT_A_VIDEO', `${file} has no picture.`, {
      hint: 'Give the footage anew.',
    });
  }
  const scale = Math.min(1, atMostPx / Math.max(width, height));
  const even = (px: number): number => Math.max(2, 2 * Math.round((px * scale) / 2));
  return { widthPx: even(width), heightPx: even(height) };
}

async function output(command: string, args: readonly string[]): Promise<Buffer> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Decode and detect once; later runs read `cacheDir`. */
export async function openPlate(
  footage: Footage,
  file: string,
  options: {
    readonly cacheDir: string;
    readonly openDetector: () => Promise<DetectorPool>;
    readonly model: string;
  },
): Promise<Plate> {
  const first =
    footage.sequenceFps === undefined ? file : path.join(file, (await readdir(file)).toSorted()[0] ?? '');
  const { size, mtimeMs } = await stat(first);
  const key = createHash('sha256')
    .update(
      JSON.stringify([
        footage.fromS,
        footage.toS,
        footage.isStill,
        footage.drifts,
        footage.longSidePx,
        size,
        mtimeMs,
        options.model,
        fps,
      ]),
    )
    .digest('hex')
    .slice(0, 12);
  const { widthPx, heightPx } = await probeSize(first, footage.longSidePx ?? longSidePx);
  const decoded = await decode(footage, file, { widthPx, heightPx });
  await mkdir(options.cacheDir, { recursive: true });
  const keep = async (ending: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> => {
    const cached = path.join(options.cacheDir, `${footage.id}-${key}.${ending}`);
    const known = await readFile(cached).catch(() => null);
    if (known !== null) return known;
    const made = await make();
    await writeFile(cached, made);
    return made;
  };
  const frames = footage.drifts === true ? steady(decoded, widthPx, heightPx) : decoded;
  const empty = await keep('empty', async () => await Promise.resolve(medianOf(frames)));
  const seen = await keep('json', async () => {
    const detector = await options.openDetector();
    const all: Detections[] = [];
    for (const data of frames) all.push(await detector.detect({ widthPx, heightPx, data }));
    return Buffer.from(JSON.stringify(all));
  });
  const detections = JSON.parse(Buffer.from(seen).toString('utf8')) as Detections[];
  return {
    footage,
    widthPx,
    heightPx,
    frames,
    detections,
    empty,
    gains: frames.map((data) => gainOf(data, empty)),
    noiseSigma: footage.isStill ? 2.5 : grainOf(frames),
  };
}

async function decode(
  { fromS, toS, isStill, sequenceFps }: Footage,
  file: string,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): Promise<Uint8Array[]> {
  const from =
    sequenceFps === undefined
      ? [...(isStill ? [] : [...(fromS > 0 ? ['-ss', String(fromS)] : []), '-to', String(toS)]), '-i', file]
      : ['-framerate', String(sequenceFps), '-i', path.join(file, '%03d.jpg')];
  const filter = `${isStill ? '' : `fps=${fps},`}scale=${widthPx}:${heightPx}:flags=bilinear`;
  const raw = ['-pix_fmt', 'yuv420p', '-f', 'rawvideo', ...(isStill ? ['-frames:v', '1'] : []), '-'];
  const bytes = await output('ffmpeg', ['-v', 'quiet', '-nostdin', ...from, '-vf', filter, ...raw]);
  const frameBytes = (widthPx * heightPx * 3) / 2;
  const count = Math.floor(bytes.length / frameBytes);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * frameBytes, (i + 1) * frameBytes));
}

function medianOf(frames: readonly Uint8Array[]): Uint8Array {
  const every = Math.max(1, Math.floor(frames.length / 41));
  const samples = frames.filter((_, i) => i % every === 0);
  const middle = new Uint8Array(frames[0]?.length ?? 0);
  const column = new Uint8Array(samples.length);
  for (let i = 0; i < middle.length; i++) {
    for (let k = 0; k < samples.length; k++) column[k] = samples[k]?.[i] ?? 0;
    // oxlint-disable-next-line unicorn/no-array-sort -- in place: a copy per pixel would double the pass
    middle[i] = column.sort()[samples.length >> 1] ?? 0;
  }
  return middle;
}

/** Median of what one picture's luma is times the other's. */
function gainOf(data: Uint8Array, empty: Uint8Array): number {
  const ratios: number[] = [];
  for (let i = 0; i < (empty.length * 2) / 3; i += 97) {
    const was = empty[i] ?? 0;
    if (was >= 24 && was <= 235) ratios.push((data[i] ?? 0) / was);
  }
  return Float64Array.from(ratios).toSorted()[ratios.length >> 1] ?? 1;
}

/** Mean difference of two neighbouring pictures where nothing moves; |a − b| of two normal values is 2σ/√π. */
function grainOf(frames: readonly Uint8Array[]): number {
  const [a, b] = [frames[frames.length >> 1], frames[(frames.length >> 1) + 1]];
  if (a === undefined || b === undefined) return 1;
  let [sum, count] = [0, 0];
  const luma = (a.length * 2) / 3;
  for (let i = 0; i < luma; i += 7) {
    const off = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    if (off > 20) continue;
    sum += off;
    count++;
  }
  return ((sum / Math.max(count, 1)) * Math.sqrt(Math.PI)) / 2;
}

/** Bring the pictures of a drifting camera to where the first one lies, so that things can be put on its ground. */
function steady(frames: readonly Uint8Array[], widthPx: number, heightPx: number): Uint8Array[] {
  const [first] = frames;
  if (first === undefined) return [];
  let [dx, dy] = [0, 0];
  return frames.map((data) => {
    let best = { cost: Infinity, dx, dy };
    for (let y = dy - 2; y <= dy + 2; y++) {
      for (let x = dx - 2; x <= dx + 2; x++) {
        const cost = differenceAt(first, data, x, y, widthPx, heightPx);
        if (cost < best.cost) best = { cost, dx: x, dy: y };
      }
    }
    [dx, dy] = [best.dx, best.dy];
    const moved = new Uint8Array(data.length);
    movePicture({ widthPx, heightPx, data }, dx, dy, moved);
    return moved;
  });
}

function differenceAt(
  a: Uint8Array,
  b: Uint8Array,
  dx: number,
  dy: number,
  widthPx: number,
  heightPx: number,
): number {
  const margin = 40;
  let sum = 0;
  for (let y = margin; y < heightPx - margin; y += 5) {
    for (let x = margin; x < widthPx - margin; x += 3) {
      // Steps between neighbours: the exposure of this footage changes too.
      const at = y * widthPx + x;
      const to = (y + dy) * widthPx + x + dx;
      const own = (a[at] ?? 0) - (a[at + 2] ?? 0);
      const other = (b[to] ?? 0) - (b[to + 2] ?? 0);
      sum += Math.min(20, Math.abs(own - other));
    }
  }
  return sum;
}
