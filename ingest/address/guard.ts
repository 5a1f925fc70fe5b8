import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { PipelineError, redactAddresses } from '../../kernel/index.ts';

/** All addresses of a name. */
export type Lookup = (host: string) => Promise<readonly string[]>;

export interface AddressRules {
  /** Names, addresses or CIDR ranges that are allowed although they are guarded. */
  readonly allowedHosts: readonly string[];
  /** Only tests say another one than the system's. */
  readonly lookup?: Lookup;
}

/** A host that was looked up and checked; whoever connects uses `ip`, so a later change of the name changes nothing. */
export interface PinnedHost {
  /** As it was named. */
  readonly host: string;
  readonly ip: string;
}

/** This machine itself, link-local neighbours and the metadata services of clouds: no camera lives there. */
const guarded = new BlockList();
guarded.addSubnet('0.0.0.0', 8);
guarded.addSubnet('127.0.0.0', 8);
guarded.addSubnet('169.254.0.0', 16);
guarded.addSubnet('224.0.0.0', 4);
guarded.addAddress('255.255.255.255');
guarded.addAddress('100.100.100.200');
guarded.addAddress('168.63.129.16');
guarded.addAddress('192.0.0.192');
guarded.addAddress('::', 'ipv6');
guarded.addAddress('::1', 'ipv6');
guarded.addSubnet('fe80::', 10, 'ipv6');
guarded.addSubnet('ff00::', 8, 'ipv6');
guarded.addAddress('fd00:ec2::254', 'ipv6');
// Ways of writing an IPv4 address as an IPv6 one that end at the same machine: 6to4, NAT64 and IPv4-compatible.
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const) {
  const [a = 0, b = 0] = net.split('.').map(Number);
  const word = ((a << 8) | b).toString(16);
  guarded.addSubnet(`2002:${word}::`, 16 + bits, 'ipv6');
  guarded.addSubnet(`64:ff9b::${word}:0`, 96 + bits, 'ipv6');
  guarded.addSubnet(`::${word}:0`, 96 + bits, 'ipv6');
}

const familyOf = (ip: string): 'ipv4' | 'ipv6' => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');

/** A host without the brackets and zone of an IPv6 address. */
const bareHost = (host: string): string => host.replaceAll(/^\[|\]$/g, '').replace(/%.*$/, '');

function isListed(host: string, ip: string, allowedHosts: readonly string[]): boolean {
  return allowedHosts.some((allowed) => {
    if (allowed.toLowerCase() === host.toLowerCase() || allowed === ip) return true;
    const [net = '', bits] = allowed.split('/');
    if (bits === undefined || isIP(net) === 0 || familyOf(net) !== familyOf(ip)) return false;
    const list = new BlockList();
    list.addSubnet(net, Number(bits), familyOf(net));
    return list.check(ip, familyOf(ip));
  });
}

/** Whether nobody may connect to an address, because no camera lives there and nobody listed it. */
export const isRefused = (ip: string, { allowedHosts }: AddressRules, host: string = ip): boolean =>
  guarded.check(ip, familyOf(ip)) && !isListed(host, ip, allowedHosts);

/** What is refused, in words fit for any message. */
export const refusal = (what: string, why: string, hint: string): PipelineError =>
  new PipelineError('INGEST_ADDRESS_REFUSED', `${redactAddresses(what)}: ${why}.`, { hint });

const systemAddresses: Lookup = async (host) =>
  (await systemLookup(host, { all: true })).map(({ address }) => address);

/**
 * Look a host up once, check every address it has, and keep one of them. A name with one good and one guarded address
 * is refused as a whole: which of the two a connection would use is chance.
 * @param what whose host it is, for the message.
 * @returns null for a name that is not known now.
 * @throws PipelineError INGEST_ADDRESS_REFUSED.
 */
export async function pinHost(what: string, named: string, rules: AddressRules): Promise<PinnedHost | null> {
  const host = bareHost(named);
  const found =
    isIP(host) > 0 ? [host] : await (rules.lookup ?? systemAddresses)(host).catch((): string[] => []);
  for (const ip of found) {
    if (!isRefused(ip, rules, host)) continue;
    throw refusal(
      what,
      `${host}${host === ip ? '' : ` (${ip})`} is this machine itself, link-local or a metadata address`,
      'If a camera really is there, add the host to ingest.allowedHosts.',
    );
  }
  const [ip] = found;
  return ip === undefined ? null : { host, ip };
}
