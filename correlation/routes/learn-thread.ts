import { parentPort, workerData } from 'node:worker_threads';
import { learnArea, type LearnJob } from './learn-area.ts';

/** A thread that learns the traffic about one vehicle and ends: seconds of work that would hold up everything else. */
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(learnArea(workerData as LearnJob));
