import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { adoptChild, endChild } from '../../kernel/index.ts';

/** Another python3 on the PATH often lacks the system's own modules. */
const python = '/usr/bin/python3';
const packages = [
  'python3-gi',
  'gir1.2-gst-rtsp-server-1.0',
  'gir1.2-gst-plugins-base-1.0',
  'gstreamer1.0-plugins-base',
  'gstreamer1.0-plugins-good',
  'gstreamer1.0-plugins-bad',
];

export interface RtspServerOptions {
  /** MP4 or MKV. */
  readonly file: string;
  readonly user: string;
  readonly password: string;
  /** Default `h264`. */
  readonly codec?: 'h264' | 'h265' | 'mjpeg';
  /**
   * `fromStart` (default): every viewer gets the recording from its first frame, once, at its own pace and with its
   * own times. `loop`: it runs without end, and a viewer joins wherever it is.
   */
  readonly mode?: 'fromStart' | 'loop';
  /** Default: any free one. The same port again is the same camera after a restart. */
  readonly port?: number;
}

export interface RtspServer extends AsyncDisposable {
  /** Without user and password. */
  readonly url: string;
  readonly port: number;
  /** Freeze it: connections stay open and nothing comes. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** As if the plug were pulled: no goodbye to anybody. */
  stop(): Promise<void>;
}

/** Why no real RTSP server can run on this machine, as one sentence; null when it can. */
export function whyNoRtspServer(): string | null {
  const check =
    "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer";
  const { status } = spawnSync(python, ['-c', check], { stdio: 'ignore' });
  return status === 0 ? null : `no RTSP server here: apt-get install ${packages.join(' ')}`;
}

/**
 * Start a real RTSP server (GStreamer's) on loopback, with digest login.
 * @throws Error when it does not come up; ask `whyNoRtspServer` first.
 */
export async function startRtspServer(options: RtspServerOptions): Promise<RtspServer> {
  const { file, user, password, codec = 'h264', mode = 'fromStart', port = 0 } = options;
  const script = join(import.meta.dirname, 'server.py');
  const child = spawn(python, [script, String(port), file, codec, mode, user, password], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  adoptChild(child);
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2_000);
  });
  const ready = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const gone = once(child, 'exit').then(() => {
    throw new Error(`the RTSP server did not start: ${complaints}`);
  });
  const [line] = await Promise.race([ready, gone]);
  gone.catch(() => undefined);
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await endChild(child, 0);
  };
  const boundPort = Number(line.split(' ')[1]);
  return {
    url: `rtsp://127.0.0.1:${boundPort}/live`,
    port: boundPort,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
