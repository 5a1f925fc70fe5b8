import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CameraHealth, PictureFault } from '../../contracts/index.ts';
import { openCameraSession, resolveCameraSource } from '../../ingest/index.ts';
import { type Config, openLog, PipelineError, systemClock } from '../../kernel/index.ts';
import { asVideoFile, findClips, truthBeside } from '../clip-files.ts';
import { configure } from '../configure.ts';
import { type NamedFault, namedFaults } from '../health-truth.ts';
import type { CommonOptions } from '../program/declare.ts';

/** A fault must be told to have begun and ended this near to when it did. */
const toleranceS = 3;

/** A fault as the health of the camera told it, in seconds from the first picture. */
interface ToldFault {
  readonly fault: PictureFault;
  readonly fromS: number;
  /** Null: it was still there when the video ended. */
  readonly toS: number | null;
  /** When the first sample said so. */
  readonly toldS: number;
}

interface VideoResult {
  readonly video: string;
  readonly lengthS: number;
  /** Complaints of the decoder: a damaged stream shows faults that no camera has, so it is told and not judged. */
  readonly decodeErrors: number;
  readonly named: readonly NamedFault[];
  readonly told: readonly ToldFault[];
  readonly missed: readonly string[];
}

/** Run one video through ingest, as a replay does, and keep what its health samples say. */
async function runVideo(
  name: string,
  file: string,
  parts: { readonly config: Config; readonly scratchDir: string; readonly signal: AbortSignal },
): Promise<Pick<VideoResult, 'lengthS' | 'decodeErrors' | 'told'>> {
  const { config, scratchDir, signal } = parts;
  const camera = { name, source: file, startedAt: '2026-01-01T00:00:00+08:00', zones: [] };
  const samples: CameraHealth[] = [];
  await using session = await openCameraSession({
    source: await resolveCameraSource(camera, { config, environment: {} }),
    settings: config.ingest,
    pace: 'replayFullSpeed',
    recordingDir: scratchDir,
    clock: systemClock,
    log: openLog({ level: 'error' }),
    onHealth: (sample) => samples.push(sample),
    signal,
  });
  const startedAtMs = session.media?.startedAtMs ?? 0;
  let lengthS = 0;
  for await (const frame of session.frames()) {
    lengthS = frame.mediaTimeMs / 1_000;
    frame.release();
  }
  return { lengthS, decodeErrors: session.decodeErrors, told: toldBy(samples, startedAtMs) };
}

function toldBy(samples: readonly CameraHealth[], startedAtMs: number): ToldFault[] {
  const inS = (atMs: number): number => (atMs - startedAtMs) / 1_000;
  const open = new Map<PictureFault, ToldFault>();
  const ended: ToldFault[] = [];
  for (const { picture } of samples) {
    if (picture === null) continue;
    const now = new Set(picture.faults.map(({ fault }) => fault));
    for (const [fault, told] of open) {
      if (now.has(fault)) continue;
      const untilMs = picture.ended.find((one) => one.fault === fault)?.untilMs ?? picture.checkedAtMs;
      ended.push({ ...told, toS: inS(untilMs) });
      open.delete(fault);
    }
    for (const { fault, sinceMs } of picture.faults) {
      if (!open.has(fault))
        open.set(fault, { fault, fromS: inS(sinceMs), toS: null, toldS: inS(picture.checkedAtMs) });
    }
  }
  return [...ended, ...open.values()].toSorted((a, b) => a.fromS - b.fromS);
}

/** What is wrong with what was told: faults that were missed, told at other times, or never there. */
function missesOf(named: readonly NamedFault[], told: readonly ToldFault[], lengthS: number): string[] {
  const left = [...told];
  const misses: string[] = [];
  for (const { name, fault, fromS, toS } of named) {
    const index = left.findIndex((one) => {
      const lastsToTheEnd = toS >= lengthS - toleranceS;
      const endsRight = one.toS === null ? lastsToTheEnd : Math.abs(one.toS - toS) <= toleranceS;
      return one.fault === fault && Math.abs(one.fromS - fromS) <= toleranceS && endsRight;
    });
    if (index === -1)
      misses.push(`MISSED ${name} ${fromS}–${toS} s${fault === null ? ' (unknown name)' : ''}`);
    else left.splice(index, 1);
  }
  return [...misses, ...left.map((one) => `FALSE ${spell(one)}`)];
}

const spell = ({ fault, fromS, toS, toldS }: ToldFault): string =>
  `${fault} ${fromS.toFixed(1)}–${toS === null ? 'end' : `${toS.toFixed(1)} s`} (told at ${toldS.toFixed(1)} s)`;

/**
 * Hold the diagnosis of pictures against what is known of videos: `faults` of `events.json`, and nothing where there is
 * none.
 * @throws PipelineError EVAL_GOAL_MISSED when a fault was missed, or told where there is none.
 */
export async function evalHealth(
  dir: string,
  options: CommonOptions & { readonly json?: string },
  interrupted: AbortSignal,
): Promise<void> {
  const root = resolve(dir);
  const config = await configure(options.config === undefined ? {} : { config: options.config });
  const clips = await findClips(root);
  if (clips.length === 0) {
    throw new PipelineError('IMPORT_FILE_NOT_FOUND', `There is no video under ${root}.`, {
      hint: 'Name a folder that holds videos, each with an events.json beside it or none.',
    });
  }
  const scratchDir = await mkdtemp(join(tmpdir(), 'sharp-eyes-health-'));
  const results: VideoResult[] = [];
  const unreadable: string[] = [];
  try {
    for (const clip of clips) {
      if (interrupted.aborted)
        throw new PipelineError('INTERRUPTED', 'Interrupted.', { hint: 'Run it again.' });
      try {
        const truth = await truthBeside(clip, root);
        const named = namedFaults(truth, clip.name);
        const file = await asVideoFile(clip, truth, scratchDir);
        const result = await runVideo(clip.name, file, { config, scratchDir, signal: interrupted });
        const isJudged = named.length > 0 || result.decodeErrors === 0;
        const missed = isJudged ? missesOf(named, result.told, result.lengthS) : [];
        results.push({ video: clip.name, ...result, named, missed });
        process.stdout.write(`${lineOf({ video: clip.name, ...result, named, missed })}\n`);
      } catch (error) {
        if (!(error instanceof PipelineError) || error.code === 'INTERRUPTED') throw error;
        unreadable.push(clip.name);
        process.stdout.write(`${clip.name.padEnd(40)} not readable (${error.code})\n`);
      }
    }
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
  const faultCount = results.reduce((sum, { named }) => sum + named.length, 0);
  const missedCount = results.reduce((sum, { missed }) => sum + missed.length, 0);
  if (options.json !== undefined) {
    await writeFile(
      options.json,
      `${JSON.stringify({ toleranceS, faultCount, missedCount, unreadable, videos: results }, null, 1)}\n`,
    );
  }
  const damaged = results.filter(({ named, decodeErrors }) => named.length === 0 && decodeErrors > 0).length;
  process.stdout.write(
    `${results.length} videos, ${faultCount} faults named, ${missedCount} missed or false; ` +
      `${damaged} damaged streams told and not judged, ${unreadable.length} not readable\n`,
  );
  if (missedCount === 0) return;
  throw new PipelineError('EVAL_GOAL_MISSED', 'Not every fault was told at its time, and nothing else.', {
    hint: 'Each line above says what was missed or false.',
  });
}

function lineOf({ video, lengthS, decodeErrors, told, missed, named }: VideoResult): string {
  const found = told.length === 0 ? 'nothing' : told.map(spell).join('; ');
  const verdict = missed.length > 0 ? missed.join('; ') : 'as it should be';
  const isDamaged = named.length === 0 && decodeErrors > 0;
  return `${video.padEnd(40)} ${lengthS.toFixed(0).padStart(4)} s  ${found} — ${isDamaged ? `damaged (${decodeErrors}), not judged` : verdict}`;
}
