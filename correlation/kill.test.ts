import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { incidentChanges, incidentTable, officialRecordTable } from '../contracts/index.ts';
import { busyDay } from './testing/inputs.ts';
import { openPlace, story, temporaryDir } from './testing/place.ts';

const count = 9;
const inputs = busyDay(count);
const child = fileURLToPath(import.meta.resolve('./testing/work-until-killed.ts'));

const nowMs = Date.now() - 3_600_000;

/** When to end it: so long after it was ready, right after so many inserts, or not at all. */
type Ending = { readonly afterMs: number } | { readonly afterInserts: number } | null;

/** @returns how many inputs were published for sure, and whether the child came to its end. */
async function work(
  dataDir: string,
  from: number,
  ending: Ending,
): Promise<{ readonly published: number; readonly isDone: boolean }> {
  const inserts = ending !== null && 'afterInserts' in ending ? ending.afterInserts : 0;
  const given = [dataDir, count, from, nowMs, inserts].map(String);
  const running = spawn(process.execPath, [child, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(running, 'exit');
  let published = from;
  let isDone = false;
  for await (const line of createInterface(running.stdout)) {
    if (line === 'done') isDone = true;
    else if (line === 'ready' && ending !== null && 'afterMs' in ending) {
      void pause(ending.afterMs).then(() => running.kill('SIGKILL'));
    } else if (line !== 'ready') published = Number(line) + 1;
  }
  await gone;
  return { published, isDone };
}

/** What is left of a run: its incidents, its tables, and the newest version that was told of each incident. */
async function remains(dataDir: string) {
  await using place = await openPlace(dataDir);
  const incidents = await place.store.find(incidentTable);
  const counts = await place.store.query(
    `SELECT * FROM (
      SELECT 'record' AS name, toInt64(count()) AS n FROM record FINAL
      UNION ALL SELECT 'scene_event', toInt64(count()) FROM scene_event FINAL
      UNION ALL SELECT 'command', toInt64(count()) FROM command FINAL
      UNION ALL SELECT 'observation', toInt64(count()) FROM observation FINAL
      UNION ALL SELECT 'counted by hour', toInt64(sum(observations)) FROM observation_hourly
    ) ORDER BY name`,
    {},
    z.object({ name: z.string(), n: z.coerce.number() }),
  );
  const told = new Map<string, number>();
  const listening = new AbortController();
  const changes = place.bus.tail([incidentChanges], { from: 'earliest', signal: listening.signal });
  const newest = new Map(incidents.map(({ incidentId, version }) => [incidentId, version]));
  setTimeout(() => listening.abort(), 3_000).unref();
  for await (const { record } of changes) {
    told.set(record.incidentId, Math.max(told.get(record.incidentId) ?? 0, record.incident?.version ?? 0));
    if ([...newest].every(([id, version]) => told.get(id) === version)) break;
  }
  listening.abort();
  const records = await place.store.find(officialRecordTable);
  return { incidents, counts, told, newest, recordIds: records.map(({ recordId }) => recordId).toSorted() };
}

test('killed again and again: the incidents, records and tables of an undisturbed run, and every one was told', async () => {
  await using clean = await temporaryDir();
  await using disturbed = await temporaryDir();
  expect((await work(clean.path, 0, null)).isDone).toBe(true);
  const expected = await remains(clean.path);
  expect(expected.incidents.length).toBeGreaterThan(count / 2);
  expect(expected.incidents.some(({ state }) => state === 'registered')).toBe(true);
  expect(expected.incidents.some(({ records }) => records.some(({ status }) => status === 'linked'))).toBe(
    true,
  );

  let published = 0;
  const endings = [{ afterInserts: 1 }, { afterInserts: 2 }, { afterMs: 120 }, { afterInserts: 5 }];
  for (const ending of endings) {
    // The input that was under way may have been published or not: it is published again.
    ({ published } = await work(disturbed.path, published, ending));
  }
  const last = await work(disturbed.path, Math.min(published, inputs.length - 1), null);
  expect(last.isDone).toBe(true);
  const found = await remains(disturbed.path);
  expect(story(found.incidents)).toEqual(story(expected.incidents));
  expect(found.counts).toEqual(expected.counts);
  expect(found.recordIds).toEqual(expected.recordIds);
  expect(found.told).toEqual(found.newest);
}, 120_000);
