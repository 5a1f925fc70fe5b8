import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CameraSourceConfig, type Config, PipelineError, redactAddresses } from '../kernel/index.ts';
import { localCameraCode } from './camera-code.ts';
import type { Credential } from './ffmpeg/index.ts';
import type { CameraSource } from './source.ts';

export interface ResolveOptions {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Take `user:password@` from the address: for what a person typed on the command line. In a configuration file it
   * is refused, because such files are copied and shown.
   */
  readonly acceptsInlineCredential?: boolean;
}

/**
 * Check where a camera is to be read from, and with which login.
 * @throws PipelineError INGEST_ADDRESS_REFUSED, CONFIG_INVALID. Never with a password in it.
 */
export async function resolveCameraSource(
  camera: CameraSourceConfig,
  { config, environment, acceptsInlineCredential = false }: ResolveOptions,
): Promise<CameraSource> {
  const { civilCode, areaCode } = config.district;
  const common = {
    cameraId: /^\d{20}$/.test(camera.name) ? camera.name : localCameraCode(civilCode, camera.name),
    areaCode,
    startedAtMs: camera.startedAt === undefined ? null : Date.parse(camera.startedAt),
  };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(camera.source)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    return { ...common, kind: 'file', address: resolve(camera.source), credential: null };
  }
  if (scheme === 'file') {
    return { ...common, kind: 'file', address: fileURLToPath(camera.source), credential: null };
  }
  if (scheme !== 'rtsp' && scheme !== 'rtsps') {
    throw refused(
      camera.name,
      `${scheme}:// is not read here`,
      'Give rtsp://…, rtsps://… or the path of a video file.',
    );
  }
  const { address, credential: inline } = splitCredential(camera);
  if (inline !== null && !acceptsInlineCredential) {
    throw refused(
      camera.name,
      `${redactAddresses(camera.source)} holds a password`,
      'Put user:password into an environment variable, and its name into credentialEnv.',
    );
  }
  await checkHost(camera.name, new URL(address).hostname, config.ingest.allowedHosts);
  return { ...common, kind: 'rtsp', address, credential: inline ?? fromEnvironment(camera, environment) };
}

function splitCredential({ name, source }: CameraSourceConfig): {
  address: string;
  credential: Credential | null;
} {
  if (!URL.canParse(source) || new URL(source).hostname === '') {
    throw refused(name, `${redactAddresses(source)} is no address`, 'For example rtsp://10.20.0.11/live.');
  }
  const url = new URL(source);
  const credential =
    url.username === '' && url.password === ''
      ? null
      : { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  url.username = '';
  url.password = '';
  return { address: url.href, credential };
}

function fromEnvironment(
  { name, credentialEnv }: CameraSourceConfig,
  environment: ResolveOptions['environment'],
): Credential | null {
  if (credentialEnv === undefined) return null;
  const text = environment[credentialEnv] ?? '';
  const cut = text.indexOf(':');
  if (cut > 0) return { user: text.slice(0, cut), password: text.slice(cut + 1) };
  throw new PipelineError(
    'CONFIG_INVALID',
    `Camera ${name} wants its login from ${credentialEnv}, which is ${text === '' ? 'not set' : 'not user:password'}.`,
    { hint: `Set ${credentialEnv}=user:password in the environment of this process.` },
  );
}

/** This machine itself, link-local neighbours and the metadata services of clouds: no camera lives there. */
const guarded = new BlockList();
guarded.addSubnet('0.0.0.0', 8);
guarded.addSubnet('127.0.0.0', 8);
guarded.addSubnet('169.254.0.0', 16);
guarded.addSubnet('224.0.0.0', 4);
guarded.addAddress('255.255.255.255');
guarded.addAddress('100.100.100.200');
guarded.addAddress('::', 'ipv6');
guarded.addAddress('::1', 'ipv6');
guarded.addSubnet('fe80::', 10, 'ipv6');
guarded.addSubnet('ff00::', 8, 'ipv6');
guarded.addAddress('fd00:ec2::254', 'ipv6');

const familyOf = (ip: string): 'ipv4' | 'ipv6' => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');

function isAllowed(host: string, ip: string, allowedHosts: readonly string[]): boolean {
  return allowedHosts.some((allowed) => {
    if (allowed === host || allowed === ip) return true;
    const [net = '', bits] = allowed.split('/');
    if (bits === undefined || isIP(net) === 0 || familyOf(net) !== familyOf(ip)) return false;
    const list = new BlockList();
    list.addSubnet(net, Number(bits), familyOf(net));
    return list.check(ip, familyOf(ip));
  });
}

async function checkHost(name: string, hostname: string, allowedHosts: readonly string[]): Promise<void> {
  const host = hostname.replaceAll(/^\[|\]$/g, '');
  // A name that is not known now may be later; the connection says so then.
  const found = isIP(host) > 0 ? [{ address: host }] : await lookup(host, { all: true }).catch(() => []);
  for (const { address: ip } of found) {
    if (!guarded.check(ip, familyOf(ip)) || isAllowed(host, ip, allowedHosts)) continue;
    throw refused(
      name,
      `${host}${host === ip ? '' : ` (${ip})`} is this machine itself, link-local or a metadata address`,
      'If a camera really is there, add the host to ingest.allowedHosts.',
    );
  }
}

const refused = (name: string, why: string, hint: string): PipelineError =>
  new PipelineError('INGEST_ADDRESS_REFUSED', `Camera ${redactAddresses(name)}: ${why}.`, { hint });
