import { expect, test } from 'vitest';
import type { Incident, MeasureReport } from '../../contracts/index.ts';
import { scratchDir, startCli } from './cli.ts';
import { incidentThat, logIn } from './page.ts';

const hasStory = ({ events, records }: Incident): boolean =>
  (events[0]?.media.length ?? 0) >= 7 && records.some(({ status }) => status === 'linked');

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('the demo shows the dumping of the sample with its evidence and its report; a second start goes on with it', async () => {
  await using scratch = await scratchDir();
  {
    await using cli = startCli(['demo', '--data', scratch.dir]);
    const [link] = await cli.says(/http:\/\/\S+\/login#\S+/, 30_000);
    const page = await logIn(link);
    const incident = await incidentThat(page, hasStory, 240_000);

    // Found, not planted: one event of the sample's camera, in its first minute, with somebody who brought it.
    expect(incident).toMatchObject({ kind: 'illegal_dumping', state: 'detected' });
    expect(incident.events).toHaveLength(1);
    expect(incident.events[0]).toMatchObject({ cameraId: '33020300001320000101', poleNumber: 'HAJ-017' });
    expect(incident.events[0]?.actor?.className).toBe('person');
    const linked = incident.records.filter(({ status }) => status === 'linked');
    expect(linked.map(({ record }) => record.sourceId)).toEqual(['33020320260615001102']);
    expect(JSON.stringify(incident)).not.toMatch(/李某某|00000000002/);

    // The untouched recording is kept and not shown; everything else is masked and is.
    for (const { mediaId, role, mimeType, sizeBytes } of incident.events[0]?.media ?? []) {
      const { status, type, body } = await page.bytes(`/api/media/${mediaId}`);
      if (role === 'original') expect(status).toBe(403);
      else expect([status, type, body.length]).toEqual([200, mimeType, sizeBytes]);
    }

    // By its own time, also after the recording has ended.
    const stateOf = async (): Promise<string | undefined> => {
      const { figures } = await page.get<MeasureReport>('/api/measures');
      const online = figures.find(({ metric }) => metric === 'M7b');
      return online?.rows.find(({ cameraId }) => cameraId === '33020300001320000101')?.because;
    };
    await expect.poll(stateOf, { timeout: 60_000, interval: 500 }).toBe('online');

    // A person decides, and sees the state that came of it.
    const confirmed = await page.post(`/api/incidents/${incident.incidentId}/commands`, {
      action: { kind: 'confirm', note: '' },
      expectedVersion: incident.version,
    });
    expect(confirmed).toMatchObject({ status: 200, body: { state: 'registered' } });
    const stale = await page.post(`/api/incidents/${incident.incidentId}/commands`, {
      action: { kind: 'reject', reason: 'false_alarm', note: '', duplicateOf: null },
      expectedVersion: incident.version,
    });
    expect(stale.status).toBe(409);

    const { pid } = cli;
    cli.interrupt();
    const { code, stderr } = await cli.finished;
    expect(code, stderr).toBe(130);
    expect(isAlive(pid)).toBe(false);
  }

  await using again = startCli(['demo', '--data', scratch.dir]);
  const [link] = await again.says(/http:\/\/\S+\/login#\S+/, 30_000);
  const page = await logIn(link);
  const kept = await incidentThat(page, ({ state }) => state === 'registered', 20_000);
  expect(kept.events).toHaveLength(1);
}, 480_000);
