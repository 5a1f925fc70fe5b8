import { createHash } from 'node:crypto';
import type { Camera, CameraStream } from '../contracts/index.ts';
import type { Config } from '../kernel/index.ts';
import { parseAddress, pinHost } from './address/index.ts';
import { vaultOf } from './credentials/index.ts';
import type { CameraSource } from './source.ts';

/** The stream of a camera on file that is to be watched; null when it has none or is no longer in use. */
export function watchedStream(camera: Camera, { ingest }: Pick<Config, 'ingest'>): CameraStream | null {
  if (camera.deviceStatus === 3) return null;
  const ofRole = (role: CameraStream['role']): CameraStream | undefined =>
    camera.streams.find((stream) => stream.role === role);
  return ofRole(ingest.registeredStream) ?? camera.streams[0] ?? null;
}

/**
 * Whether a camera falls to this process, when several share the cameras on file: by its code, so that all of them
 * agree without asking each other.
 */
export function isOwnCamera(cameraId: string, { ingest }: Pick<Config, 'ingest'>): boolean {
  const hash = createHash('sha256').update(cameraId).digest().readUInt32BE(0);
  return hash % ingest.processCount === ingest.processIndex;
}

/**
 * Where a camera on file is to be read from, and with which login.
 * @throws PipelineError INGEST_ADDRESS_REFUSED, CREDENTIAL_NOT_FOUND, CREDENTIAL_KEY. Never with a password in it.
 */
export async function registeredSource(
  { cameraId, areaCode }: Camera,
  { uri, credentialRef }: CameraStream,
  config: Config,
): Promise<CameraSource> {
  const what = `Camera ${cameraId}`;
  // An old file may have brought a login in an address: it is not used, and not kept.
  const { url } = parseAddress(what, uri, 'stream');
  await pinHost(what, url.hostname, config.ingest);
  const credential = credentialRef === null ? null : await vaultOf(config).get(credentialRef);
  return { cameraId, areaCode, kind: 'rtsp', address: url.href, credential, startedAtMs: null };
}
