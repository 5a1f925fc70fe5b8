import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createScene } from '../../inference/rules/index.ts';
import { createTracker, type Detection } from '../../inference/track/index.ts';

const [widthPx, heightPx] = [160, 90];
const fps = 5;
const hourS = 3_600;
/** Caches fill and code is compiled before that. */
const warmUpS = 600;
/** More than this after the warm-up is growth, not the noise of a collection. */
const maxGrowthBytes = 2 * 2 ** 20;

/** Who walks through at some second: nobody at times, up to six people at others, always new ones. */
function people(s: number): Detection[] {
  const busy = Math.round(3 + 3 * Math.sin(s / 90));
  return Array.from({ length: busy }, (_, i): Detection => {
    const way = (s / (12 + i) + i * 0.17) % 1.3;
    return {
      className: i % 4 === 3 ? 'car' : 'person',
      confidence: 0.8,
      xNorm: way - 0.1,
      yNorm: 0.25 + 0.08 * i,
      wNorm: 0.05,
      hNorm: 0.2,
    };
  }).filter(({ xNorm }) => xNorm >= 0 && xNorm < 0.95);
}

/** Street with walkers painted in; the ground carries a little noise, as a sensor's does. */
function paint(data: Uint8Array, frame: number, detections: readonly Detection[]): void {
  for (let i = 0; i < widthPx * heightPx; i++) data[i] = 60 + ((i * 37) % 90) + ((i * 7 + frame * 13) % 5);
  data.fill(128, widthPx * heightPx);
  for (const { xNorm, yNorm, wNorm, hNorm } of detections) {
    const [left, right] = [Math.floor(xNorm * widthPx), Math.floor((xNorm + wNorm) * widthPx)];
    for (let y = Math.floor(yNorm * heightPx); y < (yNorm + hNorm) * heightPx; y++) {
      data.fill(20 + ((y * 3) % 200), y * widthPx + left, y * widthPx + right);
    }
  }
}

/** Budget: an hour of pictures through gate, tracker and rules leaves no more on the heap than ten minutes did. */
export function report(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heapBytes = (): number => {
    collect();
    collect();
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  const scene = createScene({ cameraId: 'hour' });
  const tracker = createTracker({ cameraId: 'hour' });
  const data = new Uint8Array((widthPx * heightPx * 3) / 2);
  const marks: { minute: number; heapBytes: number }[] = [];
  for (let frame = 0; frame <= hourS * fps; frame++) {
    const s = frame / fps;
    const capturedAtMs = 1_750_000_000_000 + frame * (1_000 / fps);
    const seen = people(s);
    paint(data, frame, seen);
    const picture = { capturedAtMs, widthPx, heightPx, data };
    const detections = scene.needsDetection(picture) ? seen : null;
    scene.step({ ...picture, tracks: tracker.step({ capturedAtMs, detections }) });
    if (s >= warmUpS && s % warmUpS === 0) marks.push({ minute: s / 60, heapBytes: heapBytes() });
  }
  console.log(
    `\nHeap while one hour of ${widthPx}×${heightPx} pictures runs through gate, tracker and rules`,
  );
  console.table(marks.map(({ minute, heapBytes: bytes }) => ({ minute, MiB: (bytes / 2 ** 20).toFixed(2) })));
  const first = marks[0]?.heapBytes ?? 0;
  const last = marks.at(-1)?.heapBytes ?? 0;
  if (last - first > maxGrowthBytes)
    return Promise.reject(
      new Error(`the heap grew by ${((last - first) / 2 ** 20).toFixed(1)} MiB after the warm-up`),
    );
  return Promise.resolve();
}
