import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type Incident, incidentTable, type MediaRef } from '../../contracts/index.ts';
import { openLog } from '../../kernel/index.ts';
import { openMediaStore, openStore } from '../../store/index.ts';
import { runCli, sampleVideo, scratchDir, startCli } from './cli.ts';

const kills = 20;
/** A short clip: making it is most of the work, and where it is interrupted matters more than how long it takes. */
const environment = { SHARP_EYES_INFERENCE__CLIP_MAX_MS: '4000' };
const camera = ['--camera', '33020300001320000101', '--started-at', '2026-06-15T08:30:00+08:00'];

/** Deterministic, so that a failure can be played again. */
function* randomShares(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

async function incidentsIn(dataDir: string): Promise<Incident[]> {
  await using store = await openStore({ kind: 'embedded' }, { dataDir, log: openLog({ level: 'error' }) });
  return await store.find(incidentTable, { orderBy: 'incidentId' });
}

/** The part of the sample that holds the story, so that twenty-one runs of it do not take all day. */
async function shortSample(dir: string): Promise<string> {
  const file = join(dir, 'story.mp4');
  await promisify(execFile)('ffmpeg', [
    '-v',
    'error',
    '-ss',
    '20',
    '-t',
    '22.5',
    '-i',
    sampleVideo,
    '-c',
    'copy',
    file,
  ]);
  return file;
}

/** What must not depend on how often the process died: everything, versions and timeline included. */
const essence = (incidents: readonly Incident[]): unknown =>
  incidents.map(({ events, ...incident }) => ({
    ...incident,
    events: events.map(({ media, ...event }) => ({
      ...event,
      media: media
        .map(({ mediaId, role, sha256 }: MediaRef) => ({ mediaId, role, sha256 }))
        .toSorted((a, b) => a.mediaId.localeCompare(b.mediaId)),
    })),
  }));

test(`kill −9 at ${kills} random moments of a replay changes nothing in the end`, async () => {
  await using scratch = await scratchDir();
  const quiet = join(scratch.dir, 'quiet');
  const rough = join(scratch.dir, 'rough');
  await runCli(['cameras', 'import', join(sampleVideo, '..', 'cameras.csv'), '--apply', '--data', quiet]);
  await runCli(['cameras', 'import', join(sampleVideo, '..', 'cameras.csv'), '--apply', '--data', rough]);
  const video = await shortSample(scratch.dir);
  const startedAtMs = Date.now();
  expect((await runCli(['replay', video, '--json', '--data', quiet, ...camera], environment)).code).toBe(0);
  const undisturbedMs = Date.now() - startedAtMs;

  const shares = randomShares(20_260_615);
  for (let i = 0; i < kills; i++) {
    const cli = startCli(['replay', video, '--json', '--data', rough, ...camera], environment);
    const { value: share } = shares.next() as { value: number };
    // From the first moment until just before it would have ended by itself.
    await new Promise((resolve) => setTimeout(resolve, share * undisturbedMs));
    await cli.kill();
  }
  const last = await runCli(['replay', video, '--json', '--data', rough, ...camera], environment);
  expect(last.code, last.stderr).toBe(0);

  const expected = await incidentsIn(quiet);
  const found = await incidentsIn(rough);
  expect(expected).toHaveLength(1);
  expect(essence(found)).toEqual(essence(expected));

  const media = await openMediaStore({ dir: join(rough, 'media') });
  const refs = found.flatMap(({ events }) => events.flatMap((event) => event.media));
  expect(refs.map(({ role }) => role).toSorted()).toEqual(
    ['after', 'arrived', 'before', 'clip', 'departed', 'original', 'putDown'].toSorted(),
  );
  for (const { mediaId } of refs) await media.verify(mediaId);
}, 480_000);
