import type { FoundCamera } from '../../contracts/index.ts';
import {
  discover,
  type FoundDevice,
  openOnvif,
  planScan,
  proposedStreams,
  type ScanPlan,
  vaultOf,
} from '../../ingest/index.ts';
import { type Config } from '../../kernel/index.ts';
import { configure } from '../configure.ts';
import type { CommonOptions } from '../program/declare.ts';
import { startProgress } from '../progress.ts';
import { confirmed } from '../secret-input.ts';
import { registerEverywhere } from './register.ts';

export interface DiscoverCommandOptions extends CommonOptions {
  readonly range: readonly string[];
  readonly scanPort: readonly number[];
  readonly rate: number;
  readonly maxAddresses: number;
  readonly interface: readonly string[];
  /** Commander's name for what `--no-probe` switches off. */
  readonly probe: boolean;
  readonly probeSeconds: number;
  readonly timeoutSeconds: number;
  readonly credential?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly register?: boolean;
}

/** Ports where makers put ONVIF. */
const usualPorts = [80, 8_080, 8_899, 2_020, 8_000];

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const inWords = ({
  ranges,
  addresses,
  refusedCount,
  ports,
  connectionsPerSecond,
  estimatedMs,
}: ScanPlan): string =>
  [
    `Plan: knock at ${addresses.length} addresses (${ranges.join(', ')}) on the ports ${ports.join(', ')}:`,
    `${addresses.length * ports.length} connections, ${connectionsPerSecond} per second, about ${Math.ceil(estimatedMs / 1_000)} s.`,
    ...(refusedCount === 0
      ? []
      : [`${refusedCount} addresses are left out: this machine, link-local or metadata.`]),
  ].join(' ');

const planForJson = (plan: ScanPlan | null) =>
  plan === null ? null : { ...plan, addresses: undefined, addressCount: plan.addresses.length };

function deviceInWords(device: FoundDevice): string {
  const { address, manufacturer, model, serialNumber, macAddress, clock, login, channels, notes, problem } =
    device;
  if (problem !== null) return `${address}: ${problem.code}: ${problem.message}\n  ${problem.hint}`;
  const facts = [
    [manufacturer, model].filter((part) => part !== null).join(' ') || 'unknown make',
    ...(serialNumber === null ? [] : [`serial ${serialNumber}`]),
    ...(macAddress === null ? [] : [`MAC ${macAddress}`]),
    ...(clock === null
      ? []
      : [
          `clock ${clock.offsetMs >= 0 ? '+' : ''}${(clock.offsetMs / 1_000).toFixed(1)} s ± ${(clock.errorMs / 1_000).toFixed(1)} s`,
        ]),
    `login: ${login}`,
  ];
  const streams = channels.flatMap(({ profiles, main, sub }) =>
    (
      [
        ['main', main],
        ['sub', sub],
      ] as const
    ).flatMap(([role, proposal]) => {
      const stream = profiles.find(({ token }) => token === proposal?.profileToken)?.stream;
      if (proposal === null || stream === undefined || stream.uri === null) return [];
      return [`  ${role}: ${stream.uri} (${proposal.why})${stream.note === null ? '' : ` — ${stream.note}`}`];
    }),
  );
  return [`${address}: ${facts.join(', ')}`, ...streams, ...notes.map((note) => `  note: ${note}`)].join(
    '\n',
  );
}

/** What a device's cameras are on file as. */
function camerasOf(device: FoundDevice, credentialRef: string | null): FoundCamera[] {
  const { manufacturer, model, serialNumber, macAddress, ipAddress, address, channels, login } = device;
  const name = [manufacturer, model, ipAddress].filter((part) => part !== null).join(' ');
  return channels.flatMap((channel) => {
    const streams = proposedStreams(channel);
    if (streams.length === 0) return [];
    const isOneOfMany = channels.length > 1;
    const largest = channel.profiles.find(({ token }) => token === channel.main?.profileToken);
    return [
      {
        cameraId: null,
        name: isOneOfMany ? `${name} ${channel.sourceToken}` : name,
        manufacturer,
        model,
        serialNumber,
        macAddress,
        ipAddress,
        onvifAddress: address,
        channel: isOneOfMany ? channel.sourceToken : null,
        declaredWidthPx: largest?.widthPx ?? null,
        declaredHeightPx: largest?.heightPx ?? null,
        streams: streams.map((stream) => ({
          ...stream,
          credentialRef: login === 'none' ? null : credentialRef,
        })),
      },
    ];
  });
}

const planOf = (options: DiscoverCommandOptions, { ingest }: Config): ScanPlan | null =>
  options.range.length === 0
    ? null
    : planScan(
        options.range,
        {
          ports: options.scanPort.length === 0 ? usualPorts : options.scanPort,
          connectionsPerSecond: Math.min(Math.max(options.rate, 1), 500),
          maxAddresses: options.maxAddresses,
        },
        ingest,
      );

/** Find cameras on the network, and put them on file when asked to. */
export async function discoverCameras(
  options: DiscoverCommandOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const config = await configure(options, { log: { level: 'warn' } });
  const plan = planOf(options, config);
  if (plan !== null) {
    say(inWords(plan));
    if (options.yes !== true && !(await confirmed('Go ahead?'))) {
      say('Nothing was asked. Add --yes to go ahead.');
      if (options.json === true) process.stdout.write(`${JSON.stringify({ plan: planForJson(plan) })}\n`);
      return;
    }
  }
  const credential = options.credential === undefined ? null : await vaultOf(config).get(options.credential);
  await using onvif = openOnvif();
  let progress: ReturnType<typeof startProgress> | undefined;
  const found = await discover({
    onvif,
    rules: config.ingest,
    credential,
    interfaces: options.interface.length === 0 ? null : options.interface,
    probeMs: options.probe ? options.probeSeconds * 1_000 : 0,
    plan,
    timeoutMs: options.timeoutSeconds * 1_000,
    onDevice: (device) => {
      if (options.json !== true) process.stdout.write(`${deviceInWords(device)}\n`);
    },
    onProgress: (asked, total) => {
      progress ??= startProgress('scan', total);
      progress.update(asked);
    },
    signal: interrupted,
  });
  progress?.stop();
  for (const { interfaceName, address, answerCount, problems } of found.calls) {
    say(
      `${interfaceName} (${address}): ${answerCount} answered${problems.length === 0 ? '' : `; ${problems.join('; ')}`}`,
    );
  }
  if (options.probe && found.calls.length === 0) {
    say('There is no network interface to call on; name one with --interface, or give --range.');
  }
  if (found.otherPortCount > 0) say(`${found.otherPortCount} open ports were no ONVIF device.`);
  const items = found.devices.flatMap((device) => camerasOf(device, options.credential ?? null));
  const registered =
    options.register === true && items.length > 0
      ? await registerEverywhere(config, items, interrupted)
      : null;
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ plan: planForJson(plan), ...found, registered })}\n`);
  } else {
    say(`${found.devices.length} devices, ${items.length} cameras with a stream.`);
    if (registered === null && items.length > 0) say('Put them on file with --register.');
  }
}
