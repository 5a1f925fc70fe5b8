import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Incident } from '../../contracts/index.ts';
import { startTestClickHouse } from '../clickhouse/index.ts';
import { startKafka } from '../kafka/broker.ts';
import { runCli, sampleVideo, scratchDir, startCli } from './cli.ts';
import { incidentThat, logIn } from './page.ts';

test('a dumping goes from video to incident across three processes over Kafka and the HTTP store', async (context) => {
  const started = await startKafka();
  if (started.kind === 'unavailable') {
    context.skip(`no Kafka broker: ${started.reason}`);
    return;
  }
  const { kafka } = started;
  try {
    await using scratch = await scratchDir();
    await using clickHouse = await startTestClickHouse({ dir: join(scratch.dir, 'clickhouse') });
    const config = join(scratch.dir, 'config.yaml');
    await writeFile(
      config,
      JSON.stringify({
        mediaDir: join(scratch.dir, 'media'),
        bus: { kind: 'kafka', brokers: kafka.brokers },
        store: { kind: 'clickhouse', url: process.env['CLICKHOUSE_URL'] ?? clickHouse.url },
        cameras: [
          { name: '33020300001320000101', source: sampleVideo, startedAt: '2026-06-15T08:30:00+08:00' },
        ],
        log: { level: 'warn' },
      }),
    );
    const process_ = (name: string, ...more: string[]) =>
      startCli([name, '--config', config, '--data', join(scratch.dir, name), ...more]);
    await using api = process_('api', '--port', '0');
    await using correlate = process_('correlate');
    await correlate.says(/correlate runs/, 60_000);
    const [link] = await api.says(/http:\/\/\S+\/login#\S+/, 60_000);
    const page = await logIn(link);
    // The camera file comes in through the API of one process and reaches the cameras of another over the bus.
    const sample = join(sampleVideo, '..');
    const importInto = async (...args: string[]) =>
      await runCli([...args, '--config', config, '--data', join(scratch.dir, 'api')]);
    expect(await importInto('cameras', 'import', join(sample, 'cameras.csv'), '--apply')).toMatchObject({
      code: 0,
    });
    expect(
      await importInto('records', 'import', join(sample, 'reports.csv'), '--profile', 'call110'),
    ).toMatchObject({
      code: 0,
    });

    await using ingest = process_('ingest');
    const isWhole = ({ events, records }: Incident): boolean =>
      (events[0]?.media.length ?? 0) >= 7 && records.some(({ status }) => status === 'linked');
    const incident = await incidentThat(page, isWhole, 120_000);
    expect(incident.events).toHaveLength(1);
    expect(incident.events[0]).toMatchObject({ kind: 'illegal_dumping', poleNumber: 'HAJ-017' });
    const confirmed = await page.post(`/api/incidents/${incident.incidentId}/commands`, {
      action: { kind: 'confirm', note: '' },
      expectedVersion: null,
    });
    expect(confirmed).toMatchObject({ status: 200, body: { state: 'registered' } });

    for (const process of [ingest, api, correlate]) {
      process.interrupt();
      expect(await process.finished).toMatchObject({ code: 130 });
    }
  } finally {
    await kafka.stop();
  }
}, 300_000);
