import { expect, test } from 'vitest';
import type {
  AuditReport,
  Incident,
  IncidentPage,
  MeasureReport,
  VehicleRoutes,
} from '../../contracts/index.ts';
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

test('the demo shows the dumping of the sample with its evidence and its report, a whole case, and one to go on with; a second start goes on', async () => {
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
  const kept = await incidentThat(
    page,
    ({ state, cameraIds }) => state === 'registered' && cameraIds[0] === '33020300001320000101',
    20_000,
  );
  expect(kept.events).toHaveLength(1);

  // Beside it an earlier case, wherever the first start had got to, is played to its end, once.
  const whole = await incidentThat(page, ({ state }) => state === 'closed', 420_000);
  expect(whole.cameraIds).toEqual(['33020300001320000201', '33020300001320000202']);
  expect(whole.events.map(({ media, actor }) => [media.length, actor?.className])).toEqual([
    [7, 'person'],
    [7, 'person'],
  ]);
  const sources = whole.records
    .filter(({ status }) => status === 'linked')
    .map(({ record }) => record.source);
  expect(sources.toSorted()).toEqual(['call110', 'residentReport']);
  expect(whole.tasks.map(({ agency, reworkCount }) => [agency, reworkCount])).toEqual([
    ['enforcement', 1],
    ['policeStation', 0],
    ['trafficPolice', 0],
  ]);
  expect(whole.penaltyCase?.penalties).toHaveLength(3);
  // By the clock of the case: no term ran out because it was played later.
  expect(whole.timeline.every(({ atMs }) => atMs < Date.parse('2026-06-09T00:00:00+08:00'))).toBe(true);
  await again.says(/route has expired/, 60_000);
  const { items: routes } = await page.get<VehicleRoutes>(`/api/incidents/${whole.incidentId}/routes`);
  expect(routes).toMatchObject([{ state: 'expired', sightings: [], deletion: { rowCountAfter: 0 } }]);

  // And a month later one that is left to whoever opens the page: an approved route, nothing confirmed yet.
  await again.says(/it is approved/, 240_000);
  const next = await incidentThat(
    page,
    ({ state, cameraIds }) => state === 'registered' && cameraIds[0] === '33020300001320000201',
    20_000,
  );
  const { items: open } = await page.get<VehicleRoutes>(`/api/incidents/${next.incidentId}/routes`);
  expect(open).toMatchObject([
    { state: 'approved', decisions: [], actor: { className: expect.any(String) } },
  ]);
  expect(open[0]?.proposals[0]?.hops.length).toBeGreaterThan(0);
  const { verification } = await page.get<AuditReport>('/api/audit');
  expect(verification.isIntact).toBe(true);
  const { items } = await page.get<IncidentPage>('/api/incidents');
  expect(items).toHaveLength(3);
}, 900_000);
