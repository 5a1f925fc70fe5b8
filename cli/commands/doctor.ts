import { execFile } from 'node:child_process';
import { access, constants, mkdir, readFile, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { findModel, tryProvider } from '../../inference/index.ts';
import { type Config, messageOf, PipelineError } from '../../kernel/index.ts';
import { configure } from '../configure.ts';
import { findInstance } from '../instance.ts';
import type { CommonOptions } from '../program/declare.ts';
import { modelDirs } from '../model-dirs.ts';

/** One thing that was looked at; `advice` says what to do about it. */
interface Finding {
  readonly what: string;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly found: string;
  readonly advice?: string;
}

const run = promisify(execFile);
const gibibyte = 2 ** 30;
const minFreeBytes = 2 * gibibyte;

function runtime(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isEnough = major > 22 || (major === 22 && minor >= 18);
  const found = `Node ${process.versions.node}, ${cpus().length} cores, ${Math.round(totalmem() / gibibyte)} GiB`;
  return isEnough
    ? { what: 'runtime', level: 'ok', found }
    : { what: 'runtime', level: 'problem', found, advice: 'Run npm run setup: it brings Node 24.' };
}

async function ffmpeg(): Promise<Finding> {
  try {
    const { stdout } = await run('ffmpeg', ['-hide_banner', '-version']);
    await run('ffprobe', ['-hide_banner', '-version']);
    const found = stdout.split('\n')[0] ?? '';
    const { stdout: encoders } = await run('ffmpeg', ['-hide_banner', '-encoders']);
    return encoders.includes('libx264')
      ? { what: 'ffmpeg', level: 'ok', found }
      : {
          what: 'ffmpeg',
          level: 'problem',
          found,
          advice: 'Install an ffmpeg with libx264: clips cannot be masked without it.',
        };
  } catch (error) {
    return {
      what: 'ffmpeg',
      level: 'problem',
      found: messageOf(error),
      advice: 'Install the package "ffmpeg" (5.1 or newer) and have ffmpeg and ffprobe on the PATH.',
    };
  }
}

async function model(name: string, config: Config): Promise<Finding> {
  try {
    const { manifest } = await findModel(name, modelDirs(config));
    return {
      what: `model ${name}`,
      level: 'ok',
      found: `${manifest.file}, sha256 as in its manifest, ${manifest.licence}`,
    };
  } catch (error) {
    const advice = error instanceof PipelineError ? error.hint : 'Run sharp-eyes models list.';
    return { what: `model ${name}`, level: 'problem', found: messageOf(error), advice };
  }
}

/** The list says what the library was built for; whether driver and device are there, only a run tells. */
async function executionProvider(config: Config): Promise<Finding> {
  const what = 'execution provider';
  const asked = config.inference.executionProvider;
  if (asked === 'cpu') return { what, level: 'ok', found: asked };
  try {
    const detector = await findModel(config.inference.model, modelDirs(config));
    const { executionProvider: used, fallbackReason } = await tryProvider(detector, asked);
    if (fallbackReason === null) return { what, level: 'ok', found: `${used}, the detector ran on it` };
    const { listSupportedBackends } = await import('onnxruntime-node');
    const built = listSupportedBackends().map(({ name }) => name);
    return {
      what,
      level: 'warning',
      found: `${asked} does not work on this machine (${fallbackReason.split('\n')[0]?.slice(0, 200) ?? ''}); the library is built for ${built.join(', ')}`,
      advice:
        'The detector runs on the cpu; bring driver and libraries, or set inference.executionProvider to cpu.',
    };
  } catch (error) {
    return {
      what,
      level: 'warning',
      found: `${asked} was not tried: ${messageOf(error)}`,
      advice: 'Put the model right first.',
    };
  }
}

async function disk(config: Config): Promise<Finding> {
  try {
    await mkdir(config.dataDir, { recursive: true });
    await access(config.dataDir, constants.W_OK);
    const { bavail, bsize } = await statfs(config.dataDir);
    const freeBytes = bavail * bsize;
    const found = `${(freeBytes / gibibyte).toFixed(1)} GiB free for ${config.dataDir}`;
    return freeBytes >= minFreeBytes
      ? { what: 'disk', level: 'ok', found }
      : {
          what: 'disk',
          level: 'warning',
          found,
          advice: 'Free some space or name another folder with --data.',
        };
  } catch (error) {
    return {
      what: 'disk',
      level: 'problem',
      found: messageOf(error),
      advice: 'Name a writable folder with --data.',
    };
  }
}

async function port({ host, port: asked }: Config['api']): Promise<Finding> {
  const failure = await new Promise<string | null>((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      resolve(error.message);
    });
    server.listen(asked, host, () => {
      server.close(() => {
        resolve(null);
      });
    });
  });
  return failure === null
    ? { what: 'port', level: 'ok', found: `${host}:${asked} is free` }
    : {
        what: 'port',
        level: 'problem',
        found: failure,
        advice: 'Stop what listens there, or choose another with --port.',
      };
}

/** The kernel knows whether the clock is held by a time server; without one, captured times cannot be trusted. */
async function clock(): Promise<Finding> {
  const now = `${new Date().toISOString()}, zone ${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
  try {
    const { stdout } = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
    if (stdout.trim() === 'yes')
      return { what: 'clock', level: 'ok', found: `${now}, held by a time server` };
  } catch {
    const isHeld = await access('/run/systemd/timesync/synchronized').then(
      () => true,
      () => false,
    );
    if (isHeld) return { what: 'clock', level: 'ok', found: `${now}, held by a time server` };
  }
  // A clock before the newest thing in the code is certainly wrong.
  const isAbsurd = new Date().getUTCFullYear() < 2026;
  return {
    what: 'clock',
    level: isAbsurd ? 'problem' : 'warning',
    found: `${now}, not known to be held by a time server`,
    advice: 'Run chrony or systemd-timesyncd: evidence stands or falls with its time.',
  };
}

/** Versions of the packages that carry the weight, so that a report says what ran. */
async function packages(): Promise<Finding> {
  const names = ['chdb', 'lmdb', 'onnxruntime-node', 'sharp'];
  const versions = await Promise.all(
    names.map(async (name) => {
      const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
      const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
      return `${name} ${version}`;
    }),
  );
  return { what: 'packages', level: 'ok', found: versions.join(', ') };
}

const marks = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' } as const;

/** Look at everything the product leans on. Fails when something is missing without which it cannot run. */
export async function doctor(options: CommonOptions): Promise<void> {
  const config = await configure(options);
  const instance = await findInstance(config.dataDir);
  const findings: Finding[] = [
    runtime(),
    await packages(),
    await ffmpeg(),
    await model(config.inference.model, config),
    await model(config.inference.faceModel, config),
    await executionProvider(config),
    await disk(config),
    instance === null
      ? await port(config.api)
      : {
          what: 'instance',
          level: 'ok',
          found: `process ${instance.pid} runs on this folder, ${instance.url ?? 'no page'}`,
        },
    await clock(),
  ];
  for (const { what, level, found, advice } of findings) {
    process.stdout.write(`${marks[level]}  ${what}: ${found}\n`);
    if (advice !== undefined) process.stdout.write(`         → ${advice}\n`);
  }
  const problems = findings.filter(({ level }) => level === 'problem');
  if (problems.length > 0) {
    throw new PipelineError(
      'SETUP_MISSING',
      `${problems.length} of ${findings.length} checks found a problem.`,
      {
        hint: 'Each arrow above says what to do.',
      },
    );
  }
}
