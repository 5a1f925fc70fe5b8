import { expect } from 'vitest';
import type { Bus } from '../bus.ts';
import { type MarkTopic, markTopic } from './place.ts';
import { marks, type Subject, scene, take } from './subject.ts';

const keys = Array.from({ length: 24 }, (_, index) => `area-${index}`);

interface Reader {
  readonly seen: { topicName: string; key: string; n: number }[];
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

/** A member that acknowledges whatever it gets. */
function startReader(bus: Bus, topics: readonly MarkTopic[], group: string): Reader {
  const seen: Reader['seen'] = [];
  const stop = new AbortController();
  const read = async (): Promise<void> => {
    for await (const { topicName, record, ack } of bus.subscribe(topics, { group, signal: stop.signal })) {
      seen.push({ topicName, key: record.key, n: record.n });
      await ack();
    }
  };
  return { seen, ended: read(), stop: () => stop.abort() };
}

/** Who reads what: groups, their members, and readers without a group. */
export function groupSuite(subject: Subject): void {
  scene(subject, 'lets groups go their own ways', async ({ open, fresh }) => {
    await using bus = await open();
    const shared = markTopic(fresh('groups'));
    const [one, two] = [fresh('one'), fresh('two')];
    await bus.publish(shared, marks('k', 1, 6));
    await take(bus, [shared], { group: one, count: 6 });
    const early = await take(bus, [shared], { group: two, count: 2 });
    expect(early.map(({ record }) => record.n)).toEqual([1, 2]);
    await expect.poll(() => bus.lag(shared, one), { timeout: 5_000 }).toBe(0);
    await expect.poll(() => bus.lag(shared, two), { timeout: 5_000 }).toBe(4);
    expect(await bus.lag(shared, fresh('three'))).toBe(6);
  });

  scene(
    subject,
    'shares a group without loss, and keeps equal keys of all topics in one member',
    async (at) => {
      await using bus = await at.open();
      await using other = at.place.kind === 'kafka' ? await at.open() : noBus;
      const topics = [markTopic(at.fresh('events')), markTopic(at.fresh('records'))];
      const group = at.fresh('group');
      const readers = [bus, other === noBus ? bus : (other as Bus)].map((one) =>
        startReader(one, topics, group),
      );
      const rounds = 40;
      for (let n = 1; n <= rounds; n++) {
        for (const one of topics) {
          await bus.publish(
            one,
            keys.map((key) => ({ key, n })),
          );
        }
        if (n === rounds / 2)
          await expect
            .poll(() => readers.every(({ seen }) => seen.length > 0), { timeout: 15_000 })
            .toBe(true);
      }
      const all = (): Reader['seen'] => readers.flatMap(({ seen }) => seen);
      const distinct = (): number =>
        new Set(all().map(({ topicName, key, n }) => `${topicName} ${key} ${n}`)).size;
      await expect.poll(distinct, { timeout: 15_000 }).toBe(keys.length * topics.length * rounds);
      for (const { stop } of readers) stop();
      await Promise.all(readers.map(({ ended }) => ended));
      // Once both sit, every key has one home, whatever the topic.
      const late = readers.map(
        ({ seen }) => new Set(seen.filter(({ n }) => n > rounds / 2 + 1).map(({ key }) => key)),
      );
      expect([...(late[0] ?? [])].filter((key) => late[1]?.has(key))).toEqual([]);
      expect(late.every((homes) => homes.size > 0)).toBe(true);
      for (const { seen } of readers) {
        const topicsOf = new Map<string, Set<string>>();
        for (const { key, topicName } of seen.filter(({ n }) => n > rounds / 2 + 1)) {
          topicsOf.set(key, (topicsOf.get(key) ?? new Set()).add(topicName));
        }
        expect([...topicsOf.values()].every((names) => names.size === topics.length)).toBe(true);
      }
    },
  );

  scene(subject, 'gives the share of a member that leaves to those that stay', async ({ open, fresh }) => {
    await using bus = await open();
    const left = markTopic(fresh('leave'));
    const group = fresh('group');
    const [staying, leaving] = [startReader(bus, [left], group), startReader(bus, [left], group)];
    let n = 0;
    await expect
      .poll(
        async () => {
          n++;
          await bus.publish(
            left,
            keys.map((key) => ({ key, n })),
          );
          return [staying, leaving].every(({ seen }) => seen.length > 0);
        },
        { timeout: 15_000, interval: 100 },
      )
      .toBe(true);
    leaving.stop();
    await leaving.ended;
    await bus.publish(
      left,
      keys.map((key) => ({ key, n: n + 1 })),
    );
    const last = (): string[] => staying.seen.filter((mark) => mark.n === n + 1).map(({ key }) => key);
    await expect.poll(() => new Set(last()).size, { timeout: 15_000 }).toBe(keys.length);
    staying.stop();
    await staying.ended;
  });

  scene(
    subject,
    'is read along from the earliest or the latest record without a group',
    async ({ open, fresh }) => {
      await using bus = await open();
      const along = markTopic(fresh('tail'));
      await bus.publish(along, marks('k', 1, 3));
      const stop = new AbortController();
      const read = async (from: 'earliest' | 'latest', until: number): Promise<number[]> => {
        const seen: number[] = [];
        for await (const { record } of bus.tail([along], { from, signal: stop.signal })) {
          seen.push(record.n);
          if (record.n === until) break;
        }
        return seen;
      };
      expect(await read('earliest', 3)).toEqual([1, 2, 3]);
      const latest = read('latest', 200);
      await new Promise((resolve) => setTimeout(resolve, 500));
      for (let n = 101; n <= 200; n++) await bus.publish(along, marks('k', n, n));
      expect(await latest).toEqual(Array.from({ length: 100 }, (_, index) => 101 + index));
      expect(await bus.lag(along, fresh('group'))).toBe(103);
    },
  );
}

const noBus: AsyncDisposable = { [Symbol.asyncDispose]: async () => undefined };
