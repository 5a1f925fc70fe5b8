import type { Command } from 'commander';
import { interruption } from '../interruption.ts';
import { type CommonOptions, collect, command, integer } from './declare.ts';

/** The stages, each in a process of its own. */
export function declareCluster(program: Command): void {
  command(program, 'ingest', 'one process of a cluster: cameras in, scene events out')
    .option('--camera <name=address>', 'add a camera (repeatable)', collect, [])
    .action(async (options: CommonOptions & { camera: string[] }) => {
      const { ingestOnly } = await import('../commands/cluster.ts');
      await ingestOnly(options, interruption());
    });
  command(program, 'correlate', 'one process of a cluster: incidents and tables').action(
    async (options: CommonOptions) => {
      const { correlateOnly } = await import('../commands/cluster.ts');
      await correlateOnly(options, interruption());
    },
  );
  command(program, 'api', 'one process of a cluster: page and API')
    .option('--port <number>', 'port of the page and the API', integer)
    .action(async (options: CommonOptions & { port?: number }) => {
      const { apiOnly } = await import('../commands/cluster.ts');
      await apiOnly(options, interruption());
    });
}
