import { networkInterfaces } from 'node:os';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { type AddressRules, isRefused, parseAddress, pinAddress } from '../address/index.ts';
import type { Credential } from '../credentials/credential.ts';
import { type FoundDevice, foundDevice, type FoundHow, unreadDevice } from './found-device.ts';
import type { DeviceTarget } from './http.ts';
import type { Onvif } from './onvif.ts';
import type { ProbeAnswer } from './probe.ts';
import type { ScanPlan } from './scan-plan.ts';
import { scan } from './scan.ts';

/** Where it is customary; a device found by its address alone does not say. */
const usualPath = '/onvif/device_service';
/** Devices asked at the same time. */
const atOnce = 8;

export interface DiscoverOptions {
  readonly onvif: Onvif;
  readonly rules: AddressRules;
  /** Tried at devices that want a login; a digest is sent, never the password. */
  readonly credential: Credential | null;
  /** Names of network interfaces to call on; null: all but loopback. */
  readonly interfaces: readonly string[] | null;
  /** How long answers to a call are waited for; 0: no call. */
  readonly probeMs: number;
  /** Null: no scan. */
  readonly plan: ScanPlan | null;
  /** Per question to a device. */
  readonly timeoutMs: number;
  readonly onDevice: (device: FoundDevice) => void;
  readonly onProgress?: (askedCount: number, totalCount: number) => void;
  readonly signal: AbortSignal;
}

export interface Discovery {
  readonly devices: readonly FoundDevice[];
  /** Interfaces that were called on, with what went wrong there. */
  readonly calls: readonly {
    readonly interfaceName: string;
    readonly address: string;
    readonly answerCount: number;
    readonly problems: readonly string[];
  }[];
  /** Open ports of the scan behind which no ONVIF device was. */
  readonly otherPortCount: number;
}

/** IPv4 addresses of the interfaces, one each. @throws PipelineError USAGE for a name that is none. */
function interfacesToCall(names: readonly string[] | null): { interfaceName: string; address: string }[] {
  const all = networkInterfaces();
  const wanted = names ?? Object.keys(all).filter((name) => all[name]?.some(({ internal }) => !internal));
  return wanted.flatMap((interfaceName) => {
    const address = all[interfaceName]?.find(({ family }) => family === 'IPv4')?.address;
    if (address !== undefined) return [{ interfaceName, address }];
    if (names === null) return [];
    throw new PipelineError('USAGE', `There is no network interface ${interfaceName} with an IPv4 address.`, {
      hint: `There are: ${Object.keys(all).join(', ')}.`,
    });
  });
}

/**
 * Where the device service of an answer is: an address on the host that answered, when it names one; else the first it
 * names, taken to be on the host that answered.
 * @throws PipelineError INGEST_ADDRESS_REFUSED.
 */
export async function targetOf(answer: ProbeAnswer, rules: AddressRules): Promise<DeviceTarget> {
  const readable = answer.xaddrs.flatMap((text) => {
    try {
      return [parseAddress(`${answer.from}: its device service`, text, 'onvif').url];
    } catch {
      return [];
    }
  });
  const chosen = readable.find(({ hostname }) => hostname === answer.from) ?? readable[0];
  if (chosen === undefined) {
    throw new PipelineError(
      'INGEST_ADDRESS_REFUSED',
      `${answer.from} names no address of its device service that may be used.`,
      { hint: 'Ask it by its address: cameras discover --range ADDRESS.' },
    );
  }
  chosen.hostname = answer.from;
  return await targetAt(chosen.href, rules);
}

/** The device service at an address that somebody gave. @throws PipelineError INGEST_ADDRESS_REFUSED. */
export async function targetAt(address: string, rules: AddressRules): Promise<DeviceTarget> {
  const {
    host,
    ip,
    port,
    isSecure,
    address: pinned,
  } = await pinAddress('The device', address, 'onvif', rules);
  const { pathname, search } = new URL(pinned);
  return { host, ip, port, isSecure, path: pathname === '/' ? usualPath : pathname + search };
}

/** Find devices by calling and by knocking, and ask each for what it is. */
export async function discover(options: DiscoverOptions): Promise<Discovery> {
  const { onvif, rules, credential, timeoutMs, plan, signal, onDevice } = options;
  const devices: FoundDevice[] = [];
  const calls: {
    interfaceName: string;
    address: string;
    answerCount: number;
    problems: readonly string[];
  }[] = [];
  const known = new Set<string>();
  let otherPortCount = 0;
  const asking = new Set<Promise<void>>();

  const ask = async (how: FoundHow): Promise<void> => {
    let found: FoundDevice;
    try {
      found = foundDevice(
        how,
        await onvif.inspect(how.target, credential, { timeoutMs, signal }),
        credential,
      );
    } catch (error) {
      signal.throwIfAborted();
      // Behind most open ports of a scan is something else, and nobody wants to hear of it.
      const isOther =
        how.foundBy === 'scan' &&
        error instanceof PipelineError &&
        ['INGEST_ONVIF_ANSWER', 'INGEST_ONVIF_UNREACHABLE'].includes(error.code);
      if (isOther) {
        otherPortCount++;
        return;
      }
      found = unreadDevice(how, error);
    }
    // The same device behind another port. Not by serial number alone: cheap devices share theirs.
    const key = `${found.ipAddress} ${found.serialNumber ?? found.macAddress ?? found.address}`;
    if (known.has(key)) return;
    known.add(key);
    devices.push(found);
    onDevice(found);
  };
  const askSoon = async (how: FoundHow): Promise<void> => {
    while (asking.size >= atOnce) await Promise.race(asking);
    const one: Promise<void> = ask(how).finally(() => asking.delete(one));
    one.catch(() => undefined);
    asking.add(one);
  };

  const calledIps = new Set<string>();
  for (const on of options.probeMs > 0 ? interfacesToCall(options.interfaces) : []) {
    const { answers, problems } = await onvif
      .probe(on, { timeoutMs: options.probeMs, signal })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        return { answers: [], problems: [messageOf(error)] };
      });
    const fresh = answers.filter(({ endpoint, from }, index) => {
      const isSame = (other: ProbeAnswer): boolean => other.endpoint === endpoint && other.from === from;
      return answers.findIndex(isSame) === index;
    });
    calls.push({ ...on, answerCount: fresh.length, problems });
    for (const answer of fresh) {
      calledIps.add(answer.from);
      try {
        const target = await targetOf(answer, rules);
        await askSoon({ target, endpoint: answer.endpoint, foundBy: 'probe' });
      } catch (error) {
        const target = { host: answer.from, ip: answer.from, port: 80, isSecure: false, path: usualPath };
        const refused = unreadDevice({ target, endpoint: answer.endpoint, foundBy: 'probe' }, error);
        devices.push(refused);
        onDevice(refused);
      }
    }
  }
  if (plan !== null) {
    const total = plan.addresses.length * plan.ports.length;
    const left = { ...plan, addresses: plan.addresses.filter((ip) => !calledIps.has(ip)) };
    for await (const { ip, port } of scan(left, signal, (asked) => options.onProgress?.(asked, total))) {
      if (isRefused(ip, rules)) continue;
      const target = { host: ip, ip, port, isSecure: port === 443 || port === 8_443, path: usualPath };
      await askSoon({ target, endpoint: null, foundBy: 'scan' });
    }
  }
  await Promise.all(asking);
  signal.throwIfAborted();
  return { devices, calls, otherPortCount };
}
