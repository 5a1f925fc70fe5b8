import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  analyseFrames,
  type ClipScore,
  type DetectorPool,
  type RaisedEvent,
  readTruth,
  scoreClip,
  summarise,
  summariseByKind,
  summaryLine,
} from '../../inference/index.ts';
import { openCameraSession, resolveCameraSource } from '../../ingest/index.ts';
import { type Config, openLog, PipelineError, systemClock } from '../../kernel/index.ts';
import { asVideoFile, type ClipFile, findClips, truthBeside } from '../clip-files.ts';
import { configure } from '../configure.ts';
import type { CommonOptions } from '../program/declare.ts';
import { startProgress } from '../progress.ts';
import { boxInPx } from '../replay-line.ts';
import { openEyes } from '../stages.ts';

/** A clip that could not be read: named, and not held against the rule. */
interface Unreadable {
  readonly video: string;
  readonly error: string;
}

const inS = (atMs: number | null, startedAtMs: number): number | null =>
  atMs === null ? null : (atMs - startedAtMs) / 1_000;

/** Run one file through ingest and inference at full speed, as `replay` does, and keep what it raises. */
async function runClip(
  clip: ClipFile,
  file: string,
  parts: {
    readonly config: Config;
    readonly detector: DetectorPool;
    readonly fireModel: DetectorPool | null;
    readonly scratchDir: string;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly raised: RaisedEvent[]; readonly videoS: number; readonly wallS: number }> {
  const { config, detector, fireModel, signal } = parts;
  const log = openLog({ level: 'error' });
  const begunAtMs = performance.now();
  const camera = { name: clip.name, source: file, startedAt: '2026-01-01T00:00:00+08:00', zones: [] };
  const source = await resolveCameraSource(camera, { config, environment: {} });
  await using session = await openCameraSession({
    source,
    settings: config.ingest,
    pace: 'replayFullSpeed',
    recordingDir: parts.scratchDir,
    clock: systemClock,
    log,
    onHealth: () => undefined,
    signal,
  });
  const startedAtMs = session.media?.startedAtMs ?? 0;
  const byId = new Map<string, RaisedEvent>();
  let videoS = 0;
  const frames = analyseFrames(session.frames(), {
    cameraId: source.cameraId,
    zones: () => [],
    rules: config.inference.rules,
    detector,
    fireModel,
    framesInFlight: detector.size,
  });
  for await (const { drafts, mediaTimeMs, sourceWidthPx, sourceHeightPx } of frames) {
    videoS = mediaTimeMs / 1_000;
    for (const draft of drafts) {
      const size = { sourceWidthPx, sourceHeightPx };
      const first = byId.get(draft.eventId);
      byId.set(draft.eventId, {
        kind: draft.kind,
        raisedAtS: first?.raisedAtS ?? inS(draft.raisedAtMs, startedAtMs) ?? 0,
        putDownAtS: inS(draft.moments.putDownAtMs, startedAtMs),
        clearedAtS: inS(draft.moments.clearedAtMs, startedAtMs),
        // Judged by what the officer was first shown.
        box: first?.box ?? boxInPx(draft.box, size),
        actor:
          first?.actor ??
          (draft.actor === null
            ? null
            : { class: draft.actor.className, box: boxInPx(draft.actor.box, size) }),
      });
    }
  }
  return { raised: [...byId.values()], videoS, wallS: (performance.now() - begunAtMs) / 1_000 };
}

function describe(score: ClipScore): string {
  const speed = score.wallS > 0 ? `${(score.videoS / score.wallS).toFixed(1)}×` : '';
  const found = score.found.map(
    (one) =>
      `found ${one.truth.kind} IoU ${one.iou.toFixed(2)}${one.isRightActor === false ? ', wrong actor' : ''}${one.delayS === null ? '' : `, ${one.delayS.toFixed(1)} s after it settled`}`,
  );
  const missed = score.missed.map(({ kind, settledS }) => `MISSED ${kind} at ${settledS ?? '?'} s`);
  const wrong = score.false.map(
    ({ kind, raisedAtS, box }) => `FALSE ${kind} at ${raisedAtS.toFixed(1)} s, box ${box.join(',')}`,
  );
  const all = [...found, ...missed, ...wrong];
  return `${score.video} (${score.videoS.toFixed(0)} s, ${speed}): ${all.length === 0 ? 'nothing, as it should be' : all.join('; ')}`;
}

/**
 * Score the pipeline on every video under a folder.
 * @throws PipelineError EVAL_GOAL_MISSED when something was missed, false, or had a wrong box or actor.
 */
export async function evalClips(
  dir: string | undefined,
  options: CommonOptions & { readonly json?: string },
  interrupted: AbortSignal,
): Promise<void> {
  const root = resolve(dir ?? join(import.meta.dirname, '..', '..', 'sample'));
  const config = await configure(options.config === undefined ? {} : { config: options.config });
  const clips = await findClips(root);
  if (clips.length === 0) {
    throw new PipelineError('IMPORT_FILE_NOT_FOUND', `There is no video under ${root}.`, {
      hint: 'Name a folder that holds videos, each with an events.json beside it or none.',
    });
  }
  const scratchDir = await mkdtemp(join(tmpdir(), 'sharp-eyes-eval-'));
  const scores: ClipScore[] = [];
  const unreadable: Unreadable[] = [];
  const progress = startProgress('clips', clips.length);
  try {
    await using eyes = await openEyes(config, openLog({ level: 'error' }));
    for (const [index, clip] of clips.entries()) {
      if (interrupted.aborted)
        throw new PipelineError('INTERRUPTED', 'Interrupted.', { hint: 'Run it again.' });
      progress.update(index);
      try {
        const json = await truthBeside(clip, root);
        const file = await asVideoFile(clip, json, scratchDir);
        const result = await runClip(clip, file, {
          config,
          detector: eyes.detector,
          fireModel: eyes.fireModel,
          scratchDir,
          signal: interrupted,
        });
        const score = scoreClip({ video: clip.name, ...result }, readTruth(json).of(clip.name));
        scores.push(score);
        process.stdout.write(`${describe(score)}\n`);
      } catch (error) {
        if (!(error instanceof PipelineError) || error.code === 'INTERRUPTED') throw error;
        unreadable.push({ video: clip.name, error: error.code });
        process.stdout.write(`${clip.name}: not readable (${error.code})\n`);
      }
    }
  } finally {
    progress.stop();
    await rm(scratchDir, { recursive: true, force: true });
  }
  const summary = summarise(scores);
  const byKind = summariseByKind(scores);
  if (options.json !== undefined) {
    await writeFile(
      options.json,
      `${JSON.stringify({ ...summary, byKind: Object.fromEntries(byKind), unreadable, clips: scores }, null, 1)}\n`,
    );
  }
  if (byKind.size > 1)
    for (const [kind, one] of byKind) process.stdout.write(`${kind}: ${summaryLine(one)}\n`);
  process.stdout.write(`${summaryLine(summary)}, ${unreadable.length} not readable\n`);
  if (!summary.isGoalMet) {
    throw new PipelineError(
      'EVAL_GOAL_MISSED',
      'Not everything was found once, with its box and actor, and nothing beside it.',
      {
        hint: 'Each line above says what was missed or false.',
      },
    );
  }
}
