import { isIP } from 'node:net';
import { PipelineError, redactAddresses } from '../../kernel/index.ts';
import type { Credential } from '../credentials/credential.ts';
import { type AddressRules, pinHost, type PinnedHost, refusal } from './guard.ts';

/** `rtsp`, `rtsps`: pictures; `http`, `https`: ONVIF services and snapshots, nothing else. */
export type Purpose = 'stream' | 'onvif';

const schemesFor: Readonly<Record<Purpose, readonly string[]>> = {
  stream: ['rtsp', 'rtsps'],
  onvif: ['http', 'https'],
};

export interface ParsedAddress {
  readonly url: URL;
  /** What stood before the `@`; it is no longer in `url`. */
  readonly credential: Credential | null;
}

/**
 * Read an address that a person, a file or a device gave.
 * @param what whose it is, for the message.
 * @throws PipelineError INGEST_ADDRESS_REFUSED for another scheme or what is no address. Never with a password in it.
 */
export function parseAddress(what: string, text: string, purpose: Purpose): ParsedAddress {
  const schemes = schemesFor[purpose];
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? '';
  if (!schemes.includes(scheme)) {
    const may = schemes.map((name) => `${name}://`).join(' or ');
    throw refusal(what, `${scheme === '' ? 'no scheme' : `${scheme}://`} is not read here`, `Give ${may}.`);
  }
  if (!URL.canParse(text) || new URL(text).hostname === '') {
    throw refusal(what, `${redactAddresses(text)} is no address`, `For example ${scheme}://10.20.0.11/live.`);
  }
  const url = new URL(text);
  const credential =
    url.username === '' && url.password === ''
      ? null
      : { user: decoded(url.username), password: decoded(url.password) };
  url.username = '';
  url.password = '';
  return { url, credential };
}

/** A password may hold a bare `%`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export interface PinnedAddress extends PinnedHost {
  /** The address with the checked IP address in the place of the name. */
  readonly address: string;
  readonly port: number;
  readonly isSecure: boolean;
}

const defaultPorts: Readonly<Record<string, number>> = {
  'rtsp:': 554,
  'rtsps:': 322,
  'http:': 80,
  'https:': 443,
};

/**
 * Check an address and fix it to one IP address.
 * @throws PipelineError INGEST_ADDRESS_REFUSED; INGEST_RTSP_UNREACHABLE (retryable) when the name is not known.
 */
export async function pinAddress(
  what: string,
  text: string,
  purpose: Purpose,
  rules: AddressRules,
): Promise<PinnedAddress> {
  const { url } = parseAddress(what, text, purpose);
  const pinned = await pinHost(what, url.hostname, rules);
  if (pinned === null) {
    throw new PipelineError('INGEST_RTSP_UNREACHABLE', `The name ${url.hostname} is not known.`, {
      hint: 'Check the spelling and the name server of this machine; it is tried again.',
      retryable: true,
    });
  }
  const host = isIP(pinned.ip) === 6 ? `[${pinned.ip}]` : pinned.ip;
  return {
    ...pinned,
    address: `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}${url.pathname}${url.search}`,
    port: url.port === '' ? (defaultPorts[url.protocol] ?? 0) : Number(url.port),
    isSecure: url.protocol === 'rtsps:' || url.protocol === 'https:',
  };
}
