import { Worker } from 'node:worker_threads';
import { PipelineError } from '../../kernel/index.ts';
import {
  type ClockFinding,
  neighbourhoodAbout,
  type Neighbourhood,
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

/** The traffic about one vehicle: who may follow whom, and what the clocks are. */
export interface LearnedArea {
  readonly area: Neighbourhood;
  readonly clocks: readonly ClockFinding[];
}

/** @returns null: the vehicle is not among the sightings. */
export function learnArea({ sources, sightings, actorId, bounds }: LearnJob): LearnedArea | null {
  const known = survey(sources, sightings);
  const actor = known.passages.find(({ passageId }) => passageId === actorId);
  if (actor === undefined) return null;
  return { area: neighbourhoodAbout(known, actor, bounds), clocks: known.clocks };
}

const threadMemoryMb = 1_024;

/**
 * The same in a thread of its own, so that the process goes on meanwhile.
 * @throws PipelineError ROUTE_TRAFFIC when the thread died.
 */
export async function learnInThread(job: LearnJob, signal: AbortSignal): Promise<LearnedArea | null> {
  signal.throwIfAborted();
  const thread = new Worker(new URL('./learn-thread.ts', import.meta.url), {
    workerData: job,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: threadMemoryMb },
  });
  const stop = (): void => void thread.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<LearnedArea | null>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', (cause) => reject(ended(cause.message, cause)));
      // A message that was sent before the end arrives before it.
      thread.once('exit', (code) => reject(ended(`exit code ${code}`)));
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await thread.terminate();
  }
}

const ended = (why: string, cause?: unknown): PipelineError =>
  new PipelineError('ROUTE_TRAFFIC', `Learning the traffic about a vehicle came to no end (${why}).`, {
    hint: 'It is tried again. If it stays, the sightings about the incident need more memory than a thread has.',
    retryable: true,
    cause,
  });
