import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CameraSourceConfig, type Config, PipelineError, redactAddresses } from '../kernel/index.ts';
import { parseAddress, pinHost, refusal } from './address/index.ts';
import { cameraCodeOf } from './camera-code.ts';
import { type Credential, parseLogin, vaultOf } from './credentials/index.ts';
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
 * @throws PipelineError INGEST_ADDRESS_REFUSED, CONFIG_INVALID, CREDENTIAL_NOT_FOUND, CREDENTIAL_KEY. Never with a password in it.
 */
export async function resolveCameraSource(
  camera: CameraSourceConfig,
  { config, environment, acceptsInlineCredential = false }: ResolveOptions,
): Promise<CameraSource> {
  const { civilCode, areaCode } = config.district;
  const common = {
    cameraId: cameraCodeOf(civilCode, camera.name),
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
  const what = `Camera ${redactAddresses(camera.name)}`;
  const { url, credential: inline } = parseAddress(what, camera.source, 'stream');
  if (inline !== null && !acceptsInlineCredential) {
    throw refusal(
      what,
      `${redactAddresses(camera.source)} holds a password`,
      'Keep it with `sharp-eyes credentials set NAME` and put NAME into credentialRef.',
    );
  }
  // A name that is not known now may be later; the connection says so then, and checks it again.
  await pinHost(what, url.hostname, config.ingest);
  const { credentialRef } = camera;
  const kept =
    credentialRef === undefined
      ? fromEnvironment(camera, environment)
      : await vaultOf(config).get(credentialRef);
  return { ...common, kind: 'rtsp', address: url.href, credential: inline ?? kept };
}

function fromEnvironment(
  { name, credentialEnv }: CameraSourceConfig,
  environment: ResolveOptions['environment'],
): Credential | null {
  if (credentialEnv === undefined) return null;
  const text = environment[credentialEnv] ?? '';
  const login = parseLogin(text);
  if (login !== null) return login;
  throw new PipelineError(
    'CONFIG_INVALID',
    `Camera ${name} wants its login from ${credentialEnv}, which is ${text === '' ? 'not set' : 'not user:password'}.`,
    { hint: `Set ${credentialEnv}=user:password in the environment of this process.` },
  );
}
