import { PipelineError } from '../../kernel/index.ts';
import type { Messages } from './process.ts';

/** `rtsp://host:port/path` as host and path, fit for a message. */
const placeOf = (address: string): string => address.replace(/^[a-z]+:\/\//i, '');

/**
 * What an RTSP server's refusal means.
 * @param address without user and password.
 * @param answer its status, or null and why there was none.
 */
export function rtspRefusal(
  address: string,
  { status, reason }: { readonly status: number | null; readonly reason: string },
): PipelineError {
  const place = placeOf(address);
  if (status === 401 || status === 403) {
    return new PipelineError('INGEST_RTSP_AUTH', `${place} refused the login.`, {
      hint: 'Check the user and password that credentialEnv or the credential names. On many devices the ONVIF user and the RTSP user are separate accounts.',
      retryable: true,
    });
  }
  if (status === 404 || status === 410 || status === 454) {
    return new PipelineError('INGEST_RTSP_NOT_FOUND', `${place} answers, but has no such stream.`, {
      hint: "Check the path behind the host: it is in the camera's manual, or ask the device over ONVIF.",
      retryable: true,
    });
  }
  const found = status === null ? `cannot be reached: ${reason}` : `answered ${status} ${reason}`.trim();
  return new PipelineError('INGEST_RTSP_UNREACHABLE', `${place} ${found}.`, {
    hint: 'Check that the camera is on, that host and port are right, and that no firewall is between; it is tried again.',
    retryable: true,
  });
}

/**
 * What ended a session with a camera, read from what ffmpeg or ffprobe said.
 * @param address without user and password.
 */
export function rtspFailure(address: string, messages: Messages): PipelineError {
  const text = messages.lines.join('\n');
  if (/\b40[13] |authorization failed|Unauthorized|Forbidden/i.test(text)) {
    return rtspRefusal(address, { status: 401, reason: '' });
  }
  if (/\b404 |Not Found/i.test(text)) return rtspRefusal(address, { status: 404, reason: '' });
  const reason =
    /Connection refused|No route to host|Network is unreachable|Connection timed out|Name or service not known|Failed to resolve hostname/i.exec(
      text,
    )?.[0] ?? 'no usable answer';
  return rtspRefusal(address, { status: null, reason });
}

/** Whether a server has the stream, but not over the transport that was asked for. */
export const isTransportRefused = (messages: Messages): boolean =>
  messages.lines.some((line) => /\b461\b/.test(line));

/** A camera that agreed to a session and then sent nothing to show. */
export const sentNoPicture = (address: string, codec: string): PipelineError =>
  new PipelineError(
    'INGEST_FRAMES_STALLED',
    `${placeOf(address)} offers ${codec} video and agreed to play it, but no picture came.`,
    {
      hint: 'Restart the camera, or look whether another viewer gets its picture; it is tried again.',
      retryable: true,
    },
  );

/** Heads of containers that are certainly video: what cannot be read then is damaged, not something else. */
const videoHeads: readonly ((head: Buffer) => boolean)[] = [
  (head) => ['ftyp', 'moov', 'mdat', 'free', 'wide'].includes(head.toString('latin1', 4, 8)),
  (head) => head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 11) === 'AVI',
  (head) => head.readUInt32BE(0) === 0x1a_45_df_a3, // EBML: Matroska, WebM
  (head) => head[0] === 0x47 && head[188] === 0x47, // MPEG-TS
  (head) => head.readUInt32BE(0) === 1 && head.length > 64, // a raw H.264 or H.265 stream
];

/** Why a file that exists cannot be played. */
export function fileFailure(filePath: string, head: Buffer, messages: Messages): PipelineError {
  if (head.length >= 12 && videoHeads.some((isVideo) => isVideo(head))) {
    const isCutShort = messages.lines.some((line) => line.includes('moov atom not found'));
    const what = isCutShort
      ? 'its end, with the table of contents, is missing'
      : 'its contents cannot be decoded';
    return new PipelineError('INGEST_FILE_DAMAGED', `${filePath} is a damaged video: ${what}.`, {
      hint: 'Export or copy the recording again and wait until the copy is complete.',
    });
  }
  return notAVideo(filePath, 'its contents are no video format that ffmpeg knows');
}

export const notAVideo = (filePath: string, why: string): PipelineError =>
  new PipelineError('INGEST_NOT_A_VIDEO', `${filePath} is not a video: ${why}.`, {
    hint: 'Give a recorded video such as MP4, MKV, AVI or TS.',
  });
