import { Bench } from 'tinybench';
import { createScene } from '../inference/rules/index.ts';
import { createTracker, type Detection } from '../inference/track/index.ts';

/** Budget: 3 ms per analysed 640×360 picture for gate, tracker and rules together, so that the detector stays the cost. */
export function open(): Promise<Bench> {
  const bench = new Bench({ name: 'one 640×360 picture with ten people', time: 2_000 });
  const [widthPx, heightPx] = [640, 360];
  const data = new Uint8Array((widthPx * heightPx * 3) / 2).map((_, i) => 60 + ((i * 7) % 90));
  const scene = createScene({ cameraId: 'bench' });
  const tracker = createTracker({ cameraId: 'bench' });
  let capturedAtMs = 1_750_000_000_000;
  const people = (s: number): Detection[] =>
    Array.from({ length: 10 }, (_, i) => ({
      className: 'person',
      confidence: 0.8,
      xNorm: (0.09 * i + 0.02 * s) % 0.9,
      yNorm: 0.3 + 0.03 * i,
      wNorm: 0.05,
      hNorm: 0.25,
    }));
  bench.add('gate, tracker and rules', () => {
    capturedAtMs += 200;
    const detections = people((capturedAtMs / 1_000) % 40);
    for (const { xNorm, yNorm, wNorm, hNorm } of detections) {
      const [left, right] = [Math.floor(xNorm * widthPx), Math.floor((xNorm + wNorm) * widthPx)];
      for (let y = Math.floor(yNorm * heightPx); y < (yNorm + hNorm) * heightPx; y += 2) {
        data.fill(20 + ((y * 3) % 200), y * widthPx + left, y * widthPx + right);
      }
    }
    const picture = { capturedAtMs, widthPx, heightPx, data };
    scene.needsDetection(picture);
    scene.step({ ...picture, tracks: tracker.step({ capturedAtMs, detections }) });
  });
  return Promise.resolve(bench);
}
