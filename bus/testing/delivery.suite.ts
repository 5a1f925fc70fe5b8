import fc from 'fast-check';
import { expect } from 'vitest';
import { z } from 'zod';
import { deadLetters, topic } from '../../contracts/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import type { Bus } from '../bus.ts';
import { type Mark, markTopic } from './place.ts';
import { marks, numbersByKey, type Subject, scene, take } from './subject.ts';

const reason = (): PipelineError => new PipelineError('BAD_REQUEST', 'cannot be handled', { hint: 'none' });

/** The letters about one topic, as far as there are `count`. */
async function lettersAbout(bus: Bus, sourceTopic: string, count: number) {
  const stop = new AbortController();
  const found = [];
  for await (const { record } of bus.tail([deadLetters], { from: 'earliest', signal: stop.signal })) {
    if (record.sourceTopic === sourceTopic) found.push(record);
    if (found.length >= count) stop.abort();
  }
  return found;
}

/** What reaches a subscriber, in which order, and what does not. */
export function deliverySuite(subject: Subject): void {
  scene(
    subject,
    'keeps the order of each key, however the records were published',
    async ({ open, fresh }) => {
      await using bus = await open();
      const ordered = markTopic(fresh('order'));
      const group = fresh('group');
      const publication = fc.array(
        fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', '北仑'), count: fc.nat(5) }),
        {
          minLength: 1,
          maxLength: 12,
        },
      );
      let n = 0;
      await fc.assert(
        fc.asyncProperty(publication, async (calls) => {
          const published: Mark[] = [];
          const pending = calls.map(({ key, count }) => {
            const records = marks(key, n + 1, n + count + 1);
            n += count + 1;
            published.push(...records);
            return bus.publish(ordered, records); // not awaited: calls overlap
          });
          await Promise.all(pending);
          const taken = await take(bus, [ordered], { group, count: published.length });
          expect(numbersByKey(taken.map(({ record }) => record))).toEqual(
            new Map(
              [...numbersByKey(published)].toSorted(([a], [b]) => firstSeen(taken, a) - firstSeen(taken, b)),
            ),
          );
          for (const { key, record } of taken) expect(key).toBe(record.key);
        }),
        { numRuns: subject.runs },
      );
    },
  );

  scene(
    subject,
    'hands an unacknowledged record out again, and an acknowledged one never',
    async ({ open, fresh }) => {
      const again = markTopic(fresh('again'));
      const group = fresh('group');
      {
        await using bus = await open();
        await bus.publish(again, marks('k', 1, 5));
        const first = await take(bus, [again], { group, count: 4, shouldAck: ({ n }) => n <= 2 });
        expect(first.map(({ record }) => record.n)).toEqual([1, 2, 3, 4]);
        const second = await take(bus, [again], { group, count: 1, shouldAck: () => false });
        expect(second.map(({ record }) => record.n)).toEqual([3]);
      }
      await using reopened = await open();
      const third = await take(reopened, [again], { group, count: 3 });
      expect(third.map(({ record }) => record.n)).toEqual([3, 4, 5]);
      await expect.poll(() => reopened.lag(again, group), { timeout: 5_000 }).toBe(0);
    },
  );

  scene(subject, 'writes nothing when one of the records does not fit', async ({ open, fresh }) => {
    await using bus = await open();
    const strict = markTopic(fresh('strict'));
    const bad = [...marks('k', 1, 2), { key: 'k', n: 'three' }] as unknown as Mark[];
    await expect(bus.publish(strict, bad)).rejects.toMatchObject({
      code: 'BUS_RECORD_INVALID',
      message: expect.stringContaining('n:'),
    });
    expect(await bus.lag(strict, 'nobody')).toBe(0);
    await bus.publish(strict, []);
    expect(await bus.lag(strict, 'nobody')).toBe(0);
  });

  scene(
    subject,
    'sends what does not fit the schema to the dead letters, bytes and all, and goes on',
    async (at) => {
      await using bus = await at.open();
      const name = at.fresh('poison');
      const lax = topic({
        name,
        keySpace: 'area',
        schema: z.object({ key: z.string(), n: z.unknown() }),
        key: (record) => record.key,
      });
      const strict = markTopic(name);
      const poison = { key: 'k', n: '二' };
      await bus.publish(lax, [{ key: 'k', n: 1 }, poison, { key: 'k', n: 3 }]);
      const group = at.fresh('group');
      const taken = await take(bus, [strict], { group, count: 2 });
      expect(taken.map(({ record }) => record.n)).toEqual([1, 3]);
      const [letter] = await lettersAbout(bus, name, 1);
      expect(letter).toMatchObject({
        reasonCode: 'BUS_RECORD_INVALID',
        key: 'k',
        partition: taken[0]?.partition,
      });
      expect(JSON.parse(Buffer.from(letter?.rawBase64 ?? '', 'base64').toString())).toEqual(poison);
      await expect.poll(() => bus.lag(strict, group), { timeout: 5_000 }).toBe(0);
    },
  );

  scene(
    subject,
    'buries a record that its reader gives up on, and the partition moves on',
    async ({ open, fresh }) => {
      await using bus = await open();
      const name = fresh('give-up');
      const given = markTopic(name);
      const group = fresh('group');
      await bus.publish(given, marks('k', 1, 3));
      const stop = new AbortController();
      const seen: number[] = [];
      for await (const delivery of bus.subscribe([given], { group, signal: stop.signal })) {
        seen.push(delivery.record.n);
        if (delivery.record.n === 2) await delivery.deadLetter(reason());
        if (delivery.record.n === 3) break; // not acknowledged
      }
      expect(seen).toEqual([1, 2, 3]);
      const [letter] = await lettersAbout(bus, name, 1);
      expect(letter).toMatchObject({
        reasonCode: 'BAD_REQUEST',
        reason: 'cannot be handled',
        sourceTopic: name,
      });
      expect(JSON.parse(Buffer.from(letter?.rawBase64 ?? '', 'base64').toString())).toEqual({
        key: 'k',
        n: 2,
      });
      const [next] = await take(bus, [given], { group, count: 1 });
      expect(next?.record.n).toBe(3);
    },
  );
}

const firstSeen = (taken: readonly { readonly record: Mark }[], key: string): number =>
  taken.findIndex(({ record }) => record.key === key);
