import { expect, type TestContext, test } from 'vitest';
import { freshId } from '../../kernel/index.ts';
import type { Bus, Delivery } from '../bus.ts';
import { type Mark, type MarkTopic, openPlace, type Place } from './place.ts';

/** A bus that the shared suite runs against. */
export interface Subject {
  readonly name: string;
  /** Where this file's tests keep their records, or why there is no such place on this machine. */
  readonly place: () => Place | { readonly kind: 'unavailable'; readonly reason: string };
  /** Properties are checked with this many examples. */
  readonly runs: number;
  /** How often a process is killed. */
  readonly kills: number;
}

export interface Scene {
  readonly place: Place;
  readonly open: () => Promise<Bus>;
  /** A name that nothing else has used. */
  readonly fresh: (prefix: string) => string;
}

/** One test of the suite; skipped with the reason where the bus cannot run. */
export function scene(
  subject: Subject,
  title: string,
  run: (at: Scene) => Promise<void>,
  timeoutMs = 30_000,
): void {
  test(`${subject.name}: ${title}`, { timeout: timeoutMs }, async (context: TestContext) => {
    const place = subject.place();
    if (place.kind === 'unavailable') context.skip(place.reason);
    expect.hasAssertions();
    const fresh = (prefix: string): string => `${prefix}-${freshId()}`;
    await run({ place, open: () => openPlace(place), fresh });
  });
}

type MarkDelivery = Delivery<Mark>;

/** Read `count` records of a group and acknowledge each, or only those that `shouldAck` says. */
export async function take(
  bus: Bus,
  topics: readonly MarkTopic[],
  options: { group: string; count: number; shouldAck?: (mark: Mark) => boolean },
): Promise<MarkDelivery[]> {
  const taken: MarkDelivery[] = [];
  const stop = new AbortController();
  for await (const delivery of bus.subscribe(topics, { group: options.group, signal: stop.signal })) {
    taken.push(delivery);
    if (options.shouldAck?.(delivery.record) ?? true) await delivery.ack();
    if (taken.length >= options.count) break;
  }
  return taken;
}

export const marks = (key: string, from: number, to: number): Mark[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ key, n: from + index }));

/** The numbers of each key, in the order they came. */
export function numbersByKey(
  seen: readonly { readonly key: string; readonly n: number }[],
): Map<string, number[]> {
  const byKey = new Map<string, number[]>();
  for (const { key, n } of seen) byKey.set(key, [...(byKey.get(key) ?? []), n]);
  return byKey;
}
