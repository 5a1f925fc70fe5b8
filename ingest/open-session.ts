import { openFileSession } from './file-session.ts';
import { openLiveSession } from './live-session.ts';
import type { CameraSession, SessionOptions } from './session.ts';

/**
 * Open a camera or a recorded file.
 *
 * A live camera is read for ever and at its own pace, whatever `pace` says; that it cannot be reached shows in its
 * health, not as an error.
 * @throws PipelineError INGEST_FILE_NOT_FOUND, INGEST_NOT_A_VIDEO, INGEST_FILE_DAMAGED, INGEST_FFMPEG_MISSING,
 *   DISK_FULL, DATA_DIR_UNUSABLE.
 */
export async function openCameraSession(options: SessionOptions): Promise<CameraSession> {
  return options.source.kind === 'rtsp' ? await openLiveSession(options) : await openFileSession(options);
}
