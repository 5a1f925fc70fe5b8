import type { Config } from '../kernel/index.ts';
import { probeFile, type VideoStream } from './ffmpeg/index.ts';
import { probeCamera } from './rtsp/probe-camera.ts';
import type { CameraSource } from './source.ts';

/**
 * Look at a camera or file once: is it there, may we, and what does it send?
 * @throws PipelineError INGEST_* with what was found and what to do.
 */
export async function probeSource(
  source: CameraSource,
  settings: Pick<Config['ingest'], 'connectTimeoutMs' | 'allowedHosts'>,
  signal: AbortSignal,
): Promise<VideoStream> {
  return source.kind === 'file'
    ? await probeFile(source.address, signal)
    : (await probeCamera(source, settings, signal)).stream;
}
