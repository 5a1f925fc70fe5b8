import type { CameraOffice } from '../correlation/index.ts';
import type { Config } from '../kernel/index.ts';
import { cameraOfficeOf } from './camera-office.ts';
import { drain } from './drain.ts';
import { findInstance, type Instance } from './instance.ts';
import { openBase, openDistrictStore } from './services.ts';
import { startCorrelation } from './stages.ts';
import { supervise } from './supervisor.ts';

/**
 * Do something with the camera file: through the process that owns the data folder when there is one, else with the
 * folder opened here. What was changed is in the tables when this resolves.
 */
export async function withOffice<T>(
  config: Config,
  interrupted: AbortSignal,
  ways: {
    readonly there: (instance: Instance) => Promise<T>;
    readonly here: (office: CameraOffice) => Promise<T>;
  },
): Promise<T> {
  const instance = await findInstance(config.dataDir);
  if (instance !== null) return await ways.there(instance);
  await using base = await openBase(config, 'cameras');
  const store = await openDistrictStore(base);
  const supervisor = supervise(interrupted, base.log);
  await startCorrelation(base, store, supervisor);
  const result = await ways.here(cameraOfficeOf(base, store));
  await drain(base, supervisor.signal);
  await supervisor.stop();
  return result;
}
