import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { adoptChild } from '../../kernel/index.ts';
import { type Finished, runCli, sampleVideo, scratchDir, startCli } from './cli.ts';

/** Something that listens on a free port. */
async function listenSomewhere(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One clear error: its code, what was found, and what to do on the next line; no stack, a code that is not 0. */
function expectOneError({ code, stderr }: Finished, errorCode: string, exitCode: number): void {
  const lines = stderr
    .trim()
    .split('\n')
    .filter((line) => !/\d %, about \d/.test(line));
  expect(lines.join('\n')).toMatch(new RegExp(`^${errorCode}: .{20,}`, 'm'));
  const at = lines.findIndex((line) => line.startsWith(`${errorCode}: `));
  expect(lines.slice(at + 1).some((line) => /^ {2}\S.{10,}/.test(line))).toBe(true);
  expect(stderr).not.toMatch(/\n\s+at .*\.ts:\d+/);
  expect(code).toBe(exitCode);
}

const replay = async (file: string, dir: string, ...more: string[]): Promise<Finished> =>
  await runCli(['replay', file, '--json', '--data', dir, ...more]);

test('a missing file', async () => {
  await using scratch = await scratchDir();
  expectOneError(await replay('/nowhere/video.mp4', scratch.dir), 'INGEST_FILE_NOT_FOUND', 1);
});

test('a text file named .mp4, and a truncated one beside a good one', async () => {
  await using scratch = await scratchDir();
  const text = join(scratch.dir, 'text.mp4');
  await writeFile(text, 'This is not a video.\n'.repeat(100));
  expectOneError(await replay(text, join(scratch.dir, 'data')), 'INGEST_NOT_A_VIDEO', 1);
  const cut = join(scratch.dir, 'cut.mp4');
  // Its index lies at the front, so what is lost is the end of the recording.
  await cp(sampleVideo, cut);
  await truncate(cut, 20_000);
  const finished = await runCli(['replay', text, cut, '--json', '--data', join(scratch.dir, 'data')]);
  expect(finished.stderr).toMatch(/INGEST_NOT_A_VIDEO/);
  expect(finished.code).not.toBe(0);
}, 60_000);

test('a live address that nobody answers: the camera is named, the process goes on', async () => {
  await using scratch = await scratchDir();
  const nobody = await listenSomewhere();
  await nobody.close();
  await using cli = startCli([
    'up',
    '--data',
    scratch.dir,
    '--port',
    '0',
    '--camera',
    `gate=rtsp://127.0.0.1:${nobody.port}/live`,
  ]);
  await cli.says(/INGEST_RTSP_UNREACHABLE/, 40_000);
  const [, url] = await cli.says(/Page: (\S+)/, 5_000);
  expect((await fetch(`${url ?? ''}/healthz`)).status).toBe(200);
  cli.interrupt();
  const { code } = await cli.finished;
  expect(code).toBe(130);
}, 90_000);

test('an unknown key of the configuration', async () => {
  await using scratch = await scratchDir();
  const config = join(scratch.dir, 'config.yaml');
  await writeFile(config, 'ingest:\n  analysisFpss: 5\n');
  const finished = await runCli(['up', '--config', config, '--data', scratch.dir]);
  expectOneError(finished, 'CONFIG_INVALID', 2);
  expect(finished.stderr).toContain('analysisFpss');
});

test('a model file that is broken', async () => {
  await using scratch = await scratchDir();
  const models = join(scratch.dir, 'models', 'nanodet_g');
  await mkdir(models, { recursive: true });
  const shipped = join(import.meta.dirname, '..', '..', 'models', 'nanodet_g');
  const manifest = JSON.parse(await readFile(join(shipped, 'model.json'), 'utf8')) as Record<string, unknown>;
  const weights = Buffer.from('not a model');
  await writeFile(join(models, String(manifest['file'])), weights);
  // With the right sum for the wrong bytes, so that the runtime itself has to refuse them.
  const sha256 = createHash('sha256').update(weights).digest('hex');
  const name = 'broken';
  const broken = join(scratch.dir, 'models', name);
  await mkdir(broken, { recursive: true });
  await writeFile(join(broken, String(manifest['file'])), weights);
  await writeFile(
    join(broken, 'model.json'),
    JSON.stringify({ ...manifest, name, sha256, bytes: weights.length }),
  );
  const finished = await runCli(['replay', sampleVideo, '--json', '--data', scratch.dir], {
    SHARP_EYES_INFERENCE__MODEL: name,
  });
  expect(finished.stderr).toMatch(/MODEL_(INVALID|SHAPE|NOT_FOUND)/);
  expect(finished.code).toBe(1);
});

test('a port that is in use, and a second process on the same data folder', async () => {
  await using scratch = await scratchDir();
  const taken = await listenSomewhere();
  expectOneError(await runCli(['up', '--data', scratch.dir, '--port', String(taken.port)]), 'PORT_IN_USE', 1);
  await taken.close();

  await using first = startCli(['up', '--data', scratch.dir, '--port', '0']);
  await first.says(/Page: /, 30_000);
  const second = await runCli(['up', '--data', scratch.dir, '--port', '0']);
  expectOneError(second, 'DATA_DIR_IN_USE', 1);
  expect(second.stderr).toContain(String(first.pid));
  // No lock is left behind, however it ends.
  await first.kill();
  await using third = startCli(['up', '--data', scratch.dir, '--port', '0']);
  await third.says(/Page: /, 30_000);
}, 120_000);

const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

test.skipIf(!canMount)(
  'a full disk (needs the right to mount a small one)',
  async () => {
    await using scratch = await scratchDir();
    const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
    const replayThere = `mount -t tmpfs -o size=3m tmpfs "$DIR" && exec "$NODE" "$MAIN" replay "$VIDEO" --json --data "$DIR"`;
    const child = spawn('unshare', ['-rm', 'sh', '-c', replayThere], {
      env: { ...process.env, DIR: scratch.dir, NODE: process.execPath, MAIN: main, VIDEO: sampleVideo },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    adoptChild(child);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expectOneError({ code, stdout: '', stderr }, 'DISK_FULL', 1);
  },
  90_000,
);

test('a wrong command line says so and points to the help', async () => {
  const finished = await runCli(['replay']);
  expect(finished.code).toBe(2);
  expect(finished.stderr).toContain('--help');
  const help = await runCli(['--help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('Exit codes');
});
