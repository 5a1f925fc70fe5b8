import { Worker } from 'node:worker_threads';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import {
  type ClockFinding,
  type Decisions,
  neighbourhoodAbout,
  planRoute,
  type RoutePlan,
  type Sighting,
  survey,
  type SurveySources,
} from '../topology/index.ts';

/** What a thread is given: plain data only. */
export interface LearnJob {
  readonly sources: SurveySources;
  readonly sightings: readonly Sighting[];
  readonly actorId: string;
  readonly bounds: { readonly beforeMs: number; readonly afterMs: number };
}

/** Plans routes about one vehicle, with what was learned of the traffic about it. */
export interface Planner {
  /** What the clocks of the cameras are. */
  readonly clocks: readonly ClockFinding[];
  readonly plan: (decisions: Decisions) => RoutePlan;
}

/** @returns null: the vehicle is not among the sightings. */
export function learnArea({ sources, sightings, actorId, bounds }: LearnJob): Planner | null {
  const known = survey(sources, sightings);
  const actor = known.passages.find(({ passageId }) => passageId === actorId);
  if (actor === undefined) return null;
  const area = neighbourhoodAbout(known, actor, bounds);
  return { clocks: known.clocks, plan: (decisions) => planRoute(area, decisions) };
}

/** The same in a thread of its own, so that the process goes on meanwhile; it lives until it is closed. */
export interface PlannerThread {
  readonly clocks: readonly ClockFinding[];
  /** @throws PipelineError ROUTE_TRAFFIC when the thread died. One at a time. */
  plan(decisions: Decisions): Promise<RoutePlan>;
  close(): Promise<void>;
}

const threadMemoryMb = 1_024;

/**
 * Learn the traffic in a new thread, which then plans as it is asked.
 * @returns null: the vehicle is not among the sightings.
 * @throws PipelineError ROUTE_TRAFFIC when the thread died.
 */
export async function learnInThread(job: LearnJob, signal: AbortSignal): Promise<PlannerThread | null> {
  signal.throwIfAborted();
  const thread = new Worker(new URL('./learn-thread.ts', import.meta.url), {
    workerData: job,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: threadMemoryMb },
  });
  let why: PipelineError | null = null;
  thread.once('error', (cause) => {
    why ??= ended(messageOf(cause), cause);
  });
  thread.once('exit', (code) => {
    why ??= ended(`exit code ${code}`);
  });
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', stop);
    await thread.terminate();
  };
  const stop = (): void => void close();
  signal.addEventListener('abort', stop, { once: true });
  const answer = async <T>(ask: () => void): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const fail = (): void => reject(why ?? ended('it was closed'));
    thread.once('message', resolve).once('exit', fail);
    try {
      if (why !== null) throw why;
      ask();
      return await promise;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      thread.off('message', resolve).off('exit', fail);
    }
  };
  try {
    const clocks = await answer<readonly ClockFinding[] | null>(() => undefined);
    if (clocks === null) {
      await close();
      return null;
    }
    return {
      clocks,
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      plan: async (decisions) => await answer<RoutePlan>(() => thread.postMessage(decisions)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const ended = (why: string, cause?: unknown): PipelineError =>
  new PipelineError('ROUTE_TRAFFIC', `Learning the traffic about a vehicle came to no end (${why}).`, {
    hint: 'It is tried again. If it stays, the sightings about the incident need more memory than a thread has.',
    retryable: true,
    cause,
  });
