import type { Config } from '../kernel/index.ts';
import { probeFile, probeRtsp, type VideoStream } from './ffmpeg/index.ts';
import type { CameraSource } from './source.ts';

/**
 * Look at a camera or file once: is it there, may we, and what does it send?
 * @throws PipelineError INGEST_* with what was found and what to do.
 */
export async function probeSource(
  source: CameraSource,
  settings: Pick<Config['ingest'], 'connectTimeoutMs'>,
  signal: AbortSignal,
): Promise<VideoStream> {
  return source.kind === 'file'
    ? await probeFile(source.address, signal)
    : await probeRtsp(source.address, source.credential, settings.connectTimeoutMs, signal);
}
