import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { PinnedAddress } from '../address/index.ts';
import type { Credential } from '../credentials/credential.ts';
import { withSecrets } from '../credentials/secret-uri.ts';
import { authorizationFor } from './digest.ts';

/** The answer to a DESCRIBE. */
export interface RtspAnswer {
  readonly status: number;
  readonly reason: string;
  /** By lower-case name; a header may come more than once. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

/** What came back instead of an answer. */
export type NoAnswer = { readonly kind: 'unreachable' | 'silent' | 'notRtsp'; readonly found: string };

const maxAnswerBytes = 128 * 1024;

/**
 * Split one answer off the front of what a server sent. Line ends may be `\n` alone, headers may be missing.
 * @returns null while more is needed.
 */
export function parseRtspAnswer(text: string, isAll: boolean): RtspAnswer | null {
  const end = /\r?\n\r?\n/.exec(text);
  if (end === null && !isAll) return null;
  const headEnd = end === null ? text.length : end.index;
  const [first = '', ...lines] = text.slice(0, headEnd).split(/\r?\n/);
  const [, status, reason = ''] = /^RTSP\/\d\.\d\s+(\d{3})\s*(.*)$/.exec(first) ?? [];
  if (status === undefined) return null;
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const cut = line.indexOf(':');
    if (cut < 1) continue;
    const name = line.slice(0, cut).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(cut + 1).trim()]);
  }
  const rest = end === null ? '' : text.slice(headEnd + end[0].length);
  const lengthText = headers.get('content-length')?.[0];
  const length = lengthText === undefined ? 0 : Number(lengthText);
  if (Buffer.byteLength(rest) < length && !isAll) return null;
  const body = Buffer.from(rest).subarray(0, length).toString('utf8');
  return { status: Number(status), reason: reason.trim(), headers, body };
}

async function open({ ip, port, host, isSecure }: PinnedAddress, signal: AbortSignal): Promise<Socket> {
  // Cameras sign their own certificates; digest keeps the password safe all the same.
  const socket = isSecure
    ? connectTls({ host: ip, port, servername: host === ip ? '' : host, rejectUnauthorized: false })
    : connectTcp({ host: ip, port });
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

async function ask(socket: Socket, request: string, signal: AbortSignal): Promise<RtspAnswer | NoAnswer> {
  let text = '';
  socket.write(request);
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      signal.throwIfAborted();
      text += (chunk as Buffer).toString('utf8');
      const answer = parseRtspAnswer(text, false);
      if (answer !== null) return answer;
      const isOther = text.length >= 5 && !text.startsWith('RTSP/');
      if (isOther || text.length > maxAnswerBytes) break;
    }
  } catch (error) {
    if (text === '') return { kind: 'silent', found: error instanceof Error ? error.message : String(error) };
  }
  const cutShort = parseRtspAnswer(text, true);
  if (cutShort !== null) return cutShort;
  return text === ''
    ? { kind: 'silent', found: 'it closed the connection' }
    : { kind: 'notRtsp', found: text.slice(0, 40) };
}

/**
 * Ask a camera once what it would send: DESCRIBE, with the login when it asks for one.
 * @param timeoutMs for everything together, however slowly bytes come.
 * @returns what it answered; never throws for what a camera does.
 * @throws the reason of `signal` when it aborts.
 */
export async function describe(
  target: PinnedAddress,
  credential: Credential | null,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<RtspAnswer | NoAnswer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const uri = withSecrets(target.address, credential);
  const request = (sequence: number, authorization: string | null): string =>
    [
      `DESCRIBE ${uri} RTSP/1.0`,
      `CSeq: ${sequence}`,
      'Accept: application/sdp',
      'User-Agent: sharp-eyes',
      ...(authorization === null ? [] : [`Authorization: ${authorization}`]),
      '\r\n',
    ].join('\r\n');
  let hasOpened = false;
  const connected = async (): Promise<Socket> => {
    const socket = await open(target, limit);
    hasOpened = true;
    const onAbort = (): void => void socket.destroy(new Error('no answer in time'));
    limit.addEventListener('abort', onAbort, { once: true });
    socket.once('close', () => limit.removeEventListener('abort', onAbort));
    socket.on('error', () => undefined);
    return socket;
  };
  const close = (socket: Socket): void => void socket.destroy();
  try {
    using stack = new DisposableStack();
    const socket = stack.adopt(await connected(), close);
    const first = await ask(socket, request(1, null), limit);
    if ('kind' in first || first.status !== 401 || credential === null) return first;
    const challenges = first.headers.get('www-authenticate') ?? [];
    const authorization = authorizationFor(challenges, credential, 'DESCRIBE', uri);
    if (authorization === null) return first;
    // On the same connection, because some servers give a challenge to that one only. Many cameras close it after a 401:
    // theirs is answered on another.
    const second = await ask(socket, request(2, authorization), limit);
    if (!('kind' in second) || second.kind !== 'silent') return second;
    return await ask(stack.adopt(await connected(), close), request(2, authorization), limit);
  } catch (error) {
    signal.throwIfAborted();
    const found = limit.aborted
      ? 'no answer in time'
      : error instanceof Error
        ? error.message
        : String(error);
    // One that does not even take the connection has nothing for ffmpeg either: waiting twice would only keep a camera
    // that comes back meanwhile from being seen.
    return { kind: limit.aborted && hasOpened ? 'silent' : 'unreachable', found };
  }
}
