import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { startOnvifDevice } from '../onvif/device.ts';
import { startRtspServer, whyNoRtspServer } from '../rtsp/index.ts';
import type { CameraHealthView } from '../../contracts/index.ts';
import { logIn } from './page.ts';
import { runCli, sampleVideo, scratchDir, startCli } from './cli.ts';

const missing = whyNoRtspServer();
const why = missing === null ? '' : ` (${missing})`;
const password = 'p4ss-w0rd-0f-c4m3r4';

/** Command lines of every process there is, but for the camera's own: the RTSP server of the test. */
const allCommandLines = (): string =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // it has ended since
      }
    })
    .filter((line) => !line.includes('server.py'))
    .join('\n');

/** Keep a login as a person does: the command line names it, stdin brings it. */
async function keepLogin(dataDir: string, name: string, login: string): Promise<void> {
  const child = spawn(process.execPath, ['cli/main.ts', 'credentials', 'set', name, '--data', dataDir], {
    cwd: new URL('../..', import.meta.url).pathname,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.end(login);
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
}

test.skipIf(missing !== null)(
  `a camera that is found and put on file is watched without a line of configuration; its password is nowhere to be read${why}`,
  { timeout: 240_000 },
  async () => {
    await using scratch = await scratchDir();
    const dataDir = `${scratch.dir}/data`;
    await using server = await startRtspServer({ file: sampleVideo, user: 'viewer', password, mode: 'loop' });
    await using device = await startOnvifDevice({
      user: 'viewer',
      password,
      asks: 'digest',
      clockOffsetMs: 3 * 60_000,
      profiles: [
        {
          token: 'main',
          encoding: 'H264',
          widthPx: 1_280,
          heightPx: 720,
          streamUri: `rtsp://192.168.68.111:${server.port}/live`,
        },
      ],
    });
    await keepLogin(dataDir, 'street', `viewer:${password}`);
    await using cli = startCli(['up', '--data', dataDir, '--port', '0']);
    const [link] = await cli.says(/http:\/\/\S+\/login#\S+/, 60_000);
    const found = await runCli([
      'cameras',
      'discover',
      '--data',
      dataDir,
      '--no-probe',
      '--range',
      '127.0.0.1',
      '--scan-port',
      String(device.port),
      '--yes',
      '--credential',
      'street',
      '--register',
      '--json',
    ]);
    expect(found.code, found.stderr).toBe(0);
    const [, code = ''] = /added: (\d{20})/.exec(found.stderr) ?? [];
    expect(code).toMatch(/^330203\d{2}001329\d{6}$/);
    await cli.says(new RegExp(`${code}.*a camera on file is watched`), 30_000);

    let commandLines = '';
    await vi.waitFor(
      () => {
        commandLines = allCommandLines();
        expect(commandLines).toMatch(/ffmpeg[^\n]*pipe:0/);
      },
      { timeout: 90_000, interval: 200 },
    );
    const heard = cli.output();
    const said = commandLines + heard.stdout + heard.stderr + found.stdout + found.stderr;
    expect(said).not.toMatch(/p4ss-w0rd-0f/);

    // Told by the device over ONVIF, heard while it is watched.
    await vi.waitFor(() => expect(device.asked).toContain('PullMessages'), {
      timeout: 60_000,
      interval: 200,
    });
    device.notify('RuleEngine/TamperDetector/Tamper', { IsTamper: 'true' });
    await cli.says(/the camera says that it is covered/, 30_000);

    // Its clock is three minutes fast: measured without being asked to, and told with how far the measurement may be off.
    const page = await logIn(link);
    await vi.waitFor(
      async () => {
        const { health } = await page.get<CameraHealthView>(`/api/cameras/${code}/health`);
        const clock = health?.clock;
        expect(clock).toMatchObject({ verdict: 'drift' });
        expect(Math.abs((clock?.offsetMs ?? 0) - 3 * 60_000)).toBeLessThanOrEqual(clock?.errorMs ?? 0);
      },
      { timeout: 60_000, interval: 500 },
    );

    // Taken out of use (设备状态 3): no longer watched.
    const file = `${scratch.dir}/cameras.csv`;
    expect((await runCli(['cameras', 'export', file, '--data', dataDir])).code).toBe(0);
    const table = readFileSync(file, 'utf8');
    expect(table).not.toMatch(/p4ss-w0rd-0f/);
    const removed = `SBBM,SBMC,XZQY,JKDWLX,SSXQGAJG,SBZT\n${code},T-1,330203,9,330203000000,3\n`;
    writeFileSync(file, removed);
    const applied = await runCli(['cameras', 'import', file, '--apply', '--data', dataDir]);
    expect(applied.stdout).toMatch(/1 changed/);
    await cli.says(new RegExp(`${code}.*no longer watched`), 60_000);
  },
);
