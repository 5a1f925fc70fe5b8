// Run in a network of its own: ipycam, a camera that somebody else wrote, and what is found out about it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discover, openOnvif, planScan, probeSource } from '../../ingest/index.ts';
import { adoptChild, endChild, messageOf } from '../../kernel/index.ts';

const [python = '', video = ''] = process.argv.slice(2);
const onvifPort = 8_080;
const scratch = mkdtempSync(join(tmpdir(), 'sharp-eyes-stranger-'));
const camera = spawn(python, ['-m', 'ipycam', '--source', video, '--hw', 'cpu', '--fps', '10'], {
  cwd: scratch,
  stdio: 'ignore',
});
adoptChild(camera);

const isUp = async (): Promise<boolean> =>
  await new Promise((resolve) => {
    const socket = connect(onvifPort, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
for (let tries = 0; tries < 300 && !(await isUp()); tries++) {
  await new Promise((resolve) => setTimeout(resolve, 200));
}

const rules = { allowedHosts: ['127.0.0.1'] };
const signal = AbortSignal.timeout(150_000);
await using onvif = openOnvif();
const look = async (probeMs: number) =>
  await discover({
    onvif,
    rules,
    credential: null,
    interfaces: ['lo'],
    probeMs,
    plan: planScan(['127.0.0.1'], { ports: [onvifPort], connectionsPerSecond: 50, maxAddresses: 4 }, rules),
    timeoutMs: 10_000,
    onDevice: () => undefined,
    signal,
  });
const called = await look(3_000);
const scanned = await look(0);
const [device] = scanned.devices;
const main = device?.channels[0]?.profiles.find(
  ({ token }) => token === device.channels[0]?.main?.profileToken,
);
const uri = main?.stream.uri ?? '';
const snapshotUri = main?.snapshot.uri ?? '';
const stream = await probeSource(
  {
    cameraId: '33020300001320000101',
    areaCode: '330203000000',
    kind: 'rtsp',
    address: uri,
    credential: null,
    startedAtMs: null,
  },
  { connectTimeoutMs: 10_000, ...rules, allowedHosts: ['127.0.0.1'] },
  signal,
).catch((error: unknown) => ({ error: messageOf(error) }));
const snapshot = await fetch(snapshotUri)
  .then(async (answer) => ({ status: answer.status, bytes: (await answer.arrayBuffer()).byteLength }))
  .catch((error: unknown) => ({ error: messageOf(error) }));
process.stdout.write(JSON.stringify({ called, scanned, stream, snapshot }));
await endChild(camera, 3_000);
rmSync(scratch, { recursive: true, force: true });
process.exit(0);
