import type { Credential } from '../credentials/credential.ts';
import { withLogin } from '../credentials/secret-uri.ts';
import { type CommandInput, words } from './command.ts';

/** What ffmpeg is to read, and what must go to its stdin for that. */
export interface InputPlan {
  readonly input: CommandInput;
  readonly stdin?: string;
}

/** Containers that recordings come in. Everything else (play lists, images, scripts) is not read as a video. */
const fileFormats = [
  ...words('mov mp4 matroska webm avi mpegts mpeg mpegvideo flv live_flv asf ogg'),
  ...words('h264 hevc m4v mjpeg ivf obu dhav mxf nut rm wtv swf yuv4mpegpipe dv'),
];

/** A recorded file. No play list inside it can make ffmpeg open anything else. */
export const fileInput = (filePath: string, seek: readonly string[] = []): InputPlan => ({
  input: {
    options: ['-protocol_whitelist', 'file', '-format_whitelist', fileFormats.join(','), ...seek],
    source: `file:${filePath}`,
  },
});

/** Files of ffmpeg's own making, one after the other. `durationS` keeps their times exact at the seams. */
export const concatInput = (files: readonly { path: string; durationS: number }[]): InputPlan => ({
  input: {
    options: ['-protocol_whitelist', 'file,pipe', '-f', 'concat', '-safe', '0'],
    source: 'pipe:0',
  },
  stdin: [
    'ffconcat version 1.0',
    ...files.flatMap(({ path, durationS }) => [
      `file ${quote(`file:${path}`)}`,
      `duration ${durationS.toFixed(6)}`,
    ]),
    '',
  ].join('\n'),
});

/**
 * How pictures travel. TCP wherever a camera can: over UDP one lost packet smears a whole GOP and the detector then sees
 * ghosts.
 */
export type RtspTransport = 'tcp' | 'udp';

/**
 * A live camera. The address with its password goes to stdin as a list of one entry: on the command line everybody on
 * the machine could read it.
 * @param options.isProbe measure the frame rate before anything else.
 * @param timeoutMs silence on the socket after which ffmpeg gives up by itself (it takes about twice as long).
 */
export function rtspInput(
  address: string,
  credential: Credential | null,
  timeoutMs: number,
  { transport, isProbe = false }: { readonly transport: RtspTransport; readonly isProbe?: boolean },
): InputPlan {
  const list = [
    'ffconcat version 1.0',
    `file ${quote(withLogin(address, credential))}`,
    `option rtsp_transport ${transport}`,
    `option timeout ${timeoutMs * 1_000}`,
    // With sound beside it, the first sender report would move the times of the picture.
    'option allowed_media_types video',
    ...(isProbe ? [] : ['option fpsprobesize 1']),
    '',
  ];
  return {
    input: {
      options: [
        '-protocol_whitelist',
        `pipe,rtsp,rtsps,rtp,tcp,tls,crypto${transport === 'udp' ? ',udp' : ''}`,
        ...words('-f concat -safe 0 -analyzeduration 3000000'),
        // Measuring the frame rate holds back most of the first second.
        ...(isProbe ? [] : ['-fpsprobesize', '1']),
      ],
      source: 'pipe:0',
    },
    stdin: list.join('\n'),
  };
}

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
