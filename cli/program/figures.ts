import type { Command } from 'commander';
import { type CommonOptions, command, group, moment, subcommand } from './declare.ts';

/** The official figures, and what they are judged with. */
export function declareFigures(program: Command): void {
  command(program, 'report', 'write the official figures of a month for every level')
    .option('--month <YYYY-MM>', 'calendar month of +08:00')
    .option('--from <time>', 'start of another window, ISO 8601 with offset', moment)
    .option('--to <time>', 'its end', moment)
    .option('--instant <time>', '"now" of figures of a moment; default: 22:30 of the last evening', moment)
    .option(
      '--json <file>',
      'every figure, unrounded, with numerator, denominator, excluded, raw and adjusted',
    )
    .option('--csv <file>', 'one row per figure')
    .option('--xlsx <file>', 'the same as a workbook, with the exclusions')
    .option('--html <file>', 'a page to print (Chinese)')
    .action(async (options: CommonOptions) => {
      const { report: writeReport } = await import('../commands/report.ts');
      await writeReport(options);
    });

  command(program, 'tickets', 'faults of cameras: occurred, detected, repaired')
    .option('--all', 'repaired ones too')
    .option('--camera <code>', 'of one camera')
    .option('--json', 'as JSON')
    .action(async (options: CommonOptions & { all?: boolean; camera?: string; json?: boolean }) => {
      const { listTickets } = await import('../commands/tickets.ts');
      await listTickets(options);
    });

  /** Beside their import: maintenance windows and other times that cameras are not judged on. */
  const exclusions = group(program, 'exclusions', 'times that cameras are not judged on');
  subcommand(exclusions, 'ask <camera>', 'ask for one; somebody else decides')
    .requiredOption('--from <time>', 'ISO 8601 with offset')
    .requiredOption('--to <time>', 'ISO 8601 with offset')
    .requiredOption(
      '--reason <reason>',
      'plannedMaintenance, roadWorks, trialRun, gridPowerCut or forceMajeure',
    )
    .option('--evidence <number>', 'number of the proof', '')
    .option('--note <text>', 'in your own words', '')
    .action(
      async (
        camera: string,
        options: CommonOptions & { from: string; to: string; reason: string; evidence: string; note: string },
      ) => {
        const { askExclusion } = await import('../commands/exclusions.ts');
        await askExclusion(camera, options);
      },
    );
  subcommand(exclusions, 'list', 'what was asked for, and what became of it')
    .option('--camera <code>', 'of one camera')
    .action(async (options: CommonOptions & { camera?: string }) => {
      const { listExclusions } = await import('../commands/exclusions.ts');
      await listExclusions(options);
    });
  for (const [name, decision] of [
    ['approve', 'approved'],
    ['refuse', 'refused'],
  ] as const) {
    subcommand(exclusions, `${name} <request>`, `${name} what another person asked for`)
      .option('--note <text>', 'why', '')
      .action(async (request: string, options: CommonOptions & { note: string }) => {
        const { decideExclusion } = await import('../commands/exclusions.ts');
        await decideExclusion(request, decision, options);
      });
  }
}
