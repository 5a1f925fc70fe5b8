import {
  type FoundCamera,
  type RegistrationReport,
  RegistrationReport as RegistrationReportSchema,
} from '../../contracts/index.ts';
import type { Config } from '../../kernel/index.ts';
import { askInstance } from '../ask-instance.ts';
import { withOffice } from '../with-office.ts';

/** Put cameras on file, and say what became of each. */
export async function registerEverywhere(
  config: Config,
  items: readonly FoundCamera[],
  interrupted: AbortSignal,
): Promise<RegistrationReport> {
  const report = await withOffice(config, interrupted, {
    there: async (instance) =>
      RegistrationReportSchema.parse(
        await askInstance(instance, config.dataDir, '/api/cameras/register', { items }),
      ),
    here: async (office) => await office.register(items),
  });
  for (const { cameraId, name, outcome, reason } of report.items) {
    process.stderr.write(`${outcome}: ${cameraId} ${name} (${reason})\n`);
  }
  return report;
}
