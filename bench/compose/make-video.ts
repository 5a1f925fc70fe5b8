import { composePicture, type Studio, studyFootage } from './compose.ts';
import { openEncoder, probeFootage, readPictures } from './footage.ts';
import type { Picture } from './picture.ts';
import type { Scene } from './scene.ts';
import { type EventsFile, keepTruth } from './truth.ts';

/** About 60 samples make a clean median and fit in 80 MB at 768 × 576. */
const BACKGROUND_SAMPLES = 60;

/**
 * Make a scene's video from its footage and return its truth. Two passes: the first learns the empty scene, the
 * second composes and encodes; pictures are streamed, only the samples are held.
 * @param name file name written into the truth; @param onFrame called after each frame with (done, total).
 * @throws PipelineError when the footage cannot be read or the video not written, RangeError when the scene does not
 *   fit the footage.
 */
export async function makeVideo(options: {
  scene: Scene;
  footageFile: string;
  outFile: string;
  name: string;
  onFrame: (done: number, total: number) => void;
}): Promise<EventsFile> {
  const { scene, footageFile, outFile, name, onFrame } = options;
  const facts = await probeFootage(footageFile);
  const size = { widthPx: facts.widthPx, heightPx: facts.heightPx };
  const total = Math.round(facts.durationS * facts.fps);
  const studio = await learn(scene, footageFile, size, total);
  const truth = keepTruth(scene, size);
  await using encoder = openEncoder(outFile, {
    ...size,
    fps: scene.footage.fps,
    startsAt: scene.startsAt,
    ...scene.encoding,
  });
  let skipped = 0;
  let frame = 0;
  for await (const picture of readPictures(footageFile, size)) {
    if (skipped++ < scene.footage.skipFrames) continue;
    const atS = frame / scene.footage.fps;
    const composed = composePicture(scene, studio, picture, atS, frame);
    truth.note(composed, atS);
    await encoder.write(composed.picture);
    frame++;
    onFrame(frame, total - scene.footage.skipFrames);
  }
  await encoder.close();
  return truth.finish(name, frame);
}

async function learn(
  scene: Scene,
  file: string,
  size: { widthPx: number; heightPx: number },
  total: number,
): Promise<Studio> {
  const every = Math.max(1, Math.floor(total / BACKGROUND_SAMPLES));
  const samples: Picture[] = [];
  let pair: [Picture, Picture] | null = null;
  let before: Picture | null = null;
  let frame = 0;
  for await (const picture of readPictures(file, size)) {
    if (frame % every === 0) samples.push(picture);
    if (before !== null && frame === Math.floor(total / 8)) pair = [before, picture];
    before = picture;
    frame++;
  }
  if (pair === null) throw new RangeError(`${file} is too short to learn its background from.`);
  return studyFootage(scene, samples, pair);
}
