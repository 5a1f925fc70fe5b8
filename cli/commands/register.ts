import {
  type FoundCamera,
  type RegistrationReport,
  RegistrationReport as RegistrationReportSchema,
} from '../../contracts/index.ts';
import type { Config } from '../../kernel/index.ts';
import { askInstance } from '../ask-instance.ts';
import { drain } from '../drain.ts';
import { findInstance } from '../instance.ts';
import { registerCameras } from '../register-cameras.ts';
import { openBase, openDistrictStore } from '../services.ts';
import { startCorrelation } from '../stages.ts';
import { supervise } from '../supervisor.ts';

/** Put cameras on file: by the process that owns the data folder, or with the folder opened here. */
export async function registerEverywhere(
  config: Config,
  items: readonly FoundCamera[],
  interrupted: AbortSignal,
): Promise<RegistrationReport> {
  const instance = await findInstance(config.dataDir);
  let report: RegistrationReport;
  if (instance === null) {
    await using base = await openBase(config, 'register');
    const store = await openDistrictStore(base);
    const supervisor = supervise(interrupted, base.log);
    await startCorrelation(base, store, supervisor);
    report = await registerCameras(base, store, items);
    await drain(base, supervisor.signal, () => undefined);
    await supervisor.stop();
  } else {
    const answer = await askInstance(instance, config.dataDir, '/api/cameras/register', { items });
    report = RegistrationReportSchema.parse(answer);
  }
  for (const { cameraId, name, outcome, reason } of report.items) {
    process.stderr.write(`${outcome}: ${cameraId} ${name} (${reason})\n`);
  }
  return report;
}
