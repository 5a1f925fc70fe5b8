import { expect, test } from 'vitest';
import type { Incident } from '../../contracts/index.ts';
import { startRtspServer, whyNoRtspServer } from '../rtsp/index.ts';
import { sampleVideo, scratchDir, startCli } from './cli.ts';
import { incidentThat, logIn } from './page.ts';

const camera = '33020300001320000101';
const missing = whyNoRtspServer();

const isWhole = ({ events }: Incident): boolean => (events[0]?.media.length ?? 0) >= 7;

/** Run `up` with one camera until its dumping is whole. */
async function incidentOf(source: string, dataDir: string, timeoutMs: number): Promise<Incident> {
  await using cli = startCli(['up', '--data', dataDir, '--port', '0', '--camera', `${camera}=${source}`]);
  const [link] = await cli.says(/http:\/\/\S+\/login#\S+/, 30_000);
  return await incidentThat(await logIn(link), isWhole, timeoutMs);
}

/** What must be the same although a live camera counts its time from another moment and other frames are looked at. */
const story = ({ events }: Incident): { leavesAfterMs: number; box: number[]; actor: string | undefined } => {
  const [event] = events;
  if (event === undefined) throw new Error('an incident without an event');
  const { putDownAtMs, departedAtMs } = event.moments;
  return {
    leavesAfterMs: (departedAtMs ?? 0) - (putDownAtMs ?? 0),
    box: Object.values(event.box),
    actor: event.actor?.className,
  };
};

test.skipIf(missing !== null)(
  `the same video over RTSP raises the same incident as from the file${missing === null ? '' : ` (${missing})`}`,
  async () => {
    await using scratch = await scratchDir();
    await using server = await startRtspServer({ file: sampleVideo, user: 'viewer', password: 'p4ss-w0rd' });
    // One after the other: a live camera must not fall behind because a replay takes both cores.
    const a = story(await incidentOf(sampleVideo, `${scratch.dir}/file`, 90_000));
    const address = server.url.replace('rtsp://', 'rtsp://viewer:p4ss-w0rd@');
    // It plays at its own pace: the bag is put down after 31 s, the clip is whole some ten seconds after the alert.
    const b = story(await incidentOf(address, `${scratch.dir}/live`, 120_000));
    expect(b.actor).toBe(a.actor);
    for (const [index, value] of b.box.entries())
      expect(Math.abs(value - (a.box[index] ?? 0))).toBeLessThan(0.02);
    expect(Math.abs(b.leavesAfterMs - a.leavesAfterMs)).toBeLessThan(2_000);
  },
  240_000,
);

test.skipIf(missing !== null)(
  `a wrong password is named as such, and never printed${missing === null ? '' : ` (${missing})`}`,
  async () => {
    await using scratch = await scratchDir();
    await using server = await startRtspServer({ file: sampleVideo, user: 'viewer', password: 'p4ss-w0rd' });
    await using cli = startCli([
      'up',
      '--data',
      scratch.dir,
      '--port',
      '0',
      '--camera',
      `${camera}=${server.url.replace('rtsp://', 'rtsp://viewer:wr0ng-w0rd@')}`,
    ]);
    await cli.says(/INGEST_RTSP_AUTH/, 40_000);
    expect(cli.output().stdout + cli.output().stderr).not.toMatch(/p4ss|wr0ng/);
  },
  90_000,
);
