import { parentPort, workerData } from 'node:worker_threads';
import type { Decisions } from '../topology/index.ts';
import { learnArea, type LearnJob } from './learn-area.ts';

/** A thread that learns the traffic about one vehicle, tells its clocks, and then answers decisions with plans. */
const planner = learnArea(workerData as LearnJob);
const tell = (message: unknown): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(message);
};
if (planner !== null) parentPort?.on('message', (decisions: Decisions) => tell(planner.plan(decisions)));
tell(planner?.clocks ?? null);
