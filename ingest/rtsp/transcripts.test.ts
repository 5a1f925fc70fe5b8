import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { material } from '../../test/material.ts';
import { startScriptedServer } from '../../test/rtsp/scripted.ts';
import { parseRtspAnswer } from './describe.ts';
import { type ProbedCamera, probeCamera } from './probe-camera.ts';

const folder = material('data/torture-rtsp-transcripts/client/testdata');
const why = 'the transcripts of real cameras are not here';
const files = folder === null ? [] : readdirSync(folder).filter((name) => name.endsWith('.txt'));
const textOf = (name: string): string => (folder === null ? '' : readFileSync(join(folder, name), 'utf8'));

/** An answer as it was recorded, but to this request. */
const asAnswerTo = (text: string, sequence: string): string =>
  text.replaceAll(/\r?\n/g, '\r\n').replace(/CSeq:\s*\d+/i, `CSeq: ${sequence}`);

const describeOk = (sdp: string, sequence: string): string =>
  `RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\nContent-Type: application/sdp\r\nContent-Length: ${Buffer.byteLength(sdp)}\r\n\r\n${sdp}`;

const plainSdp =
  'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n';

/** The other answers of the same camera, where there are some. */
const partnerOf = (name: string, what: string): string | null => {
  const camera = name.replace(/_(?:describe|setup|play|sdp|options|teardown|bad).*$/, '');
  const partner = files.find((file) => file.startsWith(`${camera}_${what}`));
  return partner === undefined ? null : textOf(partner);
};

function scriptOf(name: string): Parameters<typeof startScriptedServer>[0] {
  const text = textOf(name);
  const isSdp = !text.startsWith('RTSP/');
  const role =
    /_(describe|setup|play|teardown|options)/.exec(name)?.[1]?.toUpperCase() ?? (isSdp ? 'DESCRIBE' : '');
  return ({ method, sequence }) => {
    if (name.includes('unauthorized') && method !== 'OPTIONS') return asAnswerTo(text, sequence);
    if (method === role) return isSdp ? describeOk(text, sequence) : asAnswerTo(text, sequence);
    switch (method) {
      case 'DESCRIBE': {
        const partner = partnerOf(name, 'describe');
        return partner === null ? describeOk(plainSdp, sequence) : asAnswerTo(partner, sequence);
      }
      case 'SETUP': {
        const partner = partnerOf(name, 'setup');
        return partner === null
          ? `RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\nSession: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n`
          : asAnswerTo(partner, sequence);
      }
      case 'PLAY':
        return name.includes('rtptime')
          ? asAnswerTo(text, sequence)
          : `RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\nSession: 1\r\n\r\n`;
      default:
        return `RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n`;
    }
  };
}

const settings = { connectTimeoutMs: 1_500, allowedHosts: ['127.0.0.1'] };

describe.skipIf(folder === null)(`answers of real cameras${folder === null ? ` (${why})` : ''}`, () => {
  test('all of them are here', () => {
    expect(files.length).toBeGreaterThanOrEqual(40);
  });

  test.each(files.filter((name) => textOf(name).startsWith('RTSP/')))(
    '%s is understood as an answer',
    (name) => {
      const answer = parseRtspAnswer(textOf(name), true);
      expect(answer?.status).toBe(name.includes('unauthorized') ? 401 : 200);
      expect(answer?.headers.size).toBeGreaterThan(0);
    },
  );

  // No pictures follow: what is right to say is what the camera offered and that nothing came.
  test.concurrent.each(files)(
    '%s: the probe says what is so, in time',
    async (name) => {
      await using server = await startScriptedServer(scriptOf(name));
      const source = {
        cameraId: '33020300001320000101',
        areaCode: '330203540000',
        kind: 'rtsp' as const,
        address: server.url,
        credential: { user: 'viewer', password: 's3cr3t-w0rd' },
        startedAtMs: null,
      };
      const found: unknown = await probeCamera(source, settings, AbortSignal.timeout(60_000)).catch(
        (thrown: unknown) => thrown,
      );
      expect(JSON.stringify(found) + String(found)).not.toContain('s3cr3t');
      if (name.includes('unauthorized')) {
        expect(found).toMatchObject({ code: 'INGEST_RTSP_AUTH' });
      } else if (found instanceof Error) {
        expect(found).toMatchObject({ code: 'INGEST_FRAMES_STALLED' });
        expect(found.message).toMatch(/offers (?:h264|hevc) video/);
      } else {
        // Some descriptions tell codec and size without a single picture: by parameter sets of H.265, or in words.
        const { stream } = found as ProbedCamera;
        expect(textOf(name) + (partnerOf(name, 'describe') ?? '')).toMatch(
          stream.codec === 'hevc' ? /H265/i : /x-dimensions|cliprect/i,
        );
        expect(stream.widthPx / stream.heightPx).toBeGreaterThan(1);
      }
    },
    120_000,
  );
});

test('a redirect is followed where it may lead, and refused where no camera may be', async () => {
  await using goal = await startScriptedServer(({ sequence }) => describeOk(plainSdp, sequence));
  await using server = await startScriptedServer(
    ({ sequence }) => `RTSP/1.0 302 Moved\r\nCSeq: ${sequence}\r\nLocation: ${goal.url}\r\n\r\n`,
  );
  const source = {
    cameraId: '33020300001320000101',
    areaCode: '330203540000',
    kind: 'rtsp' as const,
    address: server.url.replace('127.0.0.1', 'localhost'),
    credential: null,
    startedAtMs: null,
  };
  const probe = async (allowedHosts: readonly string[]): Promise<unknown> =>
    await probeCamera(
      source,
      { connectTimeoutMs: 1_500, allowedHosts: [...allowedHosts] },
      AbortSignal.timeout(60_000),
    ).catch((error: unknown) => error);
  // Listed by name only: the redirect names the address, which nobody listed.
  expect(await probe(['localhost'])).toMatchObject({ code: 'INGEST_ADDRESS_REFUSED' });
  expect(goal.asked).toEqual([]);
  expect(await probe(['localhost', '127.0.0.1'])).toMatchObject({ code: 'INGEST_FRAMES_STALLED' });
  expect(goal.asked).toContain('DESCRIBE');
}, 90_000);

test('a redirect that comes only to ffmpeg is not followed', async () => {
  await using goal = await startScriptedServer(({ sequence }) => describeOk(plainSdp, sequence));
  await using server = await startScriptedServer(({ sequence, headers }) =>
    headers.includes('sharp-eyes')
      ? describeOk(plainSdp, sequence)
      : `RTSP/1.0 302 Moved\r\nCSeq: ${sequence}\r\nLocation: ${goal.url}\r\n\r\n`,
  );
  const source = {
    cameraId: '33020300001320000101',
    areaCode: '330203540000',
    kind: 'rtsp' as const,
    address: server.url,
    credential: null,
    startedAtMs: null,
  };
  await expect(probeCamera(source, settings, AbortSignal.timeout(60_000))).rejects.toBeInstanceOf(Error);
  expect(goal.asked.filter((method) => method !== 'OPTIONS')).toEqual([]);
}, 60_000);

test.each([
  ['an HTTP server', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['silence', null],
  ['noise', '\u0000\u0001\u0002garbage garbage garbage'],
  ['an answer without end', 'RTSP/1.0 200 OK\r\nCSeq: 1\r\n'],
  ['a bomb of headers', `RTSP/1.0 200 OK\r\n${'X: y\r\n'.repeat(60_000)}`],
])(
  '%s ends in time with a clear error',
  async (_what, answer) => {
    await using server = await startScriptedServer(() => answer);
    const source = {
      cameraId: '33020300001320000101',
      areaCode: '330203540000',
      kind: 'rtsp' as const,
      address: server.url,
      credential: null,
      startedAtMs: null,
    };
    await expect(probeCamera(source, settings, AbortSignal.timeout(60_000))).rejects.toMatchObject({
      code: 'INGEST_RTSP_UNREACHABLE',
    });
  },
  60_000,
);
