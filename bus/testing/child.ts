import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Bus } from '../bus.ts';
import { type Mark, markTopic, openPlace, type Place } from './place.ts';

/** What a child process is asked to do; it says on stdout, a line of JSON each, what it has done. */
export type Task = { readonly place: Place; readonly topicName: string } & (
  | { readonly role: 'publish'; readonly fromN: number }
  | { readonly role: 'consume'; readonly group: string }
  | { readonly role: 'openAndClose'; readonly group: string }
  | { readonly role: 'closeWhenTold'; readonly group: string }
);

/** At once, not through a buffer that dies with the process. */
const say = (what: unknown): void => {
  writeSync(1, `${JSON.stringify(what)}\n`);
};

const keys = ['a', 'b', 'c', 'd', 'e'];

/** Several publishers at once, each with its own keys; says which numbers were acknowledged. */
async function publish(bus: Bus, topicName: string, fromN: number): Promise<void> {
  const topic = markTopic(topicName);
  await Promise.all(
    keys.map(async (key) => {
      for (let n = fromN; ; n += 3) {
        const marks: Mark[] = [n, n + 1, n + 2].map((one) => ({ key, n: one, pad: 'x'.repeat(one % 500) }));
        await bus.publish(topic, marks);
        say({ key, acknowledged: n + 2 });
      }
    }),
  );
}

async function consume(bus: Bus, topicName: string, group: string): Promise<void> {
  const { signal } = new AbortController();
  for await (const { record, ack } of bus.subscribe([markTopic(topicName)], { group, signal })) {
    say({ key: record.key, received: record.n });
    await ack();
  }
}

async function openAndClose(bus: Bus, topicName: string, group: string): Promise<void> {
  const topic = markTopic(topicName);
  await bus.publish(topic, [{ key: 'a', n: 1 }]);
  const { signal } = new AbortController();
  for await (const { ack } of bus.subscribe([topic], { group, signal })) {
    await ack();
    break;
  }
  const waiting = bus.subscribe([topic], { group, signal })[Symbol.asyncIterator]().next();
  await bus[Symbol.asyncDispose]();
  say({ waitingEnded: (await waiting).done });
}

/** Reads and publishes until SIGTERM, then closes; nothing here ends the process. */
async function closeWhenTold(bus: Bus, topicName: string, group: string): Promise<void> {
  const topic = markTopic(topicName);
  let n = 0;
  const publishing = (async () => {
    for (;;) await bus.publish(topic, [{ key: 'a', n: n++ }]);
  })().catch((error: unknown) => error);
  const reading = (async () => {
    const { signal } = new AbortController();
    for await (const { record } of bus.subscribe([topic], { group, signal })) {
      if (record.n === 0) say({ received: record.n });
    }
  })();
  await once(process, 'SIGTERM');
  await bus[Symbol.asyncDispose]();
  await reading;
  say({ publishEndedWith: ((await publishing) as { code?: string }).code });
}

const task = JSON.parse(process.argv[2] ?? '') as Task;
const bus = await openPlace(task.place);
say({ ready: true });
if (task.role === 'publish') await publish(bus, task.topicName, task.fromN);
else if (task.role === 'consume') await consume(bus, task.topicName, task.group);
else if (task.role === 'closeWhenTold') await closeWhenTold(bus, task.topicName, task.group);
else await openAndClose(bus, task.topicName, task.group);
