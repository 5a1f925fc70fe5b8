import { expect } from 'vitest';
import type { Bus } from '../bus.ts';
import { startChild } from './children.ts';
import { type Mark, type MarkTopic, markTopic } from './place.ts';
import { numbersByKey, type Subject, scene, take } from './subject.ts';

/** A moment that differs from run to run: somewhere within the first lines, or well into the stream. */
const someLines = (): number => 2 + Math.floor(Math.random() ** 2 * 400);

async function everything(bus: Bus, of: MarkTopic, count: number): Promise<Mark[]> {
  const stop = new AbortController();
  const read: Mark[] = [];
  for await (const { record } of bus.tail([of], { from: 'earliest', signal: stop.signal })) {
    read.push(record);
    if (read.length >= count) stop.abort();
  }
  return read;
}

/** kill −9 at any moment. */
export function crashSuite(subject: Subject): void {
  scene(
    subject,
    'keeps whatever was acknowledged to a publisher that is killed, in order and once',
    async ({ place, open, fresh }) => {
      const topicName = fresh('kill-publisher');
      const lastAcknowledged = new Map<string, number>();
      let fromN = 1;
      for (let kill = 0; kill < subject.kills; kill++) {
        const child = startChild({ place, role: 'publish', topicName, fromN });
        await child.until(someLines());
        await child.kill();
        for (const { key, acknowledged } of child.said) {
          if (key !== undefined && acknowledged !== undefined) lastAcknowledged.set(key, acknowledged);
        }
        const tops = [...lastAcknowledged].map(([key, last]) => ({ key, from: fromN, last }));

        await using bus = await open();
        const all = await everything(
          bus,
          markTopic(topicName),
          await bus.lag(markTopic(topicName), 'nobody'),
        );
        for (const [key, numbers] of numbersByKey(all)) {
          expect(numbers, key).toEqual(numbers.toSorted((a, b) => a - b));
          expect(new Set(numbers).size, key).toBe(numbers.length);
        }
        for (const { key, from, last } of tops) {
          const there = new Set(numbersByKey(all).get(key));
          for (let n = from; n <= last; n++) expect(there.has(n), `${key} ${n}`).toBe(true);
        }
        fromN = Math.max(...all.map(({ n }) => n)) + 1;
      }
      expect(lastAcknowledged.size).toBe(5);
    },
    60_000,
  );

  scene(
    subject,
    'goes on without a gap where a killed consumer stopped',
    async ({ place, open, fresh }) => {
      const topicName = fresh('kill-consumer');
      const topic = markTopic(topicName);
      const group = fresh('group');
      const total = 600;
      const keys = ['a', 'b', 'c'];
      {
        await using bus = await open();
        for (const key of keys) {
          const numbers = Array.from({ length: total / keys.length }, (_, index) => ({ key, n: index + 1 }));
          await bus.publish(topic, numbers);
        }
      }
      const received: Mark[] = [];
      for (let kill = 0; kill < subject.kills; kill++) {
        const child = startChild({ place, role: 'consume', topicName, group });
        await child.until(2 + Math.floor(Math.random() * 100));
        await child.kill();
        const mine = child.said.flatMap(({ key, received: n }) =>
          key === undefined || n === undefined ? [] : [{ key, n }],
        );
        expectNoGap(received, mine);
        received.push(...mine);
      }
      await using bus = await open();
      const left = await bus.lag(topic, group);
      expect(left).toBeGreaterThan(0);
      const rest = (await take(bus, [topic], { group, count: left })).map(({ record }) => record);
      expectNoGap(received, rest);
      for (const numbers of numbersByKey([...received, ...rest]).values()) {
        expect(new Set(numbers).size).toBe(total / keys.length);
      }
    },
    60_000,
  );
}

/** What comes after a crash begins at the latest right behind what was handed out before, and then has no holes. */
function expectNoGap(before: readonly Mark[], after: readonly Mark[]): void {
  const seen = numbersByKey(before);
  for (const [key, numbers] of numbersByKey(after)) {
    const highest = Math.max(0, ...(seen.get(key) ?? []));
    expect(numbers[0], key).toBeLessThanOrEqual(highest + 1);
    for (const [index, n] of numbers.entries()) expect(n, key).toBe((numbers[0] ?? 0) + index);
  }
}
