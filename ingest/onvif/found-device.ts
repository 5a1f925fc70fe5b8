import { messageOf, PipelineError } from '../../kernel/index.ts';
import { parseAddress, type Purpose } from '../address/index.ts';
import type { Credential } from '../credentials/credential.ts';
import { withoutSecrets } from '../credentials/secret-uri.ts';
import type { DeviceClock } from './device-clock.ts';
import type { DeviceTarget } from './http.ts';
import type { DeviceAnswers, DeviceProfile } from './inspect.ts';
import { proposeStreams, type StreamProposal } from './propose-streams.ts';

/** An address as a device gave it, after the checks that any address goes through. */
export interface CheckedAddress {
  /** Without a login; null when there is none that may be used. */
  readonly uri: string | null;
  /** What was changed or refused, in words; null: nothing. */
  readonly note: string | null;
}

export interface FoundProfile extends Omit<DeviceProfile, 'streamUri' | 'snapshotUri'> {
  readonly stream: CheckedAddress;
  readonly snapshot: CheckedAddress;
}

/** One camera of a device: an IP camera has one, a recorder or encoder several. */
export interface FoundChannel {
  readonly sourceToken: string;
  readonly profiles: readonly FoundProfile[];
  readonly main: StreamProposal | null;
  readonly sub: StreamProposal | null;
}

/** A device that was found, and what it says of itself. */
export interface FoundDevice {
  /** Its ONVIF service, without a login. */
  readonly address: string;
  readonly ipAddress: string;
  /** Its lasting name in WS-Discovery; null when it was found by its address. */
  readonly endpoint: string | null;
  readonly foundBy: 'probe' | 'scan';
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly serialNumber: string | null;
  readonly macAddress: string | null;
  readonly clock: DeviceClock | null;
  readonly login: DeviceAnswers['login'] | 'refused' | 'unknown';
  readonly channels: readonly FoundChannel[];
  readonly notes: readonly string[];
  /** Why it could not be asked; null when it could. */
  readonly problem: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

/**
 * Check an address that a device gave: scheme, no login in it, and on the device itself. One that names another host
 * (common behind a router, and in what a hostile device says) is taken to be on the device that was asked.
 */
export function checkGivenAddress(
  given: string | null,
  purpose: Purpose,
  target: DeviceTarget,
  credential: Credential | null,
): CheckedAddress {
  if (given === null) return { uri: null, note: null };
  const what = `${target.host}: its ${purpose === 'stream' ? 'stream' : 'snapshot'}`;
  const scheme = target.isSecure ? 'https' : 'http';
  const full = purpose === 'onvif' && given.startsWith('/') ? `${scheme}://${target.host}${given}` : given;
  try {
    const { url, credential: inside } = parseAddress(what, full, purpose);
    const notes = inside === null ? [] : ['a login in it was taken out'];
    const host = url.hostname.replaceAll(/^\[|\]$/g, '');
    const own = target.ip.includes(':') ? `[${target.ip}]` : target.ip;
    let uri = url.href;
    if (host !== target.host && host !== target.ip) {
      notes.push(`it named the host ${host}; the device's own is used`);
      uri = `${url.protocol}//${own}${url.port === '' ? '' : `:${url.port}`}${url.pathname}${url.search}`;
    }
    const kept = withoutSecrets(uri, credential);
    if (kept === null) {
      return {
        uri: null,
        note: 'it holds a password that is not the credential’s: keep that with `credentials set`',
      };
    }
    return { uri: kept, note: notes.length === 0 ? null : notes.join('; ') };
  } catch (error) {
    return { uri: null, note: messageOf(error) };
  }
}

const mac = (text: string): string | null => {
  const digits = text.replaceAll(/[^\da-f]/gi, '').toUpperCase();
  return digits.length === 12 && digits !== '0'.repeat(12) ? (digits.match(/../g) ?? []).join('-') : null;
};

/** The proposal of a channel as addresses, for the camera file. */
export const proposedStreams = ({
  profiles,
  main,
  sub,
}: FoundChannel): readonly { readonly role: 'main' | 'sub'; readonly uri: string }[] =>
  (
    [
      ['main', main],
      ['sub', sub],
    ] as const
  ).flatMap(([role, proposal]) => {
    const uri = profiles.find(({ token }) => token === proposal?.profileToken)?.stream.uri;
    return uri === undefined || uri === null ? [] : [{ role, uri }];
  });

export interface FoundHow {
  readonly target: DeviceTarget;
  readonly endpoint: string | null;
  readonly foundBy: 'probe' | 'scan';
}

const addressOf = ({ isSecure, host, port, path }: DeviceTarget): string => {
  const usual = isSecure ? 443 : 80;
  const name = host.includes(':') ? `[${host}]` : host;
  return `${isSecure ? 'https' : 'http'}://${name}${port === usual ? '' : `:${port}`}${path}`;
};

/** What was learned of a device, its addresses checked and its streams proposed. */
export function foundDevice(
  { target, endpoint, foundBy }: FoundHow,
  answers: DeviceAnswers,
  credential: Credential | null,
): FoundDevice {
  const sources = [...new Set(answers.profiles.map(({ sourceToken }) => sourceToken))];
  const channels = sources.map((sourceToken): FoundChannel => {
    const profiles = answers.profiles
      .filter((profile) => profile.sourceToken === sourceToken)
      .map(
        ({ streamUri, snapshotUri, ...profile }): FoundProfile => ({
          ...profile,
          stream: checkGivenAddress(streamUri, 'stream', target, credential),
          snapshot: checkGivenAddress(snapshotUri, 'onvif', target, credential),
        }),
      );
    return { sourceToken, profiles, ...proposeStreams(profiles.filter(({ stream }) => stream.uri !== null)) };
  });
  return {
    address: addressOf(target),
    ipAddress: target.ip,
    endpoint,
    foundBy,
    manufacturer: answers.manufacturer,
    model: answers.model,
    firmware: answers.firmware,
    serialNumber: answers.serialNumber,
    macAddress: answers.macAddresses.map(mac).find((one) => one !== null) ?? null,
    clock: answers.clock,
    login: answers.login,
    channels,
    notes: answers.notes,
    problem: null,
  };
}

/** A device that is there and could not be asked. */
export function unreadDevice({ target, endpoint, foundBy }: FoundHow, error: unknown): FoundDevice {
  const isKnown = error instanceof PipelineError;
  return {
    address: addressOf(target),
    ipAddress: target.ip,
    endpoint,
    foundBy,
    manufacturer: null,
    model: null,
    firmware: null,
    serialNumber: null,
    macAddress: null,
    clock: null,
    login: isKnown && error.code === 'INGEST_ONVIF_AUTH' ? 'refused' : 'unknown',
    channels: [],
    notes: [],
    problem: {
      code: isKnown ? error.code : 'INGEST_ONVIF_ANSWER',
      message: messageOf(error),
      hint: isKnown ? error.hint : 'Report this with the manufacturer and model of the device.',
    },
  };
}
