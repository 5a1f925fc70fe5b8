import { isIPv4 } from 'node:net';
import { PipelineError } from '../../kernel/index.ts';
import { type AddressRules, isRefused } from '../address/index.ts';

/** What a scan of address ranges would do; shown before it is done. */
export interface ScanPlan {
  readonly ranges: readonly string[];
  readonly addresses: readonly string[];
  /** Addresses of the ranges that are left out: this machine, link-local, metadata. */
  readonly refusedCount: number;
  readonly ports: readonly number[];
  readonly connectionsPerSecond: number;
  readonly estimatedMs: number;
}

export interface ScanLimits {
  readonly ports: readonly number[];
  readonly connectionsPerSecond: number;
  readonly maxAddresses: number;
}

const usage = (found: string, hint: string): PipelineError => new PipelineError('USAGE', found, { hint });

const toNumber = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toText = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** First and last address of a range; without network and broadcast address, which are nobody's. */
function boundsOf(range: string): readonly [number, number] {
  const [ip = '', bitsText = '32'] = range.trim().split('/');
  const bits = Number(bitsText);
  if (!isIPv4(ip) || !/^\d{1,2}$/.test(bitsText) || bits > 32) {
    throw usage(`${range} is no range of IPv4 addresses.`, 'For example 10.20.0.0/24, or one address.');
  }
  const size = 2 ** (32 - bits);
  const first = Math.floor(toNumber(ip) / size) * size;
  return size > 2 ? [first + 1, first + size - 2] : [first, first + size - 1];
}

/** A device that answers takes this long beside the attempt itself, roughly. */
const settleMs = 5_000;

/**
 * Work out what a scan of ranges would do.
 * @throws PipelineError USAGE for what is no range, or for more addresses than allowed.
 */
export function planScan(ranges: readonly string[], limits: ScanLimits, rules: AddressRules): ScanPlan {
  const bounds = ranges.map(boundsOf);
  const total = bounds.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (total > limits.maxAddresses) {
    throw usage(
      `${ranges.join(', ')} are ${total} addresses; at most ${limits.maxAddresses} are asked at once.`,
      'Give smaller ranges, or raise --max-addresses.',
    );
  }
  const all = new Set<number>();
  for (const [from, to] of bounds) for (let one = from; one <= to; one++) all.add(one);
  const texts = [...all].map(toText);
  const addresses = texts.filter((ip) => !isRefused(ip, rules));
  const connections = addresses.length * limits.ports.length;
  return {
    ranges: [...ranges],
    addresses,
    refusedCount: texts.length - addresses.length,
    ports: [...limits.ports],
    connectionsPerSecond: limits.connectionsPerSecond,
    estimatedMs: Math.ceil((connections / limits.connectionsPerSecond) * 1_000) + settleMs,
  };
}
