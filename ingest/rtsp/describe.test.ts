import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { startScriptedServer } from '../../test/rtsp/scripted.ts';
import type { Credential } from '../credentials/credential.ts';
import { describe } from './describe.ts';
import { videoOfferOf } from './offer.ts';

const timeoutMs = 1_000;
const ask = async (port: number, login: Credential | null = null): Promise<unknown> => {
  const address = `rtsp://127.0.0.1:${port}/live`;
  const target = { address, ip: '127.0.0.1', host: '127.0.0.1', port, isSecure: false };
  return await describe(target, login, timeoutMs, AbortSignal.timeout(20_000));
};

/** Listens and never takes a connection: when its queue is full, nobody is answered any more. */
const deafServer = `
const { createServer } = require('node:net');
const { parentPort } = require('node:worker_threads');
const server = createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 15_000);
});`;

test('one that takes the connection and hangs is silent, and given up in time', async () => {
  await using server = await startScriptedServer(() => null);
  const beganAtMs = performance.now();
  expect(await ask(Number(new URL(server.url).port))).toMatchObject({ kind: 'silent' });
  expect(performance.now() - beganAtMs).toBeLessThan(timeoutMs + 2_000);
});

test.skipIf(process.platform !== 'linux')(
  'one that does not even take the connection is not there, and given up in time',
  async () => {
    const worker = new Worker(deafServer, { eval: true });
    const [port] = (await once(worker, 'message')) as [number];
    const waiting = Array.from({ length: 4 }, () => connect({ host: '127.0.0.1', port }));
    for (const socket of waiting) socket.on('error', () => undefined);
    try {
      await once(waiting[0] as (typeof waiting)[0], 'connect');
      const beganAtMs = performance.now();
      expect(await ask(port)).toMatchObject({ kind: 'unreachable', found: 'no answer in time' });
      expect(performance.now() - beganAtMs).toBeLessThan(timeoutMs + 2_000);
    } finally {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    }
  },
  20_000,
);

test.each([
  ['one payload type', '96'],
  ['several', '96 97'],
])('the offer is read from a description with %s', (_what, payloads) => {
  const sdp = `v=0\r\nm=video 0 RTP/AVP ${payloads}\r\na=rtpmap:96 H265/90000\r\n`;
  expect(videoOfferOf(sdp)?.codec).toBe('hevc');
});

test.each([
  ['gives each connection a challenge of its own', false],
  ['closes the connection after a challenge', true],
])('a server that %s lets the login in', async (_what, doesHangUp) => {
  await using server = await startScriptedServer(({ sequence, headers, connection, hangUp }) => {
    const nonce = doesHangUp ? 'any' : `n${connection}`;
    if (headers.includes(`nonce="${nonce}"`)) return `RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\n\r\n`;
    if (doesHangUp) hangUp();
    const challenge = `WWW-Authenticate: Digest realm="street", nonce="${nonce}"`;
    return `RTSP/1.0 401 Unauthorized\r\nCSeq: ${sequence}\r\n${challenge}\r\n\r\n`;
  });
  const port = Number(new URL(server.url).port);
  expect(await ask(port, { user: 'viewer', password: 'secret' })).toMatchObject({ status: 200 });
});
