import onvif from 'onvif';
import { getDigestHeaders, parseSOAPString } from 'onvif/lib/utils.js';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import type { Credential } from '../credentials/credential.ts';
import { boundedXml } from './bounded-xml.ts';
import { type DeviceTarget, loginRefused, post, strangeAnswer, unreachable } from './http.ts';

/** How a device takes its login: a password digest in the message, or digest of HTTP. */
export type LoginKind = 'wsSecurity' | 'digest';

interface UrlParts {
  readonly hostname: string | null;
  readonly port: string | null;
  readonly path: string | null;
  readonly href: string;
}

interface PackageRequest {
  readonly service?: string;
  readonly action?: string;
  readonly body: string;
  readonly url?: UrlParts;
  readonly replyTimeout?: number;
}
type PackageCallback = (error: Error | null, data?: unknown, xml?: string, statusCode?: number) => void;

/** What the package keeps to itself and this relies on; the version is pinned. */
interface CamInternals {
  uri: Record<string, UrlParts>;
  timeShift?: number;
  media2Support: boolean;
  useWSSecurity: boolean;
  digestAuth(challenges: readonly string[], request: { method: string; path: string }): string;
  _request(request: PackageRequest, callback: PackageCallback): void;
  _envelopeHeader(): string;
  _envelopeFooter(): string;
}

const urlParts = (text: string): UrlParts => {
  // Relative ones are common: they are of the device itself.
  const url = new URL(text, 'http://relative.invalid');
  const isRelative = url.hostname === 'relative.invalid';
  return {
    hostname: isRelative ? null : url.hostname,
    port: url.port === '' ? null : url.port,
    path: url.pathname + url.search,
    href: isRelative ? url.pathname + url.search : url.href,
  };
};

/**
 * The package's camera over a transport of our own. The package writes the messages and reads the answers; where it
 * connects, how long that may take and how much may come back is decided here. One call at a time.
 */
export class BoundedCam extends onvif.Cam {
  readonly #target: DeviceTarget;
  readonly #credential: Credential | null;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;
  #isDigestUsed = false;
  #fail: (error: unknown) => void = () => undefined;

  constructor(options: {
    readonly target: DeviceTarget;
    readonly credential: Credential | null;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  }) {
    const { target, credential } = options;
    super({
      hostname: target.host,
      port: target.port,
      path: target.path,
      autoconnect: false,
      ...(credential === null ? {} : { username: credential.user, password: credential.password }),
    });
    this.#target = target;
    this.#credential = credential;
    this.#timeoutMs = options.timeoutMs;
    this.#signal = options.signal;
    this.internals.uri = { device: urlParts(target.path) };
    this.internals.media2Support = false;
  }

  get internals(): CamInternals {
    return this as unknown as CamInternals;
  }

  /** Whether the device ever asked for digest of HTTP. */
  get isDigestUsed(): boolean {
    return this.#isDigestUsed;
  }

  /** Log in like this from now on. `ownClock`: WS-Security by this machine's time instead of the device's. */
  setLogin(kind: LoginKind, clockMs: number): void {
    this.internals.useWSSecurity = kind === 'wsSecurity';
    this.internals.timeShift = clockMs - process.uptime() * 1_000;
  }

  /**
   * Make one call of the package.
   * @throws PipelineError INGEST_ONVIF_*, also for what the package throws while it reads an answer.
   */
  async call<T = unknown>(invoke: (callback: (error: Error | null, data?: T) => void) => void): Promise<T> {
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#fail = reject;
        invoke((error, data) => {
          if (error === null || error === undefined || (error as unknown) === false) resolve(data as T);
          else reject(error);
        });
      });
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof PipelineError) throw error;
      const message = messageOf(error);
      if (!message.startsWith('ONVIF SOAP Fault')) {
        throw strangeAnswer(this.#target, `answers in a form that cannot be read (${message.slice(0, 100)})`);
      }
      if (/not\s?authori[sz]ed|unauthori[sz]ed|authentication/i.test(message))
        throw loginRefused(this.#target);
      throw new PipelineError(
        'INGEST_ONVIF_FAULT',
        `${this.#target.host}:${this.#target.port} refused: ${message.slice(0, 200)}.`,
        { hint: 'The device does not offer this over ONVIF, or not to this user.' },
      );
    }
  }

  /**
   * Send a message of our own.
   * @param options.login without it even the header is left out: some calls come before the login.
   * @returns the children of the SOAP body as they were parsed: every text is still text.
   */
  async send(content: string, { login }: { readonly login: boolean }): Promise<unknown> {
    const [header, footer] = login
      ? [this.internals._envelopeHeader(), this.internals._envelopeFooter()]
      : [bareHeader, bareFooter];
    return await this.call((callback) => {
      this.internals._request({ body: header + content + footer }, callback);
    });
  }

  /** Ask where the device's services are; older devices know only the older question. @throws PipelineError INGEST_ONVIF_* */
  async learnServices(): Promise<void> {
    try {
      await this.call((callback) => this.getServices(true, callback));
    } catch (error) {
      if (error instanceof PipelineError && error.retryable) throw error;
      await this.call((callback) => this.getCapabilities(callback));
    }
  }

  /** The package's way to ask: here it is bounded, pinned and never throws past the call that asked. */
  _requestPart2(request: PackageRequest, callback: PackageCallback): void {
    const run = async (): Promise<void> => {
      let answer: { body: unknown; xml: string; status: number };
      try {
        answer = await this.#exchange(request);
      } catch (error) {
        callback(error instanceof Error ? error : new Error(String(error)), null, '', 0);
        return;
      }
      callback(null, answer.body, answer.xml, answer.status);
    };
    run().catch((error: unknown) => this.#fail(error));
  }

  _parseUrl(address: unknown): UrlParts {
    const text = typeof address === 'object' && address !== null && '_' in address ? address._ : address;
    if (typeof text !== 'string') throw strangeAnswer(this.#target, 'names a service without an address');
    return urlParts(text);
  }

  /** A service of the device itself may have a port of its own; one on another host is asked on this one. */
  #placeOf(url: UrlParts | undefined): { target: DeviceTarget; path: string } {
    const { host, ip, path } = this.#target;
    const isOwn = url?.hostname === host || url?.hostname === ip;
    const port =
      isOwn && url?.port !== null && url?.port !== undefined ? Number(url.port) : this.#target.port;
    return { target: { ...this.#target, port }, path: url?.path ?? path };
  }

  async #exchange(request: PackageRequest): Promise<{ body: unknown; xml: string; status: number }> {
    const service = request.service === undefined ? undefined : this.internals.uri[request.service];
    const { target, path } = this.#placeOf(request.url ?? service);
    const send = async (authorization: string | null) =>
      await post(target, path, request.body, {
        headers: {
          'content-type': `application/soap+xml; charset=utf-8; action="${request.action ?? ''}"`,
          ...(authorization === null ? {} : { authorization }),
        },
        timeoutMs: request.replyTimeout ?? this.#timeoutMs,
        signal: this.#signal,
      });
    let answer = await send(null);
    if (answer.status === 401 && this.#credential !== null) {
      const challenges = getDigestHeaders(answer.rawHeaders);
      if (challenges.length === 0) throw loginRefused(target);
      this.#isDigestUsed = true;
      answer = await send(this.internals.digestAuth(challenges, { method: 'POST', path }));
    }
    const { status, text } = answer;
    if (status === 401 || status === 403) throw loginRefused(target);
    if (status >= 300 && status < 400)
      throw strangeAnswer(target, `answers ${status}: redirects are not followed`);
    if (status === 503) throw unreachable(target, 'it is busy (503)');
    if (/^\s*(?:<!DOCTYPE\s+html|<html)/i.test(text) || (status === 404 && !text.includes('Envelope'))) {
      throw strangeAnswer(target, `answers with a web page (${status}), not ONVIF`);
    }
    if (text.trim() === '') throw strangeAnswer(target, `answers ${status} with nothing in it`);
    return await parse(target, boundedXml(text), status);
  }
}

const bareFooter = '</s:Body></s:Envelope>';
const bareHeader = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>';

async function parse(
  target: DeviceTarget,
  text: string,
  status: number,
): Promise<{ body: unknown; xml: string; status: number }> {
  return await new Promise((resolve, reject) => {
    parseSOAPString(
      text,
      (error, body, xml) => {
        if (error === null || error === undefined) resolve({ body, xml, status });
        else if (error.message.startsWith('ONVIF SOAP Fault')) reject(error);
        else reject(strangeAnswer(target, `answers ${status}, but not in ONVIF`));
      },
      status,
    );
  });
}
