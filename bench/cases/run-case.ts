import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RuleParameters } from '../../contracts/index.ts';
import {
  analyseFrames,
  type BorrowedFrame,
  type DetectorPool,
  type SceneEventDraft,
} from '../../inference/index.ts';
import { type BoxPx, type ClipScore, type RaisedEvent, scoreClip } from '../../inference/eval/index.ts';
import type { Case } from './case.ts';
import type { Film } from './film.ts';
import { type Detections, fps } from './plate.ts';
import { truthOf } from './truth.ts';

const beganAtMs = 1_767_225_600_000;
const cameraId = '31010400001310000001';

export interface Raised extends RaisedEvent {
  readonly confidence: number;
  readonly caveats: readonly string[];
  readonly trace: readonly string[];
}

export interface CaseResult {
  readonly case: Pick<Case, 'id' | 'kind' | 'isHeldOut' | 'seed' | 'left'>;
  readonly score: ClipScore;
  readonly raised: readonly Raised[];
  /** Alerts of other kinds, none of which is in any case but the tampering of a broken stream. */
  readonly others?: readonly Pick<Raised, 'kind' | 'raisedAtS'>[];
  /** Of the events found: raised so long after they could have been. */
  readonly delaysS: readonly number[];
  /** Of those found whose thing was taken away again: how many ended as cleared, of how many. */
  readonly cleared: number;
  readonly toClear: number;
  readonly cpuMs: number;
}

const thresholds = { reportThreshold: 0.4, continueThreshold: 0.3 };

/** The detector of a case: what it said of the same people in their footage. */
function replayed(next: () => Detections): DetectorPool {
  return {
    size: 1,
    ...thresholds,
    detect: () => Promise.resolve(next()),
    stats: () => {
      throw new RangeError('Nothing was detected here.');
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * One case through the pipeline as a camera's pictures go through it.
 * @param look a real detector that looks at the composed pictures; its answers are kept in `cacheDir`.
 */
export async function runCase(
  one: Case,
  film: Film,
  look: { readonly detector: DetectorPool; readonly cacheDir: string; readonly salt: string } | null,
): Promise<CaseResult> {
  let current: Detections = [];
  const known = look === null ? null : await openLooked(one, look);
  const { widthPx, heightPx } = film;
  const cpuBefore = process.cpuUsage();
  let filmMs = 0;
  async function* frames(): AsyncGenerator<BorrowedFrame> {
    let began = process.cpuUsage();
    for (const shot of film.shots()) {
      filmMs += cpuMsSince(began);
      current =
        known === null ? shot.detections : await known.at(shot.atMs, { widthPx, heightPx, data: shot.data });
      yield {
        cameraId,
        capturedAtMs: beganAtMs + shot.atMs,
        mediaTimeMs: shot.atMs,
        widthPx,
        heightPx,
        sourceWidthPx: widthPx,
        sourceHeightPx: heightPx,
        pixelFormat: 'yuv420p',
        data: shot.data,
        release: () => undefined,
      };
      began = process.cpuUsage();
    }
  }
  const byId = new Map<string, Raised>();
  const analysed = analyseFrames(frames(), {
    cameraId,
    zones: () => [],
    rules: RuleParameters.parse({}),
    detector: replayed(() => current),
    framesInFlight: 0,
  });
  for await (const { drafts } of analysed) {
    for (const draft of drafts) note(byId, draft, film);
  }
  await known?.keep();
  const cpuMs = cpuMsSince(cpuBefore) - filmMs;
  const { illegal_dumping: raised = [], ...rest } = Object.groupBy(byId.values(), ({ kind }) => kind);
  const others = Object.values(rest).flatMap((of) =>
    (of ?? []).map(({ kind, raisedAtS }) => ({ kind, raisedAtS })),
  );
  const truth = truthOf(one, film);
  const scored = scoreClip({ video: one.id, videoS: one.durationMs / 1_000, wallS: 0, raised }, truth);
  const found = scored.found.map((event) => ({
    ...event,
    // Whom no detector sees nobody can name.
    isRightActor:
      event.truth.actor === null
        ? null
        : event.raised.actor !== null && truth.isActor(event.truth, event.raised.actor),
  }));
  const score = { ...scored, found };
  const taken = score.found.filter((event) => event.truth.removedS !== null);
  const { id, kind, isHeldOut, seed, left } = one;
  return {
    case: { id, kind, isHeldOut, seed, left },
    score,
    raised,
    others,
    delaysS: score.found.map((event) => event.raised.raisedAtS - (truth.dueMs.get(event.truth) ?? 0) / 1_000),
    cleared: taken.filter((event) => event.raised.clearedAtS !== null).length,
    toClear: taken.length,
    cpuMs,
  };
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function note(byId: Map<string, Raised>, draft: SceneEventDraft, film: Film): void {
  const seconds = (ms: number | null): number | null => (ms === null ? null : (ms - beganAtMs) / 1_000);
  const px = ({ xNorm, yNorm, wNorm, hNorm }: SceneEventDraft['box']): BoxPx => [
    xNorm * film.widthPx,
    yNorm * film.heightPx,
    wNorm * film.widthPx,
    hNorm * film.heightPx,
  ];
  const first = byId.get(draft.eventId);
  byId.set(draft.eventId, {
    kind: draft.kind,
    raisedAtS: first?.raisedAtS ?? seconds(draft.raisedAtMs) ?? 0,
    putDownAtS: seconds(draft.moments.putDownAtMs),
    clearedAtS: seconds(draft.moments.clearedAtMs),
    box: first?.box ?? px(draft.box),
    actor:
      first?.actor ??
      (draft.actor === null ? null : { class: draft.actor.className, box: px(draft.actor.box) }),
    confidence: first?.confidence ?? draft.confidence,
    caveats: draft.caveats,
    trace: draft.trace.map((entry) => `${entry.condition} ${entry.measured ?? ''}`),
  });
}

interface Looked {
  at(atMs: number, picture: Parameters<DetectorPool['detect']>[0]): Promise<Detections>;
  keep(): Promise<void>;
}

async function openLooked(
  one: Case,
  {
    detector,
    cacheDir,
    salt,
  }: { readonly detector: DetectorPool; readonly cacheDir: string; readonly salt: string },
): Promise<Looked> {
  const key = createHash('sha256')
    .update(JSON.stringify([one, salt, fps]))
    .digest('hex')
    .slice(0, 16);
  const file = path.join(cacheDir, `look-${key}.json`);
  const text = await readFile(file, 'utf8').catch(() => null);
  const seen = new Map(text === null ? [] : (JSON.parse(text) as [number, Detections][]));
  const isKnown = seen.size > 0;
  return {
    async at(atMs, picture) {
      const known = seen.get(atMs);
      if (known !== undefined) return known;
      const fresh = await detector.detect(picture);
      seen.set(atMs, fresh);
      return fresh;
    },
    async keep() {
      if (isKnown) return;
      await mkdir(cacheDir, { recursive: true });
      await writeFile(file, JSON.stringify([...seen]));
    },
  };
}
