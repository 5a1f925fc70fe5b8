// What a fresh machine lacks: packages, ffmpeg, the built console; for tests also a Kafka broker's runtime, an RTSP
// server and a browser. Every step is skipped when it is done already, so a second call costs a fraction of a second.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNode } from './node.mjs';

const say = (text) => process.stderr.write(`set-up: ${text}\n`);

const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;

/** Debian packages that only tests want, and how to see that they are there. */
const testPackages = [
  {
    what: 'a Java runtime and Maven (real Kafka broker)',
    isThere: () => has('java') && has('mvn'),
    packages: ['default-jre-headless', 'maven'],
  },
  {
    what: 'an RTSP server',
    isThere: () =>
      spawnSync('/usr/bin/python3', [
        '-c',
        'import gi\nfor n in ("Gst","GstRtsp","GstRtspServer","GstApp"): gi.require_version(n,"1.0")',
      ]).status === 0,
    packages: [
      'python3-gi',
      'gir1.2-gst-rtsp-server-1.0',
      'gir1.2-gst-plugins-base-1.0',
      'gstreamer1.0-plugins-base',
      'gstreamer1.0-plugins-good',
      'gstreamer1.0-plugins-bad',
    ],
  },
  {
    what: 'a browser (Chromium with Chinese fonts)',
    isThere: () => has('chromium'),
    packages: ['chromium', 'fonts-noto-cjk'],
  },
];

/** Runs a command quietly, says every ten seconds that it still does, and shows its output only when it fails. */
async function run(title, command, args, { cwd, estimateS, env = process.env }) {
  say(`${title} (about ${estimateS} s) …`);
  const startedAt = Date.now();
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-4_000);
    });
  }
  const seconds = () => Math.round((Date.now() - startedAt) / 1_000);
  const ticking = setInterval(() => say(`${title}: ${seconds()} s of about ${estimateS} s`), 10_000);
  const stop = () => child.kill('SIGTERM');
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', (status, signal) => resolve(signal === null ? status : 130));
  });
  clearInterval(ticking);
  process.removeListener('SIGINT', stop);
  process.removeListener('SIGTERM', stop);
  if (code === 130) process.exit(130);
  if (code === 0) say(`${title}: done in ${seconds()} s`);
  return { code, output };
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(3);
}

/** Hash over the contents of files and folders, to see whether something was made from what is there now. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  const add = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).toSorted()) if (name !== 'dist') add(join(path, name));
    } else hash.update(path).update(readFileSync(path));
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}

const readIf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null);

async function installPackages(root) {
  const marker = join(root, 'node_modules', '.set-up-from');
  const wanted = fingerprint([join(root, 'package.json'), join(root, 'package-lock.json')]);
  if (readIf(marker) === wanted) return;
  // Not `npm ci`: the lock file cannot hold every platform's binaries, and `ci` then refuses.
  const { code, output } = await run(
    'packages',
    'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      estimateS: 60,
    },
  );
  if (code !== 0)
    fail(
      `npm could not install the packages:\n${output}\nCheck the network and the disk, then run it again.`,
    );
  writeFileSync(marker, fingerprint([join(root, 'package.json'), join(root, 'package-lock.json')]));
}

/** `[]` as root, `['sudo','-n']` where sudo asks for no password, null where nothing may be installed. */
function installerPrefix() {
  if (!has('apt-get')) return null;
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
}

let isIndexFresh = false;
async function aptInstall(title, packages, estimateS) {
  const prefix = installerPrefix();
  if (prefix === null) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = async (name, args, seconds) => {
    const [command, ...rest] = [...prefix, 'apt-get', ...args];
    return await run(name, command, rest, { estimateS: seconds, env });
  };
  if (!isIndexFresh) {
    await apt('package index', ['update'], 10);
    isIndexFresh = true;
  }
  return (await apt(title, ['install', '-y', '--no-install-recommends', ...packages], estimateS)).code === 0;
}

async function installFfmpeg() {
  if (has('ffmpeg') && has('ffprobe')) return;
  if (!(await aptInstall('ffmpeg', ['ffmpeg'], 30))) {
    fail(
      'Sharp Eyes needs ffmpeg and may not install it here: install the package "ffmpeg" (5.1 or newer), then run the command again.',
    );
  }
}

async function buildConsole(root) {
  const folder = join(root, 'api', 'console');
  const marker = join(folder, 'dist', '.built-from');
  const wanted = fingerprint([folder, join(root, 'contracts'), join(root, 'package.json')]);
  if (!existsSync(join(folder, 'vite.config.ts')) || readIf(marker) === wanted) return;
  const { code, output } = await run(
    'console',
    findNode(root),
    [
      join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      '--config',
      join(folder, 'vite.config.ts'),
    ],
    { cwd: root, estimateS: 10 },
  );
  if (code !== 0) fail(`The console could not be built:\n${output}`);
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(marker, wanted);
}

async function installForTests() {
  for (const { what, isThere, packages } of testPackages) {
    if (isThere()) continue;
    if (!(await aptInstall(what, packages, 40))) {
      say(
        `${what} is not here and cannot be installed: the tests that need it will say that they were skipped.`,
      );
    }
  }
}

/** Bring a checkout into a state in which everything runs. Exits with 3 and one sentence where that cannot be done. */
export async function setUp(root, { isForTests }) {
  await installPackages(root);
  await installFfmpeg();
  await buildConsole(root);
  if (isForTests) await installForTests();
}
