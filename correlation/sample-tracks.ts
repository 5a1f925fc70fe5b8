import type { Observation } from '../contracts/index.ts';

const everyMs = 1_000;
/** A track that was not seen for this long is forgotten; should it come back, one sample more is kept. */
const rememberMs = 60_000;

/**
 * Thins observations to one sample a second per track: the first of each second of captured time.
 * @returns a function that gives an observation without the detections that are not kept, or null when none are.
 */
export function trackSampler(): (observation: Observation) => Observation | null {
  const cameras = new Map<string, { seconds: Map<string, number>; prunedAtMs: number }>();
  return (observation) => {
    const { cameraId, capturedAtMs } = observation;
    const camera = cameras.get(cameraId) ?? { seconds: new Map<string, number>(), prunedAtMs: capturedAtMs };
    cameras.set(cameraId, camera);
    const second = Math.floor(capturedAtMs / everyMs);
    const detections = observation.detections.filter(({ trackId }) => camera.seconds.get(trackId) !== second);
    for (const { trackId } of detections) camera.seconds.set(trackId, second);
    if (Math.abs(capturedAtMs - camera.prunedAtMs) > rememberMs) {
      camera.prunedAtMs = capturedAtMs;
      for (const [trackId, seen] of camera.seconds) {
        if (Math.abs(second - seen) * everyMs > rememberMs) camera.seconds.delete(trackId);
      }
    }
    return detections.length === 0 ? null : { ...observation, detections };
  };
}
