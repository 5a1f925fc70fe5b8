import { type Config, PipelineError } from '../../kernel/index.ts';
import { probeRtsp, type RtspTransport, sentNoPicture, type VideoStream } from '../ffmpeg/index.ts';
import type { CameraSource } from '../source.ts';
import { reachStream } from './reach.ts';

/** A camera that was looked at. */
export interface ProbedCamera {
  /** Where it is read from now: checked, with an IP address in the place of a name. */
  readonly address: string;
  readonly stream: VideoStream;
  readonly transport: RtspTransport;
}

/**
 * Reach a live camera and look at what it sends.
 * @throws PipelineError INGEST_ADDRESS_REFUSED, INGEST_RTSP_AUTH, INGEST_RTSP_NOT_FOUND, INGEST_RTSP_UNREACHABLE,
 *   INGEST_FRAMES_STALLED, INGEST_FFMPEG_MISSING.
 */
export async function probeCamera(
  source: CameraSource,
  settings: Pick<Config['ingest'], 'connectTimeoutMs' | 'allowedHosts'>,
  signal: AbortSignal,
): Promise<ProbedCamera> {
  const { credential } = source;
  const timeoutMs = settings.connectTimeoutMs;
  const { address, offer } = await reachStream(`Camera ${source.cameraId}`, source.address, {
    credential,
    rules: settings,
    timeoutMs,
    signal,
  });
  try {
    return { address, ...(await probeRtsp(address, credential, timeoutMs, signal)) };
  } catch (error) {
    const isVague = error instanceof PipelineError && error.code === 'INGEST_RTSP_UNREACHABLE';
    throw isVague && offer !== null ? sentNoPicture(source.address, offer.codec) : error;
  }
}
