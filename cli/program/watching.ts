import type { Command } from 'commander';
import { interruption } from '../interruption.ts';
import { type CommonOptions, collect, command, group, integer, subcommand } from './declare.ts';

/** Running the pipeline on one machine, and what it needs. */
export function declareWatching(program: Command): void {
  command(program, 'up', 'run every stage in this process')
    .option('--camera <name=address>', 'add a camera: rtsp://… or a video file (repeatable)', collect, [])
    .option('--port <number>', 'port of the page and the API', integer)
    .action(async (options: CommonOptions & { camera: string[]; port?: number }) => {
      const { up } = await import('../commands/up.ts');
      await up(options, interruption());
    });

  command(program, 'demo', 'run every stage on the sample and show the page')
    .option('--port <number>', 'port of the page (default: 8080, or the next free one)', integer)
    .action(async (options: CommonOptions & { port?: number }) => {
      const { demo } = await import('../commands/demo.ts');
      await demo(options, interruption());
    });

  command(program, 'replay <file...>', 'run recorded video through the same pipeline')
    .option('--realtime', 'at the speed it was recorded with, instead of as fast as this machine can')
    .option('--json', 'one line per scene event on stdout, nothing else')
    .option(
      '--camera <code>',
      '20-digit code of the camera that recorded it (default: made of the file name)',
    )
    .option('--started-at <time>', 'wall time of the first frame, ISO 8601 with offset')
    .action(
      async (
        files: string[],
        options: CommonOptions & { realtime?: boolean; json?: boolean; camera?: string; startedAt?: string },
      ) => {
        const { replay } = await import('../commands/replay.ts');
        await replay(files, options, interruption());
      },
    );

  const models = group(program, 'models', 'detector models');
  subcommand(models, 'list', 'models there are, and whether their weights are here').action(
    async (options: CommonOptions) => {
      const { listModels } = await import('../commands/models.ts');
      await listModels(options);
    },
  );
  subcommand(models, 'add <name>', 'fetch the weights of a model and check them')
    .option('--from <file>', 'take them from a file instead of the upstream address')
    .action(async (name: string, options: CommonOptions & { from?: string }) => {
      const { addModelByName } = await import('../commands/models.ts');
      await addModelByName(name, options, interruption());
    });

  command(
    program,
    'doctor',
    'check runtime, ffmpeg, model, disk, ports and clock, and say what to do',
  ).action(async (options: CommonOptions) => {
    const { doctor } = await import('../commands/doctor.ts');
    await doctor(options);
  });
}
