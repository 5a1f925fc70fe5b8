import { Argument, type Command } from 'commander';
import type { HistoryKind } from '../../contracts/index.ts';
import { interruption } from '../interruption.ts';
import { type CommonOptions, group, moment, subcommand } from './declare.ts';

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

/** What other systems know: records, places, roads, listings. */
export function declareImports(program: Command): void {
  const records = group(program, 'records', 'official records: 110 calls, resident reports');
  subcommand(records, 'import <file>', 'import records from CSV or XLSX')
    .requiredOption('--profile <name>', 'mapping profile: a shipped name or a YAML file')
    .action(async (file: string, options: CommonOptions & { profile: string }) => {
      const { importRecordsFile } = await import('../commands/import.ts');
      await importRecordsFile(file, options, interruption());
    });

  const places = group(program, 'places', 'places that must be covered (重点公共区域)');
  subcommand(places, 'import <file>', 'import key places from GeoJSON, CSV or XLSX').action(
    async (file: string, options: CommonOptions) => {
      const { importPlacesFile } = await import('../commands/import.ts');
      await importPlacesFile(file, options, interruption());
    },
  );

  subcommand(
    places,
    'known <file>',
    'import roads, crossings, doors and places from GeoJSON, by which records are placed',
  ).action(async (file: string, options: CommonOptions) => {
    const { importKnownPlacesFile } = await import('../commands/import.ts');
    await importKnownPlacesFile(file, options, interruption());
  });
  subcommand(
    places,
    'alias <name> [place]',
    'say what people call a known place; without a place the name is taken away',
  ).action(async (name: string, place: string | undefined, options: CommonOptions) => {
    const { setPlaceAlias } = await import('../commands/place-alias.ts');
    await setPlaceAlias(name, place ?? null, options);
  });

  const history = group(program, 'history', 'what another platform knows of the cameras');
  const kinds = Object.keys(listings) as HistoryKind[];
  const kindArgument = new Argument('<kind>', 'which listing').choices(kinds);
  withListedAt(subcommand(history, 'import', 'import a listing: CSV in any encoding, gzip, XLSX; GeoJSON'))
    .addArgument(kindArgument)
    .argument('<file>')
    .addHelpText('after', `\n${kinds.map((kind) => `  ${kind.padEnd(16)} ${listings[kind]}`).join('\n')}`)
    .action(importListing);
  for (const kind of kinds) {
    withListedAt(
      subcommand(group(program, kind, listings[kind]), 'import <file>', `import ${listings[kind]}`),
    ).action(async (file: string, options: CommonOptions & { listedAt?: number }) => {
      await importListing(kind, file, options);
    });
  }

  const roads = group(program, 'roads', 'the road network that vehicle routes follow');
  subcommand(roads, 'import <file>', 'import roads from GeoJSON: one LineString per direction').action(
    async (file: string, options: CommonOptions) => {
      const { importRoadsFile } = await import('../commands/import.ts');
      await importRoadsFile(file, options, interruption());
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
  const { importListingFile } = await import('../commands/import.ts');
  await importListingFile(kind, file, options, interruption());
}
