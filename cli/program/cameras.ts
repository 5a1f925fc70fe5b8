import type { Command } from 'commander';
import type { AdoptOptions } from '../commands/adopt.ts';
import type { ExportCamerasOptions, ImportCamerasOptions } from '../commands/camera-file.ts';
import type { DiscoverCommandOptions } from '../commands/discover.ts';
import { interruption } from '../interruption.ts';
import { type CommonOptions, collect, collectNumber, group, integer, subcommand } from './declare.ts';

/** The camera file, the network, and the logins of cameras. */
export function declareCameras(program: Command): void {
  const cameras = group(program, 'cameras', 'the camera file (一机一档)');
  subcommand(cameras, 'import <file>', 'check a camera file (CSV, XLSX); --apply takes it over')
    .option('--apply', 'take it over; without it nothing is changed')
    .option('--corrected <file>', 'write the table with its repairs and remarks')
    .option('--json', 'the report as JSON')
    .action(async (file: string, options: ImportCamerasOptions) => {
      const { importCamerasFile } = await import('../commands/camera-file.ts');
      await importCamerasFile(file, options, interruption());
    });
  subcommand(cameras, 'export <file>', 'write the cameras on file as .csv or .xlsx')
    .option('--headers <kind>', 'pinyin or chinese', 'pinyin')
    .action(async (file: string, options: ExportCamerasOptions) => {
      const { exportCamerasFile } = await import('../commands/camera-file.ts');
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
      const { discoverCameras } = await import('../commands/discover.ts');
      await discoverCameras(options, interruption());
    });
  subcommand(cameras, 'adopt <code>', 'say where the streams of a camera on file are')
    .requiredOption('--main <address>', 'rtsp://… of its main stream, without a login')
    .option('--sub <address>', 'rtsp://… of its sub stream')
    .option('--onvif <address>', 'http://… of its ONVIF service')
    .option('--credential <name>', 'stored login')
    .action(async (code: string, options: AdoptOptions) => {
      const { adoptCamera } = await import('../commands/adopt.ts');
      await adoptCamera(code, options, interruption());
    });
  subcommand(cameras, 'explain <code>', 'say what each part of a 20-digit code means')
    .option('--json', 'as JSON')
    .action(async (code: string, options: CommonOptions & { json?: boolean }) => {
      const { explainCode } = await import('../commands/explain-code.ts');
      await explainCode(code, options);
    });

  const credentials = group(program, 'credentials', 'logins of cameras, kept encrypted');
  subcommand(
    credentials,
    'set <name>',
    'keep a login; it is asked for, or read as user:password from stdin',
  ).action(async (name: string, options: CommonOptions) => {
    const { setCredential } = await import('../commands/credentials.ts');
    await setCredential(name, options);
  });
  subcommand(credentials, 'list', 'names and users of the logins').action(async (options: CommonOptions) => {
    const { listCredentials } = await import('../commands/credentials.ts');
    await listCredentials(options);
  });
  subcommand(credentials, 'remove <name>', 'forget a login').action(
    async (name: string, options: CommonOptions) => {
      const { removeCredential } = await import('../commands/credentials.ts');
      await removeCredential(name, options);
    },
  );
}
