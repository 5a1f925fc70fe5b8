import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bus, openBus } from '../../bus/index.ts';
import type { Incident } from '../../contracts/index.ts';
import { checkConfig, type Log, openLog, systemClock } from '../../kernel/index.ts';
import { openStore, type Store } from '../../store/index.ts';
import { correlationSettings } from '../settings.ts';
import { runSink, sinkGroupOf, sinkTopics } from '../sink.ts';
import { correlationGroup, correlationTopics, runCorrelation } from '../worker.ts';

const settings = await correlationSettings(checkConfig({}));
const log: Log = openLog({ level: 'silent' });

/** Bus and store of one data folder, and the two workers over them. */
export interface Place extends AsyncDisposable {
  readonly bus: Bus;
  readonly store: Store;
  /** Run the workers until what is returned is called; rejects with what ended them. */
  start(): () => Promise<void>;
  /** Everything published so far was taken by the workers. */
  settled(): Promise<void>;
}

/** The real store, which ends the process right after its `inserts`-th insert (0: never). */
export function dyingStore(store: Store, inserts: number): Store {
  let count = 0;
  return {
    async insert(...given) {
      await store.insert(...given);
      count++;
      if (count === inserts) process.kill(process.pid, 'SIGKILL');
    },
    find: async (...given) => await store.find(...given),
    query: async (...given) => await store.query(...given),
    remove: async (...given) => await store.remove(...given),
    [Symbol.asyncDispose]: async () => await store[Symbol.asyncDispose](),
  };
}

/** @param wrap puts something around the store that the workers get. */
export async function openPlace(
  dataDir: string,
  wrap: (store: Store) => Store = (store) => store,
): Promise<Place> {
  const config = checkConfig({ dataDir });
  await using stack = new AsyncDisposableStack();
  const bus = stack.use(await openBus(config.bus, { dataDir, clock: systemClock, log }));
  const store = wrap(stack.use(await openStore(config.store, { dataDir, log })));
  const owned = stack.move();
  const lag = async (): Promise<number> => {
    const ways = [
      ...correlationTopics.map(async (topic) => await bus.lag(topic, correlationGroup)),
      ...sinkTopics.map(async (topic) => await bus.lag(topic, sinkGroupOf(topic))),
    ];
    return (await Promise.all(ways)).reduce((sum, left) => sum + left, 0);
  };
  return {
    bus,
    store,
    start() {
      const stop = new AbortController();
      const parts = { bus, store, clock: systemClock, log, signal: stop.signal };
      const running = Promise.all([runCorrelation({ ...parts, settings }), runSink(parts)]);
      running.catch(() => undefined);
      return async () => {
        stop.abort();
        await running;
      };
    },
    async settled() {
      const untilMs = Date.now() + 20_000;
      while ((await lag()) > 0) {
        if (Date.now() > untilMs) throw new Error(`still ${await lag()} behind`);
        await pause(10);
      }
    },
    async [Symbol.asyncDispose]() {
      await owned.disposeAsync();
    },
  };
}

export async function temporaryDir(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'sharp-eyes-correlation-'));
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** What must be the same in two runs: all but the order in which things became known. */
export const story = (incidents: readonly Incident[]): unknown =>
  incidents
    .map(({ incidentId, state, events, records, rejection }) => ({
      incidentId,
      state,
      events,
      records,
      rejection,
    }))
    .toSorted((one, other) => (one.incidentId < other.incidentId ? -1 : 1));
