import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import { startChild } from './children.ts';
import { type Mark, markTopic } from './place.ts';
import { marks, type Subject, scene } from './subject.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const usedBytes = (): number => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** How a bus holds back, ends and closes. */
export function flowSuite(subject: Subject): void {
  scene(
    subject,
    'holds a bounded part of a long backlog in memory while its reader is slow',
    async ({ open, fresh }) => {
      await using bus = await open();
      const long = markTopic(fresh('backlog'));
      const total = 50_000;
      const pad = 'x'.repeat(1_000);
      for (let n = 0; n < total; n += 1_000) {
        const batch: Mark[] = Array.from({ length: 1_000 }, (_, index) => ({
          key: `k${index % 20}`,
          n: n + index,
          pad,
        }));
        await bus.publish(long, batch);
      }
      const stop = new AbortController();
      const seen = new Uint8Array(total);
      const grownBytes: number[] = [];
      let count = 0;
      const beforeBytes = usedBytes();
      for await (const { record, ack } of bus.subscribe([long], {
        group: fresh('slow'),
        signal: stop.signal,
      })) {
        seen[record.n] = 1;
        await ack();
        if (++count % 5_000 === 1) {
          await sleep(150); // time enough to pile up whatever is not held back
          grownBytes.push(usedBytes() - beforeBytes);
        }
        if (count === total) stop.abort();
      }
      expect(seen.every((one) => one === 1)).toBe(true);
      // 50,000 records are over 50 MB as bytes alone.
      expect(Math.max(...grownBytes)).toBeLessThan(24 * 1_024 * 1_024);
    },
    60_000,
  );

  scene(subject, 'ends a waiting subscription soon after its signal', async ({ open, fresh }) => {
    await using bus = await open();
    const quiet = markTopic(fresh('abort'));
    await bus.publish(quiet, marks('k', 1, 1));
    const stop = new AbortController();
    const waitingFor = bus.subscribe([quiet], { group: fresh('group'), signal: stop.signal });
    const iterator = waitingFor[Symbol.asyncIterator]();
    const first = await iterator.next();
    expect(first.done).toBe(false);
    const waiting = iterator.next();
    await sleep(100);
    const abortedAtMs = performance.now();
    stop.abort();
    expect((await waiting).done).toBe(true);
    expect(performance.now() - abortedAtMs).toBeLessThan(3_500);
    const aborted = bus.subscribe([quiet], { group: fresh('group'), signal: stop.signal });
    expect((await aborted[Symbol.asyncIterator]().next()).done).toBe(true);
  });

  scene(
    subject,
    'refuses work once it is closed, and what was under way ends quietly',
    async ({ open, fresh }) => {
      const bus = await open();
      const closed = markTopic(fresh('closed'));
      const publishing = bus.publish(closed, marks('k', 1, 100));
      const { signal } = new AbortController();
      const iterator = bus.subscribe([closed], { group: fresh('group'), signal })[Symbol.asyncIterator]();
      const first = await iterator.next();
      await publishing;
      const last = bus.publish(closed, marks('k', 101, 200));
      await bus[Symbol.asyncDispose]();
      await last;
      if (first.done !== true) await first.value.ack();
      expect((await iterator.next()).done).toBe(true);
      await expect(bus.publish(closed, marks('k', 1, 1))).rejects.toMatchObject({ code: 'BUS_CLOSED' });
      await bus[Symbol.asyncDispose]();
      await using reopened = await open();
      expect(await reopened.lag(closed, fresh('group'))).toBe(200);
    },
  );

  scene(subject, 'leaves nothing that keeps its process alive', async ({ place, fresh }) => {
    const child = startChild({
      place,
      role: 'openAndClose',
      topicName: fresh('exit'),
      group: fresh('group'),
    });
    await child.until(2);
    const closedAtMs = performance.now();
    expect(await child.ended()).toEqual({ code: 0, stderr: '' });
    expect(performance.now() - closedAtMs).toBeLessThan(2_000);
    expect(child.said.at(-1)).toEqual({ waitingEnded: true });
  });
}
