import type { FoundCamera } from '../../contracts/index.ts';
import { parseCameraCode } from '../../correlation/index.ts';
import { parseAddress, pinAddress, vaultOf } from '../../ingest/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import { configure } from '../configure.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CommonOptions } from '../program/declare.ts';
import { registerEverywhere } from './register.ts';

export interface AdoptOptions extends CommonOptions {
  readonly main: string;
  readonly sub?: string;
  readonly onvif?: string;
  readonly credential?: string;
}

/** Say where the streams of a camera on file are, for devices that cannot be asked over ONVIF. */
export async function adoptCamera(
  code: string,
  options: AdoptOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const config = await configure(options, { log: { level: 'warn' } });
  const parsed = parseCameraCode(code);
  if ('problem' in parsed) {
    throw new PipelineError('USAGE', `${code}: ${parsed.problem}.`, {
      hint: 'See sharp-eyes cameras explain CODE.',
    });
  }
  if (options.credential !== undefined) await vaultOf(config).get(options.credential);
  const streams = [];
  for (const [role, uri] of [
    ['main', options.main],
    ['sub', options.sub],
  ] as const) {
    if (uri === undefined) continue;
    const { credential } = parseAddress(`Camera ${code}`, uri, 'stream');
    if (credential !== null) {
      throw new PipelineError('INGEST_ADDRESS_REFUSED', `The address of the ${role} stream holds a login.`, {
        hint: 'Keep it with sharp-eyes credentials set NAME, and give --credential NAME.',
      });
    }
    const { address } = await pinAddress(`Camera ${code}`, uri, 'stream', config.ingest).then(
      () => ({ address: uri }),
      (error: unknown) => {
        if (error instanceof PipelineError && error.retryable) return { address: uri };
        throw error;
      },
    );
    streams.push({ role, uri: address, credentialRef: options.credential ?? null });
  }
  const item: FoundCamera = {
    cameraId: code,
    name: code,
    manufacturer: null,
    model: null,
    serialNumber: null,
    macAddress: null,
    ipAddress: null,
    onvifAddress:
      options.onvif === undefined ? null : parseAddress(`Camera ${code}`, options.onvif, 'onvif').url.href,
    channel: null,
    declaredWidthPx: null,
    declaredHeightPx: null,
    streams,
  };
  const { items } = await registerEverywhere(config, [item], interrupted);
  if (items.some(({ outcome }) => outcome === 'refused')) process.exitCode = exitCodes.partly;
}
