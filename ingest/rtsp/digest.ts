import { createHash, randomBytes } from 'node:crypto';
import type { Credential } from '../credentials/credential.ts';

interface Challenge {
  readonly scheme: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** Challenges of `WWW-Authenticate` headers; one header may carry several. */
function challengesOf(headers: readonly string[]): readonly Challenge[] {
  return headers
    .flatMap((header) => header.split(/(?:^|,)\s*(?=(?:Digest|Basic)\s)/i))
    .flatMap((text) => {
      const [, scheme, rest] = /^\s*(Digest|Basic)\s+(.*)$/is.exec(text) ?? [];
      if (scheme === undefined || rest === undefined) return [];
      const fields = [...rest.matchAll(/([a-z-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi)].map(
        ([, name = '', quoted, bare = '']) => [name.toLowerCase(), quoted ?? bare] as const,
      );
      return [{ scheme: scheme.toLowerCase(), fields: new Map(fields) }];
    });
}

const algorithms: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };
/** Stronger first. */
const preference = ['SHA-256', 'MD5'];

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/**
 * The `Authorization` header that answers a 401: digest (SHA-256 before MD5) before basic.
 * @param headers values of `WWW-Authenticate`.
 * @returns null when none of them is a kind that is known.
 * @see RFC 7616, RFC 2326
 */
export function authorizationFor(
  headers: readonly string[],
  { user, password }: Credential,
  method: string,
  uri: string,
): string | null {
  const challenges = challengesOf(headers);
  const nameOf = ({ fields }: Challenge): string => (fields.get('algorithm') ?? 'MD5').toUpperCase();
  const digests = challenges.filter((one) => one.scheme === 'digest' && nameOf(one) in algorithms);
  const [best] = digests.toSorted((a, b) => preference.indexOf(nameOf(a)) - preference.indexOf(nameOf(b)));
  if (best === undefined) {
    if (!challenges.some(({ scheme }) => scheme === 'basic')) return null;
    return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  }
  const hash = (text: string): string =>
    createHash(algorithms[nameOf(best)] ?? 'md5')
      .update(text, 'utf8')
      .digest('hex');
  const realm = best.fields.get('realm') ?? '';
  const nonce = best.fields.get('nonce') ?? '';
  const opaque = best.fields.get('opaque');
  const isWithQop = (best.fields.get('qop') ?? '').split(',').some((one) => one.trim() === 'auth');
  const cnonce = randomBytes(8).toString('hex');
  const [ha1, ha2] = [hash(`${user}:${realm}:${password}`), hash(`${method}:${uri}`)];
  const response = hash(
    isWithQop ? `${ha1}:${nonce}:00000001:${cnonce}:auth:${ha2}` : `${ha1}:${nonce}:${ha2}`,
  );
  return [
    `Digest username=${quoted(user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${response}"`,
    ...(best.fields.has('algorithm') ? [`algorithm=${nameOf(best)}`] : []),
    ...(isWithQop ? ['qop=auth', 'nc=00000001', `cnonce="${cnonce}"`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ].join(', ');
}
