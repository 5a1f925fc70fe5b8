import { Argument, Command, CommanderError, InvalidArgumentError } from 'commander';
import type { HistoryKind } from '../contracts/index.ts';
import { errorFields, messageOf, PipelineError, redactAddresses } from '../kernel/index.ts';
import type { AdoptOptions } from './commands/adopt.ts';
import type { ExportCamerasOptions, ImportCamerasOptions } from './commands/camera-file.ts';
import type { DiscoverCommandOptions } from './commands/discover.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { interruption } from './interruption.ts';

/** Options that every command understands. */
export interface CommonOptions {
  readonly config?: string;
  readonly data?: string;
}

const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value];

function integer(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('not a whole number');
  return value;
}

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

const collectNumber = (value: string, earlier: readonly number[]): number[] => [...earlier, integer(value)];

/** A command with the options that all share. Its module is loaded only when it is called. */
function command(nameAndArguments: string, description: string): Command {
  return program
    .command(nameAndArguments)
    .description(description)
    .option('--config <file>', 'configuration in YAML; config.example.yaml shows every key')
    .option('--data <dir>', 'data folder (default: dataDir of the configuration, ./data)');
}

command('up', 'run every stage in this process')
  .option('--camera <name=address>', 'add a camera: rtsp://… or a video file (repeatable)', collect, [])
  .option('--port <number>', 'port of the page and the API', integer)
  .action(async (options: CommonOptions & { camera: string[]; port?: number }) => {
    const { up } = await import('./commands/up.ts');
    await up(options, interruption());
  });

command('demo', 'run every stage on the sample and show the page')
  .option('--port <number>', 'port of the page (default: 8080, or the next free one)', integer)
  .action(async (options: CommonOptions & { port?: number }) => {
    const { demo } = await import('./commands/demo.ts');
    await demo(options, interruption());
  });

command('replay <file...>', 'run recorded video through the same pipeline')
  .option('--realtime', 'at the speed it was recorded with, instead of as fast as this machine can')
  .option('--json', 'one line per scene event on stdout, nothing else')
  .option('--camera <code>', '20-digit code of the camera that recorded it (default: made of the file name)')
  .option('--started-at <time>', 'wall time of the first frame, ISO 8601 with offset')
  .action(
    async (
      files: string[],
      options: CommonOptions & { realtime?: boolean; json?: boolean; camera?: string; startedAt?: string },
    ) => {
      const { replay } = await import('./commands/replay.ts');
      await replay(files, options, interruption());
    },
  );

/** Commands with a common first word; a group that is there already, because listings are imported by it, grows. */
const group = (name: string, description: string): Command =>
  program.commands.find((known) => known.name() === name) ??
  program.command(name).description(description).exitOverride();

function subcommand(parent: Command, nameAndArguments: string, description: string): Command {
  return parent
    .command(nameAndArguments)
    .description(description)
    .option('--config <file>', 'configuration in YAML')
    .option('--data <dir>', 'data folder');
}

const records = group('records', 'official records: 110 calls, resident reports');
subcommand(records, 'import <file>', 'import records from CSV or XLSX')
  .requiredOption('--profile <name>', 'mapping profile: a shipped name or a YAML file')
  .action(async (file: string, options: CommonOptions & { profile: string }) => {
    const { importRecordsFile } = await import('./commands/import.ts');
    await importRecordsFile(file, options, interruption());
  });

const cameras = group('cameras', 'the camera file (一机一档)');
subcommand(cameras, 'import <file>', 'check a camera file (CSV, XLSX); --apply takes it over')
  .option('--apply', 'take it over; without it nothing is changed')
  .option('--corrected <file>', 'write the table with its repairs and remarks')
  .option('--json', 'the report as JSON')
  .action(async (file: string, options: ImportCamerasOptions) => {
    const { importCamerasFile } = await import('./commands/camera-file.ts');
    await importCamerasFile(file, options, interruption());
  });
subcommand(cameras, 'export <file>', 'write the cameras on file as .csv or .xlsx')
  .option('--headers <kind>', 'pinyin or chinese', 'pinyin')
  .action(async (file: string, options: ExportCamerasOptions) => {
    const { exportCamerasFile } = await import('./commands/camera-file.ts');
    await exportCamerasFile(file, options, interruption());
  });

subcommand(cameras, 'discover', 'find cameras on the network and ask each for its streams (ONVIF)')
  .option('--range <cidr>', 'also knock at these addresses, e.g. 10.20.0.0/24 (repeatable)', collect, [])
  .option('--scan-port <number>', 'ports to knock at (repeatable)', collectNumber, [])
  .option('--rate <number>', 'connections per second while knocking', integer, 50)
  .option('--max-addresses <number>', 'more than so many addresses are refused', integer, 4_096)
  .option('--interface <name>', 'network interface to call on (repeatable; default: all)', collect, [])
  .option('--no-probe', 'do not call for devices, only knock')
  .option('--probe-seconds <number>', 'how long answers to a call are waited for', integer, 5)
  .option('--timeout-seconds <number>', 'patience with one question to a device', integer, 5)
  .option('--credential <name>', 'stored login to ask with')
  .option('--yes', 'go ahead with the plan without asking')
  .option('--register', 'put what was found on file, so that it is watched')
  .option('--json', 'one JSON object on stdout, nothing else')
  .action(async (options: DiscoverCommandOptions) => {
    const { discoverCameras } = await import('./commands/discover.ts');
    await discoverCameras(options, interruption());
  });
subcommand(cameras, 'adopt <code>', 'say where the streams of a camera on file are')
  .requiredOption('--main <address>', 'rtsp://… of its main stream, without a login')
  .option('--sub <address>', 'rtsp://… of its sub stream')
  .option('--onvif <address>', 'http://… of its ONVIF service')
  .option('--credential <name>', 'stored login')
  .action(async (code: string, options: AdoptOptions) => {
    const { adoptCamera } = await import('./commands/adopt.ts');
    await adoptCamera(code, options, interruption());
  });
subcommand(cameras, 'explain <code>', 'say what each part of a 20-digit code means')
  .option('--json', 'as JSON')
  .action(async (code: string, options: CommonOptions & { json?: boolean }) => {
    const { explainCode } = await import('./commands/explain-code.ts');
    await explainCode(code, options);
  });

const credentials = group('credentials', 'logins of cameras, kept encrypted');
subcommand(
  credentials,
  'set <name>',
  'keep a login; it is asked for, or read as user:password from stdin',
).action(async (name: string, options: CommonOptions) => {
  const { setCredential } = await import('./commands/credentials.ts');
  await setCredential(name, options);
});
subcommand(credentials, 'list', 'names and users of the logins').action(async (options: CommonOptions) => {
  const { listCredentials } = await import('./commands/credentials.ts');
  await listCredentials(options);
});
subcommand(credentials, 'remove <name>', 'forget a login').action(
  async (name: string, options: CommonOptions) => {
    const { removeCredential } = await import('./commands/credentials.ts');
    await removeCredential(name, options);
  },
);

const places = group('places', 'places that must be covered (重点公共区域)');
subcommand(places, 'import <file>', 'import key places from GeoJSON, CSV or XLSX').action(
  async (file: string, options: CommonOptions) => {
    const { importPlacesFile } = await import('./commands/import.ts');
    await importPlacesFile(file, options, interruption());
  },
);

subcommand(
  places,
  'known <file>',
  'import roads, crossings, doors and places from GeoJSON, by which records are placed',
).action(async (file: string, options: CommonOptions) => {
  const { importKnownPlacesFile } = await import('./commands/import.ts');
  await importKnownPlacesFile(file, options, interruption());
});
subcommand(
  places,
  'alias <name> [place]',
  'say what people call a known place; without a place the name is taken away',
).action(async (name: string, place: string | undefined, options: CommonOptions) => {
  const { setPlaceAlias } = await import('./commands/place-alias.ts');
  await setPlaceAlias(name, place ?? null, options);
});

/** Listings of another platform, and what they hold. */
const listings: Readonly<Record<HistoryKind, string>> = {
  states: 'states of cameras: code, state, from, to, cause',
  exclusions: 'asked-for exclusions: id, code, from, to, reason, approver, createdAt, evidence',
  'prober-outages':
    'logged outages of the prober of a police station: policeCode, from, to, reason, loggedAt',
  'image-checks': 'diagnoses of pictures: code, time, pass (day, night), result',
  recordings: 'recording segments that are kept: code, from, to',
  streams: 'measured streams: code, ip, width, height, codec, measuredAt, lastPullOk',
  catalogue: 'catalogue of the shared platform: code, name',
  clocks: 'clock offsets: code, measuredAt, offsetSeconds',
  'osd-checks': 'checks of the on-screen text: code, time, four findings (1, 0, blank)',
  faults: 'fault tickets: id, code, kind, occurredAt, detectedAt, repairedAt, limitHours',
  outlines: 'outlines of streets and police stations (GeoJSON)',
  buildings: 'outlines of buildings (GeoJSON)',
};

function moment(text: string): number {
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw new InvalidArgumentError('not a time like 2026-10-16T00:00:00+08:00');
  return atMs;
}

const history = group('history', 'what another platform knows of the cameras');
const kinds = Object.keys(listings) as HistoryKind[];
const kindArgument = new Argument('<kind>', 'which listing').choices(kinds);
withListedAt(subcommand(history, 'import', 'import a listing: CSV in any encoding, gzip, XLSX; GeoJSON'))
  .addArgument(kindArgument)
  .argument('<file>')
  .addHelpText('after', `\n${kinds.map((kind) => `  ${kind.padEnd(16)} ${listings[kind]}`).join('\n')}`)
  .action(importListing);
for (const kind of kinds) {
  withListedAt(subcommand(group(kind, listings[kind]), 'import <file>', `import ${listings[kind]}`)).action(
    async (file: string, options: CommonOptions & { listedAt?: number }) => {
      await importListing(kind, file, options);
    },
  );
}

function withListedAt(declared: Command): Command {
  return declared.option(
    '--listed-at <time>',
    'the moment a listing without times speaks of (catalogue, outlines); default: now',
    moment,
  );
}

async function importListing(
  kind: HistoryKind,
  file: string,
  options: CommonOptions & { listedAt?: number },
): Promise<void> {
  const { importListingFile } = await import('./commands/import.ts');
  await importListingFile(kind, file, options, interruption());
}

const roads = group('roads', 'the road network that vehicle routes follow');
subcommand(roads, 'import <file>', 'import roads from GeoJSON: one LineString per direction').action(
  async (file: string, options: CommonOptions) => {
    const { importRoadsFile } = await import('./commands/import.ts');
    await importRoadsFile(file, options, interruption());
  },
);

const models = group('models', 'detector models');
subcommand(models, 'list', 'models there are, and whether their weights are here').action(
  async (options: CommonOptions) => {
    const { listModels } = await import('./commands/models.ts');
    await listModels(options);
  },
);
subcommand(models, 'add <name>', 'fetch the weights of a model and check them')
  .option('--from <file>', 'take them from a file instead of the upstream address')
  .action(async (name: string, options: CommonOptions & { from?: string }) => {
    const { addModelByName } = await import('./commands/models.ts');
    await addModelByName(name, options, interruption());
  });

command('doctor', 'check runtime, ffmpeg, model, disk, ports and clock, and say what to do').action(
  async (options: CommonOptions) => {
    const { doctor } = await import('./commands/doctor.ts');
    await doctor(options);
  },
);

command('report', 'write the official figures of a month for every level')
  .option('--month <YYYY-MM>', 'calendar month of +08:00')
  .option('--from <time>', 'start of another window, ISO 8601 with offset', moment)
  .option('--to <time>', 'its end', moment)
  .option('--instant <time>', '"now" of figures of a moment; default: 22:30 of the last evening', moment)
  .option('--json <file>', 'every figure, unrounded, with numerator, denominator, excluded, raw and adjusted')
  .option('--csv <file>', 'one row per figure')
  .option('--xlsx <file>', 'the same as a workbook, with the exclusions')
  .option('--html <file>', 'a page to print (Chinese)')
  .action(async (options: CommonOptions) => {
    const { report: writeReport } = await import('./commands/report.ts');
    await writeReport(options);
  });

const evaluation = group('eval', 'measure how right the pipeline is');
subcommand(
  evaluation,
  'clips [dir]',
  'run every video under a folder and score it against events.json beside it',
)
  .option('--json <file>', 'write the figures to a file as well')
  .action(async (dir: string | undefined, options: CommonOptions & { json?: string }) => {
    const { evalClips } = await import('./commands/eval-clips.ts');
    await evalClips(dir, options, interruption());
  });

subcommand(
  evaluation,
  'dumping [dir]',
  'make clips with a known dumping from the footage in a folder and score the rule on them',
)
  .option('--json <file>', 'write the figures and every case to a file as well')
  .option('--seed <n>', 'other cases of the same kinds', '1')
  .option('--split <n>', 'another third of places and things is held out', '491')
  .option('--looks', 'the detector looks at every composed picture (slow) instead of being replayed')
  .option('--every <n>', 'run one case in n', '1')
  .option('--only <text>', 'run the cases whose name holds one of these, separated by commas', '')
  .action(
    async (
      dir: string | undefined,
      options: CommonOptions & {
        json?: string;
        seed: string;
        split: string;
        looks?: boolean;
        every: string;
        only: string;
      },
    ) => {
      const { evalDumping } = await import('./commands/eval-dumping.ts');
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
    const { evalTracking } = await import('./commands/eval-tracking.ts');
    await evalTracking(dirs, options);
  });

subcommand(
  evaluation,
  'health <dir>',
  'diagnose the pictures of videos and judge it by the faults that events.json names',
)
  .option('--json <file>', 'write every result to a file as well')
  .action(async (dir: string, options: CommonOptions & { json?: string }) => {
    const { evalHealth } = await import('./commands/eval-health.ts');
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
    const { evalDetectors } = await import('./commands/eval-detectors.ts');
    await evalDetectors(dir, options, interruption());
  });

subcommand(
  evaluation,
  'measures <dir>',
  'compute the official figures of a district folder and compare them with expected.json',
)
  .option('--json <file>', 'write the comparison to a file as well')
  .action(async (dir: string, options: CommonOptions & { json?: string }) => {
    const { evalMeasures } = await import('./commands/eval-measures.ts');
    await evalMeasures(dir, options, interruption());
  });
subcommand(
  evaluation,
  'import <dir>',
  'import a camera file with planted defects and compare them with defects.json',
)
  .option('--json <file>', 'write the comparison to a file as well')
  .action(async (dir: string, options: CommonOptions & { json?: string }) => {
    const { evalImport } = await import('./commands/eval-import.ts');
    await evalImport(dir, options, interruption());
  });

command('tickets', 'faults of cameras: occurred, detected, repaired')
  .option('--all', 'repaired ones too')
  .option('--camera <code>', 'of one camera')
  .option('--json', 'as JSON')
  .action(async (options: CommonOptions & { all?: boolean; camera?: string; json?: boolean }) => {
    const { listTickets } = await import('./commands/tickets.ts');
    await listTickets(options);
  });

/** Beside their import: maintenance windows and other times that cameras are not judged on. */
const exclusions = program.commands.find((one) => one.name() === 'exclusions') ?? group('exclusions', '');
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
      const { askExclusion } = await import('./commands/exclusions.ts');
      await askExclusion(camera, options);
    },
  );
subcommand(exclusions, 'list', 'what was asked for, and what became of it')
  .option('--camera <code>', 'of one camera')
  .action(async (options: CommonOptions & { camera?: string }) => {
    const { listExclusions } = await import('./commands/exclusions.ts');
    await listExclusions(options);
  });
for (const [name, decision] of [
  ['approve', 'approved'],
  ['refuse', 'refused'],
] as const) {
  subcommand(exclusions, `${name} <request>`, `${name} what another person asked for`)
    .option('--note <text>', 'why', '')
    .action(async (request: string, options: CommonOptions & { note: string }) => {
      const { decideExclusion } = await import('./commands/exclusions.ts');
      await decideExclusion(request, decision, options);
    });
}

const users = group('users', 'accounts of the people who work with it');
subcommand(users, 'list', 'accounts, their roles, and who has no password yet').action(
  async (options: CommonOptions) => {
    const { listUsers } = await import('./commands/users.ts');
    await listUsers(options);
  },
);
subcommand(users, 'add <name>', 'open an account and print the link that lets its owner in once')
  .requiredOption('--role <role>', 'admin, dutyOfficer, agencyOfficer, reviewer, analyst or operator')
  .option('--unit <unit>', 'unit (单位)', '')
  .option('--agency <agency>', 'of an agencyOfficer: policeStation, trafficPolice or enforcement')
  .action(async (name: string, options: CommonOptions & { unit: string; role: string; agency?: string }) => {
    const { addUser } = await import('./commands/users.ts');
    await addUser(name, options);
  });
subcommand(users, 'link <name>', 'a new one-time link for somebody').action(
  async (name: string, options: CommonOptions) => {
    const { linkUser } = await import('./commands/users.ts');
    await linkUser(name, options);
  },
);
subcommand(users, 'change <name>', 'change a role, disable or enable an account')
  .option('--role <role>')
  .option('--disable')
  .option('--enable')
  .action(
    async (name: string, options: CommonOptions & { role?: string; disable?: boolean; enable?: boolean }) => {
      const { changeUser } = await import('./commands/users.ts');
      await changeUser(name, options);
    },
  );

subcommand(
  evaluation,
  'records <dir>',
  'import a folder of records and compare what is linked, merged and legal with truth.json',
)
  .option('--json <file>', 'write the figures to a file as well')
  .option('--proposals <file>', 'write what was linked, merged and called legal')
  .option('--paraphrase <seed>', 'first rename every place and say much of the text in other words', integer)
  .action(
    async (
      dir: string,
      options: CommonOptions & { json?: string; proposals?: string; paraphrase?: number },
    ) => {
      const { evalRecords } = await import('./commands/eval-records.ts');
      await evalRecords(dir, options, interruption());
    },
  );

subcommand(
  evaluation,
  'routes <dir>',
  'propose vehicle routes across cameras and compare them with the true ones of the folder',
)
  .option('--json <file>', 'write the figures to a file as well')
  .option('--proposals <file>', 'write every ranking and route to a file')
  .action(async (dir: string, options: CommonOptions & { json?: string; proposals?: string }) => {
    const { evalRoutes } = await import('./commands/eval-routes.ts');
    await evalRoutes(dir, options, interruption());
  });

command('ingest', 'one process of a cluster: cameras in, scene events out')
  .option('--camera <name=address>', 'add a camera (repeatable)', collect, [])
  .action(async (options: CommonOptions & { camera: string[] }) => {
    const { ingestOnly } = await import('./commands/cluster.ts');
    await ingestOnly(options, interruption());
  });
command('correlate', 'one process of a cluster: incidents and tables').action(
  async (options: CommonOptions) => {
    const { correlateOnly } = await import('./commands/cluster.ts');
    await correlateOnly(options, interruption());
  },
);
command('api', 'one process of a cluster: page and API')
  .option('--port <number>', 'port of the page and the API', integer)
  .action(async (options: CommonOptions & { port?: number }) => {
    const { apiOnly } = await import('./commands/cluster.ts');
    await apiOnly(options, interruption());
  });

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
