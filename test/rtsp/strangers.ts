import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { adoptChild, endChild } from '../../kernel/index.ts';

/** RTSP servers that somebody else wrote: a gateway, a library of another language, and a player that serves. */
export const strangers = ['go2rtc', 'gortsplib', 'vlc'] as const;
export type Stranger = (typeof strangers)[number];

const built = join(import.meta.dirname, '..', '..', '.cache', 'rtsp-strangers');
const nobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups'];

/** Why one cannot run on this machine, as one sentence; null when it can. */
export function whyNoStranger(stranger: Stranger): string | null {
  if (stranger === 'vlc') {
    const isThere = spawnSync('cvlc', ['--version'], { stdio: 'ignore' }).error === undefined;
    return isThere ? null : 'no VLC here: apt-get install --no-install-recommends vlc-bin vlc-plugin-base';
  }
  return existsSync(join(built, stranger))
    ? null
    : `no ${stranger} here: cd test/rtsp/strangers && CGO_ENABLED=0 go build -o ../../../.cache/rtsp-strangers/ . github.com/AlexxIT/go2rtc`;
}

export interface StrangerServer extends AsyncDisposable {
  /** Without user and password. */
  readonly url: string;
}

/** Copied, never coded again, at its own pace and without end. */
const publishing = (file: string, url: string): readonly string[] =>
  ['-v', 'error', '-nostdin', '-re', '-stream_loop', '-1', '-i', file, '-an', '-c', 'copy'].concat([
    '-rtsp_transport',
    'tcp',
    '-f',
    'rtsp',
    url,
  ]);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const isOpen = await new Promise<boolean>((answer) => {
      const socket = connect(port, '127.0.0.1', () => answer(true)).once('error', () => answer(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await sleep(100);
  }
  throw new Error(`nothing listens at port ${port}`);
}

/**
 * Start one on loopback: it sends a recording again and again.
 * @param login asked for by `gortsplib` (digest); the others ask for none on loopback.
 * @throws Error when it does not come up; ask `whyNoStranger` first.
 */
export async function startStranger(
  stranger: Stranger,
  file: string,
  login: { readonly user: string; readonly password: string },
): Promise<StrangerServer> {
  await using stack = new AsyncDisposableStack();
  const port = await freePort();
  const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) => {
    const child = spawn(command, args, { stdio: 'ignore', env });
    adoptChild(child);
    stack.defer(async () => {
      child.kill('SIGKILL');
      await endChild(child, 0);
    });
    return child;
  };
  const url = `rtsp://127.0.0.1:${port}/live`;
  if (stranger === 'vlc') {
    // It refuses to run as root, and then cannot read what only root can.
    const dir = await mkdtemp(join(tmpdir(), 'sharp-eyes-vlc-'));
    stack.defer(async () => rm(dir, { recursive: true, force: true }));
    const video = join(dir, 'video.mp4');
    await copyFile(file, video);
    spawnSync('chmod', ['-R', 'a+rX', dir]);
    const serving = [
      '-I',
      'dummy',
      '--no-audio',
      '--loop',
      video,
      '--sout-keep',
      '--rtsp-host',
      '127.0.0.1',
    ].concat(['--sout', `#gather:rtp{sdp=${url}}`]);
    const isRoot = process.getuid?.() === 0;
    const child = isRoot
      ? run('setpriv', [...nobody, 'cvlc', ...serving], { ...process.env, HOME: dir })
      : run('cvlc', serving);
    await untilListening(port, child);
  } else if (stranger === 'gortsplib') {
    const child = run(join(built, stranger), [String(port), login.user, login.password]);
    await untilListening(port, child);
    run('ffmpeg', publishing(file, url));
  } else {
    const source = `exec:ffmpeg ${publishing(file, '{output}').join(' ')}`;
    const config = {
      api: { listen: '' },
      webrtc: { listen: '' },
      srtp: { listen: '' },
      rtsp: { listen: `127.0.0.1:${port}` },
      streams: { live: [source] },
    };
    const child = run(join(built, stranger), ['-config', JSON.stringify(config)]);
    await untilListening(port, child);
  }
  const owned = stack.move();
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      await owned.disposeAsync();
    },
  };
}
