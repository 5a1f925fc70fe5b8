import { createHash } from 'node:crypto';
import { access, constants, mkdir, realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, PipelineError, systemCodeOf } from '../kernel/index.ts';

/** What the owner of a data folder tells whoever asks. */
const Instance = z.strictObject({ pid: z.int(), command: z.string(), url: z.string().nullable() });
export type Instance = z.infer<typeof Instance>;

/** The right to a data folder, held until disposed. */
export interface DataDirClaim extends AsyncDisposable {
  /** Where the API of this process listens, for commands that want to talk to it. */
  announce(url: string): void;
}

/**
 * Name of the socket that stands for a data folder. On Linux it lives in the abstract namespace: it goes with its
 * process, however that ends, so no lock can be left behind.
 */
async function socketNameOf(dataDir: string): Promise<string> {
  const name = `sharp-eyes-${createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 32)}`;
  return platform() === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
  } catch (cause) {
    throw new PipelineError(
      'DATA_DIR_UNUSABLE',
      `The data folder ${dataDir} cannot be used: ${messageOf(cause)}`,
      {
        hint: 'Name a folder that this user may write to, with --data or dataDir in the configuration.',
        cause,
      },
    );
  }
}

/**
 * Take a data folder for this process; it is made when it does not exist.
 * @throws PipelineError DATA_DIR_IN_USE naming the owner, DATA_DIR_UNUSABLE.
 */
export async function claimDataDir(dataDir: string, command: string): Promise<DataDirClaim> {
  await makeDataDir(dataDir);
  const name = await socketNameOf(dataDir);
  let url: string | null = null;
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // whoever asked has gone
    socket.end(JSON.stringify({ pid: process.pid, command, url } satisfies Instance));
  });
  const owner = await findInstance(dataDir);
  if (owner !== null) throw inUse(dataDir, owner);
  // Only where sockets are files: nobody answers on it, so it is left over.
  if (!name.startsWith('\0')) await rm(name, { force: true });
  try {
    await listen(server, name);
  } catch (cause) {
    if (systemCodeOf(cause) !== 'EADDRINUSE') throw cause;
    throw inUse(dataDir, await findInstance(dataDir));
  }
  // The claim alone keeps no process alive.
  server.unref();
  return {
    announce(announced) {
      url = announced;
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const listen = async (server: Server, name: string): Promise<void> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(name, resolve);
  });
};

const inUse = (dataDir: string, owner: Instance | null): PipelineError =>
  new PipelineError(
    'DATA_DIR_IN_USE',
    `The data folder ${dataDir} is in use by process ${owner?.pid ?? 'unknown'}${owner === null ? '' : ` (sharp-eyes ${owner.command})`}.`,
    { hint: 'Stop that process, or give this one a folder of its own with --data DIR.' },
  );

/** The process that owns a data folder now, or null. */
export async function findInstance(dataDir: string): Promise<Instance | null> {
  const name = await socketNameOf(dataDir).catch(() => null);
  if (name === null) return null;
  const answer = await new Promise<string | null>((resolve) => {
    let text = '';
    const socket = connect(name);
    socket.setTimeout(2_000, () => socket.destroy());
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      text += part;
    });
    socket.on('error', () => {
      resolve(null);
    });
    socket.on('close', () => {
      resolve(text);
    });
  });
  if (answer === null || answer === '') return null;
  return Instance.parse(JSON.parse(answer));
}
