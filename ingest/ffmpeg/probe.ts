import { open, stat } from 'node:fs/promises';
import { PipelineError, systemCodeOf } from '../../kernel/index.ts';
import type { Credential } from '../credentials/credential.ts';
import { fileFailure, isTransportRefused, notAVideo, rtspFailure } from './failure.ts';
import { words } from './command.ts';
import { fileInput, type InputPlan, rtspInput, type RtspTransport } from './input.ts';
import { ffmpegMissing, type FinishedProcess, runProcess } from './process.ts';

/** What ffprobe says of the first video stream. */
export interface VideoStream {
  /** ffmpeg's name: `h264`, `hevc`, `mjpeg`, `mpeg4`, … */
  readonly codec: string;
  /** ffmpeg's names of the container, e.g. `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly format: string;
  /** Size as sent; a picture that is to be turned has width and height of the turned one. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Quarter turn that the container asks for. */
  readonly isTurned: boolean;
  /** Width of one pixel over its height. */
  readonly pixelAspect: number;
  /** Frames per second on average; null when the container does not know. */
  readonly fps: number | null;
  /** Length; null for live streams and raw ones. */
  readonly durationMs: number | null;
  /** Wall time that the container names for its beginning. */
  readonly createdAtMs: number | null;
}

const minVersion = { major: 5, minor: 1 };
let checked: Promise<void> | undefined;

/**
 * Make sure that a usable ffmpeg is there; asked once per process when it is.
 * @throws PipelineError INGEST_FFMPEG_MISSING.
 */
export async function requireFfmpeg(): Promise<void> {
  checked ??= checkVersion().catch((error: unknown) => {
    checked = undefined;
    throw error;
  });
  await checked;
}

async function checkVersion(): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  for (const binary of ['ffmpeg', 'ffprobe'] as const) {
    const { stdout } = await runProcess(binary, ['-version'], { signal, timeoutMs: 10_000 });
    const [, major, minor] = /version n?(\d+)\.(\d+)/.exec(stdout.toString('utf8')) ?? [];
    // A build from git names no number; it is newer than any release.
    if (major === undefined) continue;
    const isOld =
      Number(major) < minVersion.major ||
      (Number(major) === minVersion.major && Number(minor) < minVersion.minor);
    if (isOld) throw ffmpegMissing(binary, new Error(`version ${major}.${minor} is too old`));
  }
}

interface ProbeJson {
  readonly streams?: readonly {
    readonly codec_name?: string;
    readonly width?: number;
    readonly height?: number;
    readonly sample_aspect_ratio?: string;
    readonly avg_frame_rate?: string;
    readonly duration?: string;
    readonly tags?: { readonly creation_time?: string };
    readonly side_data_list?: readonly { readonly rotation?: number }[];
  }[];
  readonly format?: {
    readonly format_name?: string;
    readonly duration?: string;
    readonly tags?: { readonly creation_time?: string };
  };
}

const ratio = (text: string | undefined): number | null => {
  const [over = 0, under = 0] = (text ?? '').split(/[:/]/).map(Number);
  return over > 0 && under > 0 ? over / under : null;
};

function parseProbe(text: string): VideoStream | null {
  const { streams = [], format } = JSON.parse(text) as ProbeJson;
  const [stream] = streams;
  const { codec_name: codec, width = 0, height = 0 } = stream ?? {};
  if (stream === undefined || codec === undefined || width < 2 || height < 2) return null;
  const turnDeg = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  const isTurned = Math.abs(turnDeg) % 180 === 90;
  const pixelAspect = ratio(stream.sample_aspect_ratio) ?? 1;
  const durationS = Number(stream.duration ?? format?.duration);
  const createdAtMs = Date.parse(stream.tags?.creation_time ?? format?.tags?.creation_time ?? '');
  return {
    codec,
    format: format?.format_name ?? '',
    widthPx: isTurned ? height : width,
    heightPx: isTurned ? width : height,
    isTurned,
    pixelAspect: isTurned ? 1 / pixelAspect : pixelAspect,
    fps: ratio(stream.avg_frame_rate),
    durationMs: Number.isFinite(durationS) && durationS > 0 ? durationS * 1_000 : null,
    // Cameras without a clock write 1904 or 1970.
    createdAtMs: createdAtMs > Date.UTC(2000, 0) ? createdAtMs : null,
  };
}

async function ffprobe(plan: InputPlan, timeoutMs: number, signal: AbortSignal): Promise<FinishedProcess> {
  const { options = [], source } = plan.input;
  return await runProcess(
    'ffprobe',
    [
      // Level info: that it is sent elsewhere is not even a warning to it.
      ...words('-hide_banner -loglevel level+info'),
      ...options,
      ...words('-select_streams v:0'),
      ...words('-show_streams -show_format -of json -i'),
      source,
    ],
    { timeoutMs, signal, ...(plan.stdin === undefined ? {} : { stdin: plan.stdin }) },
  );
}

/**
 * Look at a recorded file.
 * @throws PipelineError INGEST_FILE_NOT_FOUND, INGEST_NOT_A_VIDEO, INGEST_FILE_DAMAGED, INGEST_FFMPEG_MISSING.
 */
export async function probeFile(filePath: string, signal: AbortSignal): Promise<VideoStream> {
  await requireFfmpeg();
  const head = await readHead(filePath);
  const { code, stdout, messages } = await ffprobe(fileInput(filePath), 60_000, signal);
  if (code !== 0) throw fileFailure(filePath, head, messages);
  const stream = parseProbe(stdout.toString('utf8'));
  if (stream !== null) return stream;
  const hasStreams = stdout.includes('"codec_name"');
  if (hasStreams) throw fileFailure(filePath, head, messages);
  throw notAVideo(filePath, 'it holds no picture');
}

async function readHead(filePath: string): Promise<Buffer> {
  try {
    if ((await stat(filePath)).isDirectory()) throw notAVideo(filePath, 'it is a folder');
    await using file = await open(filePath);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    if (bytesRead === 0) throw notAVideo(filePath, 'it is empty');
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    if (cause instanceof PipelineError) throw cause;
    const why = systemCodeOf(cause) === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new PipelineError('INGEST_FILE_NOT_FOUND', `The video ${filePath} ${why}.`, {
      hint: 'Check the path and the rights of the user that runs this.',
      cause,
    });
  }
}

/**
 * Look at a live camera, over UDP if it refuses TCP.
 * @param address without user and password.
 * @throws PipelineError INGEST_RTSP_AUTH, INGEST_RTSP_NOT_FOUND, INGEST_RTSP_UNREACHABLE, INGEST_FFMPEG_MISSING.
 */
export async function probeRtsp(
  address: string,
  credential: Credential | null,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ readonly stream: VideoStream; readonly transport: RtspTransport }> {
  await requireFfmpeg();
  const probe = async (transport: RtspTransport): Promise<FinishedProcess> =>
    // Room for the pictures that ffprobe wants to see before it knows size and rate.
    await ffprobe(
      rtspInput(address, credential, timeoutMs, { transport, isProbe: true }),
      timeoutMs + 5_000,
      signal,
    );
  const overTcp = await probe('tcp');
  const isRefused = overTcp.code !== 0 && isTransportRefused(overTcp.messages);
  const { code, stdout, messages } = isRefused ? await probe('udp') : overTcp;
  const stream = code === 0 ? parseProbe(stdout.toString('utf8')) : null;
  if (stream === null) throw rtspFailure(address, messages);
  return {
    stream: { ...stream, durationMs: null, createdAtMs: null },
    transport: isRefused ? 'udp' : 'tcp',
  };
}

/** Time and size of what ffmpeg has just written, or null when it cannot be read. */
export async function probeOwnFile(
  filePath: string,
  signal: AbortSignal,
): Promise<{ durationMs: number; widthPx: number; heightPx: number } | null> {
  const { code, stdout } = await ffprobe(fileInput(filePath), 60_000, signal);
  const stream = code === 0 ? parseProbe(stdout.toString('utf8')) : null;
  if (stream === null || stream.durationMs === null) return null;
  return { durationMs: stream.durationMs, widthPx: stream.widthPx, heightPx: stream.heightPx };
}

/** One coded picture: when it is shown, in ms of the stream's own clock, and whether decoding can begin there. */
export interface Packet {
  readonly ptsMs: number;
  readonly isKey: boolean;
}

/**
 * The pictures of a file about a moment, in the order they are shown; nothing is decoded.
 * @param span in ms of the file's own clock; reading begins at the key frame before. Null: the whole file.
 */
export async function listPackets(
  filePath: string,
  span: { readonly fromPtsMs: number; readonly toPtsMs: number } | null,
  signal: AbortSignal,
): Promise<Packet[]> {
  const { options = [], source } = fileInput(filePath).input;
  const seconds = (ms: number): string => (ms / 1_000).toFixed(3);
  const interval =
    span === null ? [] : ['-read_intervals', `${seconds(span.fromPtsMs)}%${seconds(span.toPtsMs)}`];
  const { stdout } = await runProcess(
    'ffprobe',
    [
      ...words('-hide_banner -loglevel level+warning'),
      ...options,
      ...interval,
      ...words('-select_streams v:0'),
      ...words('-show_entries packet=pts_time,dts_time,flags -of compact=p=0:nk=0 -i'),
      source,
    ],
    { timeoutMs: 120_000, signal },
  );
  const packets: Packet[] = [];
  for (const line of stdout.toString('utf8').split('\n')) {
    // AVI knows no time of showing, only of decoding.
    const time = /\bpts_time=([-\d.]+)/.exec(line)?.[1] ?? /\bdts_time=([-\d.]+)/.exec(line)?.[1];
    if (time === undefined) continue;
    packets.push({ ptsMs: Number(time) * 1_000, isKey: /\bflags=K/.test(line) });
  }
  return packets.toSorted((a, b) => a.ptsMs - b.ptsMs);
}
