import { parse } from 'sdp-transform';

/** The video that a session description offers. */
export interface VideoOffer {
  /** ffmpeg's name where it has one: `h264`, `hevc`, `mjpeg`, `mpeg4`; else the RTP name in small letters. */
  readonly codec: string;
  /** As declared by the camera; null where it does not say. */
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  readonly fps: number | null;
}

const codecNames: Readonly<Record<string, string>> = {
  h265: 'hevc',
  jpeg: 'mjpeg',
  'mp4v-es': 'mpeg4',
};
/** Payload types that need no `rtpmap`. @see RFC 3551 */
const staticCodecs: Readonly<Record<string, string>> = {
  '26': 'mjpeg',
  '31': 'h261',
  '32': 'mpeg2video',
  '34': 'h263',
};

const positive = (value: unknown): number | null => {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : null;
};

/**
 * Read what video a session description offers; the first of several.
 * @returns null when it offers none.
 */
export function videoOfferOf(sdp: string): VideoOffer | null {
  const { media } = parse(sdp.replaceAll(/\r\n?/g, '\n'));
  const video = media.find(({ type }) => type === 'video');
  if (video === undefined) return null;
  // The package gives a single payload type as a number, whatever its types say.
  const payloads = video.payloads as string | number | undefined;
  const [payload = ''] = String(payloads ?? '').split(' ');
  const mapped = video.rtp?.find((one) => String(one.payload) === payload) ?? video.rtp?.[0];
  const name = mapped?.codec.toLowerCase() ?? staticCodecs[payload] ?? 'unknown';
  const lines = video.invalid?.map(({ value }) => value) ?? [];
  const size = lines
    .map((line) => /^(?:x-dimensions|framesize)\s*:\s*(?:\d+\s+)?(\d+)\s*[,x-]\s*(\d+)/i.exec(line))
    .find((match) => match !== null);
  return {
    codec: codecNames[name] ?? name,
    widthPx: positive(size?.[1]),
    heightPx: positive(size?.[2]),
    fps: positive(video.framerate),
  };
}
