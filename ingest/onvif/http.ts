import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { PipelineError, systemCodeOf } from '../../kernel/index.ts';

/** Where a device's services are, checked: nothing is looked up again. */
export interface DeviceTarget {
  /** As it was named; goes into the `Host` header. */
  readonly host: string;
  readonly ip: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** Path of the device service, usually `/onvif/device_service`. */
  readonly path: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly text: string;
}

/** A list of profiles of a large recorder has some 200 kB. */
const maxAnswerBytes = 1024 * 1024;

const placeOf = ({ host, port }: DeviceTarget): string => `${host}:${port}`;

export const unreachable = (target: DeviceTarget, why: string, cause?: unknown): PipelineError =>
  new PipelineError('INGEST_ONVIF_UNREACHABLE', `${placeOf(target)} cannot be asked over ONVIF: ${why}.`, {
    hint: 'Check that the device is on, that ONVIF is switched on in it, and host and port.',
    retryable: true,
    cause,
  });

export const strangeAnswer = (target: DeviceTarget, what: string): PipelineError =>
  new PipelineError('INGEST_ONVIF_ANSWER', `${placeOf(target)} ${what}.`, {
    hint: 'Check the port and path of its ONVIF service; many devices have it on 80, 8080, 8899 or 2020, and off by default.',
  });

export const loginRefused = (target: DeviceTarget): PipelineError =>
  new PipelineError('INGEST_ONVIF_AUTH', `${placeOf(target)} refused the login over ONVIF.`, {
    hint: 'Check user and password. On many devices ONVIF has users of its own, which must be made in its settings first.',
  });

/**
 * Post to a device: to its checked IP address, whatever it is called; never a redirect followed; size and time bounded,
 * the time for everything together, however slowly bytes come.
 * @throws PipelineError INGEST_ONVIF_UNREACHABLE, INGEST_ONVIF_ANSWER; the reason of `signal` when it aborts.
 */
export async function post(
  target: DeviceTarget,
  path: string,
  body: string,
  options: {
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<HttpAnswer> {
  const limit = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  const request = target.isSecure ? requestHttps : requestHttp;
  try {
    return await new Promise<HttpAnswer>((resolve, reject) => {
      const outgoing = request(
        {
          method: 'POST',
          host: target.ip,
          port: target.port,
          path,
          headers: {
            ...options.headers,
            host: placeOf(target),
            'content-length': Buffer.byteLength(body),
            connection: 'close',
          },
          agent: false,
          signal: limit,
          // Cameras sign their own certificates; neither login that is used here shows the password.
          rejectUnauthorized: false,
          maxHeaderSize: 16 * 1024,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          incoming.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            chunks.push(chunk);
            if (bytes <= maxAnswerBytes) return;
            reject(strangeAnswer(target, `sends an answer of more than ${maxAnswerBytes} bytes`));
            outgoing.destroy();
          });
          incoming.on('error', reject);
          incoming.on('end', () => {
            resolve({
              status: incoming.statusCode ?? 0,
              rawHeaders: incoming.rawHeaders,
              text: Buffer.concat(chunks).toString('utf8'),
            });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof PipelineError) throw error;
    if (limit.aborted) throw unreachable(target, `no answer within ${options.timeoutMs / 1_000} s`);
    const code = systemCodeOf(error);
    if (code?.startsWith('HPE_') === true) throw strangeAnswer(target, 'does not speak HTTP');
    throw unreachable(target, code ?? (error instanceof Error ? error.message : String(error)), error);
  }
}
