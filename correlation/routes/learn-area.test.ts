import { expect, test } from 'vitest';
import { surveySources } from '../topology/index.ts';
import { cameraCount, corridor, drive } from '../topology/testing/corridor.ts';
import { type LearnJob, learnInThread, type PlannerThread } from './learn-area.ts';

const { edges, views } = corridor();
const { sightings, drives } = drive(Array.from({ length: cameraCount }, () => 0));
const clocks = views.map(({ cameraId }) => ({ cameraId, offsetMs: 0, errorMs: 500 }));
const actorId = drives.find(({ ids }) => ids.length > 3)?.ids[1] ?? '';
const job: LearnJob = {
  sources: surveySources(edges, views, clocks),
  sightings,
  actorId,
  bounds: { beforeMs: 600_000, afterMs: 600_000 },
};
const { signal } = new AbortController();
const died = { code: 'ROUTE_TRAFFIC', retryable: true };
/** What no thread can plan with. */
const broken = null as never;

async function opened(): Promise<PlannerThread> {
  const planner = await learnInThread(job, signal);
  if (planner === null) throw new Error('the vehicle was not found');
  return planner;
}

test('a thread that dies says so, and the next one answers', { timeout: 120_000 }, async () => {
  await expect(learnInThread({ ...job, sightings: broken }, signal)).rejects.toMatchObject(died);
  const planner = await opened();
  const plan = await planner.plan({ confirmed: [actorId], struck: [] });
  expect(plan.routes.length).toBeGreaterThan(0);
  await planner.close();
});

test('a thread that dies of a question fails that question and those after it, with the cause', {
  timeout: 120_000,
}, async () => {
  const planner = await opened();
  await expect(planner.plan(broken)).rejects.toMatchObject(died);
  await expect(planner.plan({ confirmed: [actorId], struck: [] })).rejects.toThrow(/null/u);
  await planner.close();
  const next = await opened();
  expect((await next.plan({ confirmed: [actorId], struck: [] })).question).not.toBeNull();
  await next.close();
});

test('a thread that is closed answers no more, and a vehicle that nobody saw gets none', {
  timeout: 120_000,
}, async () => {
  const planner = await opened();
  await planner.close();
  await expect(planner.plan({ confirmed: [actorId], struck: [] })).rejects.toMatchObject(died);
  expect(await learnInThread({ ...job, actorId: 'nobody' }, signal)).toBeNull();
  await expect(learnInThread(job, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
});
