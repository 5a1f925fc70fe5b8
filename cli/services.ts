import { join } from 'node:path';
import { type Bus, openBus } from '../bus/index.ts';
import { type Clock, type Config, type Log, openLog, systemClock } from '../kernel/index.ts';
import { type MediaStore, openMediaStore, openStore, type Store } from '../store/index.ts';
import { claimDataDir, type DataDirClaim } from './instance.ts';

/** What every process needs, whichever stages it runs. */
export interface Base extends AsyncDisposable {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly claim: DataDirClaim;
  readonly bus: Bus;
  /** Closed together with the base, last opened first. */
  readonly stack: AsyncDisposableStack;
}

/** Claim the data folder and open the bus. */
export async function openBase(config: Config, command: string): Promise<Base> {
  const log = openLog(config.log);
  const clock = systemClock;
  await using stack = new AsyncDisposableStack();
  const claim = stack.use(await claimDataDir(config.dataDir, command));
  const bus = stack.use(await openBus(config.bus, { dataDir: config.dataDir, clock, log }));
  const owned = stack.move();
  return {
    config,
    clock,
    log,
    claim,
    bus,
    stack: owned,
    async [Symbol.asyncDispose]() {
      await owned.disposeAsync();
    },
  };
}

export const openDistrictStore = async ({ config, log, stack }: Base): Promise<Store> =>
  stack.use(await openStore(config.store, { dataDir: config.dataDir, log }));

export const openMedia = async ({ config }: Base): Promise<MediaStore> =>
  await openMediaStore({ dir: config.mediaDir ?? join(config.dataDir, 'media') });
