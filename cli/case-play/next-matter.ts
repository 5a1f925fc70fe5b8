import { join } from 'node:path';
import { approveRoute, requestRoute } from './follow.ts';
import { readPassages } from './passages.ts';
import { asks, at, caseDir, type CaseStep, firstCameraId, matter } from './steps.ts';

/** Incidents from before are the case's. */
export const nextMatterFromMs = at('2026-06-12T00:00:00');
const laterMs = at('2026-06-12T08:00:00') - at('2026-05-11T08:00:00');

/**
 * What comes a month after the case at the same place: registered, its route approved and nothing decided yet, so that
 * whoever opens the page can. Played by the wall clock: its terms run from now.
 */
export const nextMatter: readonly CaseStep[] = [
  {
    at: '2026-06-12T08:00:00',
    what: 'a month later the four cameras see the traffic of a morning',
    play: async ({ stage }) =>
      await stage.publish(await readPassages(join(caseDir, 'passages.csv'), laterMs)),
  },
  {
    at: '2026-06-12T08:01:15',
    what: 'camera 201 sees a bag put down again',
    async play(scene) {
      await scene.stage.film(firstCameraId, at('2026-06-12T08:00:30'));
      await matter(scene);
    },
  },
  {
    at: '2026-06-12T08:05:00',
    what: 'it is registered',
    play: asks('陈静', { kind: 'confirm', note: '同一点位再次倾倒' }),
  },
  { at: '2026-06-12T08:20:00', what: 'enforcement requests a route', play: requestRoute },
  {
    at: '2026-06-12T08:26:00',
    what: 'it is approved; who opens the page may confirm or strike its passages',
    play: approveRoute,
  },
];
