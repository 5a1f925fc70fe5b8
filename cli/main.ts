import { Command, CommanderError } from 'commander';
import { errorFields, messageOf, PipelineError, redactAddresses } from '../kernel/index.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { declareCameras } from './program/cameras.ts';
import { declareCluster } from './program/cluster.ts';
import { declareEvaluation } from './program/evaluation.ts';
import { declareFigures } from './program/figures.ts';
import { declareImports } from './program/imports.ts';
import { declareUsers } from './program/users.ts';
import { declareWatching } from './program/watching.ts';

const program = new Command('sharp-eyes')
  .description('雪亮工程: lets a city district see illegal dumping on its cameras and act on it.')
  .showHelpAfterError('(sharp-eyes --help shows every command)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes: 0 done · 1 failed · 2 wrong command line or configuration · 3 something is not installed ·
            4 done in part, what was refused is named · 5 an evaluation missed its goal · 130 interrupted`,
  );

for (const [heading, declare] of [
  ['On one machine:', declareWatching],
  ['Cameras:', declareCameras],
  ['What other systems know:', declareImports],
  ['Figures of the network:', declareFigures],
  ['People:', declareUsers],
  ['In a cluster, each in a process of its own:', declareCluster],
  ['Measuring:', declareEvaluation],
] as const) {
  program.commandsGroup(heading);
  declare(program);
}

/** Tell a person what went wrong and what to do; the exit code for it. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong already; asking for help is no failure.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  if (error instanceof PipelineError) {
    process.stderr.write(redactAddresses(`${error.code}: ${error.message}\n  ${error.hint}\n`));
    return exitCodeOf(error.code);
  }
  process.stderr.write(
    redactAddresses(
      `Something unforeseen went wrong: ${messageOf(error)}\n${JSON.stringify(errorFields(error))}\n`,
    ),
  );
  if (error instanceof Error && error.stack !== undefined)
    process.stderr.write(redactAddresses(`${error.stack}\n`));
  return exitCodes.failed;
}

// What nobody waited for ends the command like any other error: said once, with what to do.
process.on('unhandledRejection', (error) => {
  process.exit(report(error));
});
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
if (interruption.wasInterrupted() && process.exitCode === undefined) process.exitCode = exitCodes.interrupted;
// A worker thread or socket that is left over must not keep a finished command alive.
process.exit();
