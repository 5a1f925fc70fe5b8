import type { Command } from 'commander';
import { interruption } from '../interruption.ts';
import { type CommonOptions, group, integer, subcommand } from './declare.ts';

/** How right the pipeline is, measured. */
export function declareEvaluation(program: Command): void {
  const evaluation = group(program, 'eval', 'measure how right the pipeline is');
  subcommand(
    evaluation,
    'clips [dir]',
    'run every video under a folder and score it against events.json beside it',
  )
    .option('--json <file>', 'write the figures to a file as well')
    .action(async (dir: string | undefined, options: CommonOptions & { json?: string }) => {
      const { evalClips } = await import('../commands/eval-clips.ts');
      await evalClips(dir, options, interruption());
    });

  subcommand(
    evaluation,
    'dumping [dir]',
    'make clips with a known dumping from the footage in a folder and score the rule on them',
  )
    .option('--json <file>', 'write the figures and every case to a file as well')
    .option('--seed <n>', 'other cases of the same kinds; several, separated by commas', '1')
    .option('--split <n>', 'another third of places and things is held out', '491')
    .option('--looks', 'the detector looks at every composed picture (slow) instead of being replayed')
    .option('--every <n>', 'run one case in n', '1')
    .option('--only <text>', 'run the cases whose name holds one of these, separated by commas', '')
    .option('--negatives', 'run the cases in which nothing is left')
    .option('--keep <file>', 'add every result to a file, and do not run again what it holds')
    .action(
      async (
        dir: string | undefined,
        options: CommonOptions & {
          json?: string;
          negatives?: boolean;
          keep?: string;
          seed: string;
          split: string;
          looks?: boolean;
          every: string;
          only: string;
        },
      ) => {
        const { evalDumping } = await import('../commands/eval-dumping.ts');
        await evalDumping(dir, options, interruption());
      },
    );

  subcommand(
    evaluation,
    'tracking [dirs...]',
    'follow published detections (MOTChallenge, KITTI) and judge HOTA, MOTA and IDF1 beside SORT, ByteTrack and OC-SORT',
  )
    .option('--json <file>', 'write the figures to a file as well')
    .action(async (dirs: string[], options: CommonOptions & { json?: string }) => {
      const { evalTracking } = await import('../commands/eval-tracking.ts');
      await evalTracking(dirs, options);
    });

  subcommand(
    evaluation,
    'health <dir>',
    'diagnose the pictures of videos and judge it by the faults that events.json names',
  )
    .option('--json <file>', 'write every result to a file as well')
    .action(async (dir: string, options: CommonOptions & { json?: string }) => {
      const { evalHealth } = await import('../commands/eval-health.ts');
      await evalHealth(dir, options, interruption());
    });

  subcommand(
    evaluation,
    'detectors <dir>',
    "average precision of every detector on annotated photos in COCO's layout, beside its cost",
  )
    .option('--weights <dir>', 'folder with weights of other models, told by their sha256')
    .option('--json <file>', 'write the figures to a file as well')
    .action(async (dir: string, options: CommonOptions & { weights?: string; json?: string }) => {
      const { evalDetectors } = await import('../commands/eval-detectors.ts');
      await evalDetectors(dir, options, interruption());
    });

  subcommand(
    evaluation,
    'plates <dir>',
    'read the plates of vehicles in photos (plates.json beside them says what is written) and of drawn ones',
  )
    .option('--drawn <count>', 'how many drawn plates', integer, 120)
    .option('--show', 'print every reading: numbers of plates are personal data')
    .option('--json <file>', 'write the figures to a file as well')
    .action(
      async (dir: string, options: CommonOptions & { drawn: number; show?: boolean; json?: string }) => {
        const { evalPlates } = await import('../commands/eval-plates.ts');
        await evalPlates(dir, options, interruption());
      },
    );

  subcommand(
    evaluation,
    'measures <dir>',
    'compute the official figures of a district folder and compare them with expected.json',
  )
    .option('--json <file>', 'write the comparison to a file as well')
    .action(async (dir: string, options: CommonOptions & { json?: string }) => {
      const { evalMeasures } = await import('../commands/eval-measures.ts');
      await evalMeasures(dir, options, interruption());
    });
  subcommand(
    evaluation,
    'import <dir>',
    'import a camera file with planted defects and compare them with defects.json',
  )
    .option('--json <file>', 'write the comparison to a file as well')
    .action(async (dir: string, options: CommonOptions & { json?: string }) => {
      const { evalImport } = await import('../commands/eval-import.ts');
      await evalImport(dir, options, interruption());
    });

  subcommand(
    evaluation,
    'records <dir>',
    'import a folder of records and compare what is linked, merged and legal with truth.json',
  )
    .option('--json <file>', 'write the figures to a file as well')
    .option('--proposals <file>', 'write what was linked, merged and called legal')
    .option(
      '--paraphrase <seed>',
      'first rename every place and say much of the text in other words',
      integer,
    )
    .action(
      async (
        dir: string,
        options: CommonOptions & { json?: string; proposals?: string; paraphrase?: number },
      ) => {
        const { evalRecords } = await import('../commands/eval-records.ts');
        await evalRecords(dir, options, interruption());
      },
    );

  subcommand(
    evaluation,
    'routes [dir]',
    'propose vehicle routes across cameras and compare them with the true ones of the folder',
  )
    .option(
      '--generated <seed>',
      'instead of a folder: a quarter of other streets and cameras, made from this number',
      integer,
    )
    .option('--every <n>', 'take one incident in n', integer, 1)
    .option('--json <file>', 'write the figures to a file as well')
    .option('--proposals <file>', 'write every ranking and route to a file')
    .action(
      async (
        dir: string | undefined,
        options: CommonOptions & { generated?: number; every: number; json?: string; proposals?: string },
      ) => {
        const { evalRoutes } = await import('../commands/eval-routes.ts');
        await evalRoutes(dir, options, interruption());
      },
    );
}
