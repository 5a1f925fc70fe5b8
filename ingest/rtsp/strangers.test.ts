import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startStranger, strangers, whyNoStranger } from '../../test/rtsp/strangers.ts';
import { openCameraSession, probeSource } from '../index.ts';
import { fileSource, scratchDir, seen, sessionOptions } from '../testing/session.ts';

const video = join(import.meta.dirname, '..', '..', 'sample', 'renovation-waste.mp4');
const login = { user: 'viewer', password: "p@ss w'rd:1/%" };
const dir = scratchDir();

afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe.each(strangers)('an RTSP server that somebody else wrote: %s', (stranger) => {
  const reason = whyNoStranger(stranger);
  test.skipIf(reason !== null)(
    `its pictures come, with times as far apart as they were taken, and are recorded${reason === null ? '' : ` (${reason})`}`,
    { timeout: 90_000 },
    async () => {
      await using server = await startStranger(stranger, video, login);
      const source = {
        ...fileSource(server.url),
        kind: 'rtsp' as const,
        credential: login,
        startedAtMs: null,
      };
      const settings = { allowedHosts: ['127.0.0.1'], analysisFps: 5, segmentMs: 1_000, reconnectMinMs: 300 };
      const options = sessionOptions(source, dir, { settings, signal: AbortSignal.timeout(80_000) });
      await expect
        .poll(async () => await probeSource(source, options.settings, options.signal), { timeout: 30_000 })
        .toMatchObject({ codec: 'h264', widthPx: 768, heightPx: 576 });

      await using session = await openCameraSession(options);
      const times: number[] = [];
      for await (const frame of session.frames()) {
        times.push(seen(frame).capturedAtMs);
        const isRecorded = options.told.some(({ recording }) => recording !== null);
        if (times.length >= 40 && isRecorded) break;
      }
      // 10 pictures a second were taken; 5 are looked at. The clock settles in the first second.
      const gapsMs = times.slice(10, 40).map((atMs, index) => atMs - (times[index + 9] ?? atMs));
      expect(gapsMs.toSorted((a, b) => a - b)[15]).toBeCloseTo(200, -1.5);
      expect(options.told.at(-1)).toMatchObject({ state: 'online', measuredWidthPx: 768, codec: 'h264' });
    },
  );
});
