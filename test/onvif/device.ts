import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What a device does with one request instead of the usual answer. */
export type Misbehaviour =
  | {
      readonly kind: 'raw';
      readonly status: number;
      readonly body: string;
      readonly headers?: Record<string, string>;
    }
  /** The connection stays open and nothing comes. */
  | { readonly kind: 'stall' }
  /** The usual answer, a byte at a time. */
  | { readonly kind: 'slow'; readonly everyMs: number }
  | { readonly kind: 'reset' };

export interface DeviceOptions {
  readonly user?: string;
  readonly password?: string;
  /** `digest`: HTTP; `wsSecurity`: in the message; `either`: one of both is enough. Default: no login at all. */
  readonly asks?: 'digest' | 'wsSecurity' | 'either';
  /** Challenges of its 401, in order. Default MD5. */
  readonly algorithms?: readonly ('MD5' | 'SHA-256' | null)[];
  /** Its clock minus the true one. */
  readonly clockOffsetMs?: number;
  /** The clock that it checks WS-Security against, when that is another. */
  readonly securityClockOffsetMs?: number;
  readonly isTimeGuarded?: boolean;
  readonly profiles?: readonly DeviceProfile[];
  /** Speaks Media2 (profile T); `broken`: says so, and cannot. */
  readonly media2?: 'works' | 'broken';
  readonly serialNumber?: string;
  readonly hardwareAddress?: string;
  /** `http://HOST:PORT` that it names for itself. Default: where it is. */
  readonly namedBase?: string;
  /** Address of its subscriptions; may be relative or on another host. */
  readonly subscriptionAddress?: string;
  /** How long a pull waits when there is nothing to tell. Default 200 ms. */
  readonly longPollMs?: number;
  readonly subscriptionMs?: number;
  /** By action, e.g. `GetProfiles`. A function may change its mind. */
  readonly misbehaves?: (action: string, count: number) => Misbehaviour | null;
  /** Instead of the usual answer's body, e.g. what a real camera said. */
  readonly says?: Readonly<Record<string, string>>;
}

export interface DeviceProfile {
  readonly token: string;
  readonly source?: string;
  readonly encoding: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps?: number;
  readonly streamUri: string;
  readonly snapshotUri?: string;
}

export interface OnvifDevice extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Actions that were asked, in order; refused ones with `!`. */
  readonly asked: readonly string[];
  /** Bodies as they came, for what must not be in them. */
  readonly heard: readonly string[];
  /** Tell a notice to whoever pulls. */
  notify(topic: string, data: Readonly<Record<string, string>>): void;
}

const twoProfiles: readonly DeviceProfile[] = [
  {
    token: 'sub',
    encoding: 'H264',
    widthPx: 640,
    heightPx: 360,
    fps: 10,
    streamUri: 'rtsp://HOST:554/sub',
    snapshotUri: 'http://HOST:PORT/sub.jpg',
  },
  {
    token: 'main',
    encoding: 'H264',
    widthPx: 1920,
    heightPx: 1080,
    fps: 25,
    streamUri: 'rtsp://HOST:554/main',
    snapshotUri: 'http://HOST:PORT/main.jpg',
  },
];

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:tev="http://www.onvif.org/ver10/events/wsdl" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:wsa5="http://www.w3.org/2005/08/addressing" xmlns:tns1="http://www.onvif.org/ver10/topics"><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;

export const soapFault = (code: string, reason: string): string =>
  envelope(
    `<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>ter:${code}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">${reason}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>`,
  );

const parts = (atMs: number): string => {
  const at = new Date(atMs);
  return `<tt:Time><tt:Hour>${at.getUTCHours()}</tt:Hour><tt:Minute>${at.getUTCMinutes()}</tt:Minute><tt:Second>${at.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${at.getUTCFullYear()}</tt:Year><tt:Month>${at.getUTCMonth() + 1}</tt:Month><tt:Day>${at.getUTCDate()}</tt:Day></tt:Date>`;
};

/** What is asked before any login, as the standard has it. */
const open = new Set(['GetSystemDateAndTime']);
const securityWindowMs = 300_000;

/**
 * An ONVIF device for tests: two kinds of login checked as a device checks them, events by pull point, a clock of its
 * own, and every bad habit on request. On loopback.
 */
export async function startOnvifDevice(options: DeviceOptions = {}): Promise<OnvifDevice> {
  const { user = 'viewer', password = 'p4ss-w0rd', asks, algorithms = ['MD5'] } = options;
  const asked: string[] = [];
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const counts = new Map<string, number>();
  const nonces = new Set<string>();
  const waiting = new Set<() => void>();
  let notices: string[] = [];
  let subscribedUntilMs = 0;
  const nowMs = (): number => Date.now() + (options.clockOffsetMs ?? 0);

  const hasDigest = (request: IncomingMessage): boolean => {
    const header = request.headers.authorization ?? '';
    if (!header.startsWith('Digest ')) return false;
    const field = (name: string): string => new RegExp(`${name}="?([^",]*)"?`).exec(header)?.[1] ?? '';
    const hash = (text: string): string =>
      createHash(field('algorithm') === 'SHA-256' ? 'sha256' : 'md5')
        .update(text)
        .digest('hex');
    const ha1 = hash(`${user}:${field('realm')}:${password}`);
    const ha2 = hash(`${request.method ?? ''}:${request.url ?? ''}`);
    const expected = hash(`${ha1}:${field('nonce')}:${field('nc')}:${field('cnonce')}:auth:${ha2}`);
    return field('username') === user && nonces.has(field('nonce')) && field('response') === expected;
  };
  const hasToken = (body: string): boolean => {
    const field = (name: string): string =>
      new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([^<]*)<`).exec(body)?.[1] ?? '';
    const created = field('Created');
    const digest = createHash('sha1')
      .update(Buffer.concat([Buffer.from(field('Nonce'), 'base64'), Buffer.from(created + password)]))
      .digest('base64');
    const clockMs = Date.now() + (options.securityClockOffsetMs ?? options.clockOffsetMs ?? 0);
    const isFresh = Math.abs(Date.parse(created) - clockMs) < securityWindowMs;
    return field('Username') === user && field('Password') === digest && isFresh;
  };
  const isWelcome = (action: string, request: IncomingMessage, body: string): boolean => {
    if (asks === undefined || (open.has(action) && options.isTimeGuarded !== true)) return true;
    if (asks === 'digest') return hasDigest(request);
    // Like many: a bad token is refused even beside a good digest.
    if (body.includes('UsernameToken')) return hasToken(body);
    return asks === 'either' && hasDigest(request);
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      handle(request, response, Buffer.concat(chunks).toString('utf8')).catch(() => response.destroy());
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const base = options.namedBase ?? `http://127.0.0.1:${port}`;
  const placed = (uri: string): string =>
    uri.replaceAll('HOST', '127.0.0.1').replaceAll('PORT', String(port));
  const profiles = options.profiles ?? twoProfiles;
  const profileOf = (body: string): DeviceProfile | undefined =>
    profiles.find(({ token }) => token === /ProfileToken>([^<]*)</.exec(body)?.[1]);

  const encoderOf = ({ token, encoding, widthPx, heightPx, fps = 25 }: DeviceProfile): string =>
    `token="${token}-encoder"><tt:Name>${token}</tt:Name><tt:Encoding>${encoding}</tt:Encoding><tt:Resolution><tt:Width>${widthPx}</tt:Width><tt:Height>${heightPx}</tt:Height></tt:Resolution><tt:RateControl><tt:FrameRateLimit>${fps}</tt:FrameRateLimit><tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl>`;
  const sourceOf = ({ source = 'source' }: DeviceProfile): string =>
    `token="${source}-config"><tt:Name>${source}</tt:Name><tt:SourceToken>${source}</tt:SourceToken>`;

  const pull = async (): Promise<string> => {
    if (notices.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.longPollMs ?? 200);
        waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    const told = notices.splice(0).join('');
    return `<tev:PullMessagesResponse><tev:CurrentTime>${new Date(nowMs()).toISOString()}</tev:CurrentTime><tev:TerminationTime>${new Date(nowMs() + 60_000).toISOString()}</tev:TerminationTime>${told}</tev:PullMessagesResponse>`;
  };

  const service = (space: string, path: string): string =>
    `<tds:Service><tds:Namespace>${space}</tds:Namespace><tds:XAddr>${base}${path}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>0</tt:Minor></tds:Version></tds:Service>`;
  const answerTo = async (action: string, path: string, body: string): Promise<string | null> => {
    const profile = profileOf(body);
    const isMedia2 = body.includes('ver20/media');
    switch (action) {
      case 'GetSystemDateAndTime':
        return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone><tt:UTCDateTime>${parts(nowMs())}</tt:UTCDateTime><tt:LocalDateTime>${parts(nowMs() + 8 * 3_600_000)}</tt:LocalDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;
      case 'GetDeviceInformation':
        return `<tds:GetDeviceInformationResponse><tds:Manufacturer>测试 &amp; Co</tds:Manufacturer><tds:Model>T-1</tds:Model><tds:FirmwareVersion>1.0</tds:FirmwareVersion><tds:SerialNumber>${options.serialNumber ?? '00012345678901234567'}</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>`;
      case 'GetServices':
        return `<tds:GetServicesResponse>${service('http://www.onvif.org/ver10/device/wsdl', '/onvif/device_service')}${service('http://www.onvif.org/ver10/media/wsdl', '/onvif/media')}${options.media2 === undefined ? '' : service('http://www.onvif.org/ver20/media/wsdl', '/onvif/media2')}${service('http://www.onvif.org/ver10/events/wsdl', '/onvif/events')}</tds:GetServicesResponse>`;
      case 'GetProfiles':
        if (isMedia2 && options.media2 !== 'works') return null;
        return isMedia2
          ? `<tr2:GetProfilesResponse>${profiles.map((one) => `<tr2:Profiles token="${one.token}" fixed="true"><tr2:Name>${one.token}</tr2:Name><tr2:Configurations><tr2:VideoSource ${sourceOf(one)}</tr2:VideoSource><tr2:VideoEncoder ${encoderOf(one)}</tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>`).join('')}</tr2:GetProfilesResponse>`
          : `<trt:GetProfilesResponse>${profiles.map((one) => `<trt:Profiles token="${one.token}" fixed="true"><tt:Name>${one.token}</tt:Name><tt:VideoSourceConfiguration ${sourceOf(one)}</tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration ${encoderOf(one)}</tt:VideoEncoderConfiguration></trt:Profiles>`).join('')}</trt:GetProfilesResponse>`;
      case 'GetStreamUri': {
        const uri = escapeXml(placed(profile?.streamUri ?? ''));
        if (profile === undefined) return null;
        return isMedia2
          ? `<tr2:GetStreamUriResponse><tr2:Uri>${uri}</tr2:Uri></tr2:GetStreamUriResponse>`
          : `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${uri}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect></trt:MediaUri></trt:GetStreamUriResponse>`;
      }
      case 'GetSnapshotUri': {
        const uri = escapeXml(placed(profile?.snapshotUri ?? ''));
        if (uri === '') return null;
        return isMedia2
          ? `<tr2:GetSnapshotUriResponse><tr2:Uri>${uri}</tr2:Uri></tr2:GetSnapshotUriResponse>`
          : `<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>${uri}</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>`;
      }
      case 'GetNetworkInterfaces':
        return `<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled><tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>${options.hardwareAddress ?? '9c:8e:cd:01:02:03'}</tt:HwAddress></tt:Info></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>`;
      case 'CreatePullPointSubscription':
        subscribedUntilMs = Date.now() + (options.subscriptionMs ?? 120_000);
        return `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa5:Address>${options.subscriptionAddress ?? `${base}/onvif/subscription?id=7`}</wsa5:Address></tev:SubscriptionReference><wsnt:CurrentTime>${new Date(nowMs()).toISOString()}</wsnt:CurrentTime><wsnt:TerminationTime>${new Date(nowMs() + 120_000).toISOString()}</wsnt:TerminationTime></tev:CreatePullPointSubscriptionResponse>`;
      case 'PullMessages':
        if (Date.now() > subscribedUntilMs || !path.includes('subscription')) return null;
        return await pull();
      case 'Renew':
        subscribedUntilMs = Date.now() + (options.subscriptionMs ?? 120_000);
        return `<wsnt:RenewResponse><wsnt:TerminationTime>${new Date(nowMs() + 120_000).toISOString()}</wsnt:TerminationTime></wsnt:RenewResponse>`;
      case 'Unsubscribe':
        return '<wsnt:UnsubscribeResponse/>';
      default:
        return null;
    }
  };

  async function handle(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const content = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(body);
    const action = content?.[1] ?? '';
    heard.push(body);
    const count = (counts.get(action) ?? 0) + 1;
    counts.set(action, count);
    const misbehaviour = options.misbehaves?.(action, count) ?? null;
    if (misbehaviour?.kind === 'stall') {
      asked.push(action);
      return;
    }
    if (misbehaviour?.kind === 'reset') {
      asked.push(action);
      request.socket.destroy();
      return;
    }
    if (misbehaviour?.kind === 'raw') {
      asked.push(action);
      response.writeHead(misbehaviour.status, misbehaviour.headers).end(misbehaviour.body);
      return;
    }
    if (!isWelcome(action, request, body)) {
      asked.push(`${action}!`);
      const isDigest = asks === 'digest' || asks === 'either';
      const challenges = isDigest
        ? algorithms.map((algorithm) => {
            const nonce = randomBytes(12).toString('hex');
            nonces.add(nonce);
            const named = algorithm === null ? '' : `, algorithm=${algorithm}`;
            return `Digest realm="IP Camera", qop="auth", nonce="${nonce}"${named}, stale="FALSE"`;
          })
        : [];
      response.writeHead(isDigest ? 401 : 400, isDigest ? { 'www-authenticate': challenges } : {});
      response.end(soapFault('NotAuthorized', 'Sender not authorized'));
      return;
    }
    asked.push(action);
    const said = options.says?.[action];
    const inside = said === undefined ? await answerTo(action, request.url ?? '', body) : null;
    const whole =
      said ??
      (inside === null
        ? soapFault('ActionNotSupported', 'Optional action not implemented')
        : envelope(inside));
    response.writeHead(said === undefined && inside === null ? 500 : 200, {
      'content-type': 'application/soap+xml; charset=utf-8',
    });
    if (misbehaviour?.kind === 'slow') {
      for (const byte of Buffer.from(whole)) {
        if (response.destroyed) return;
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setTimeout(resolve, misbehaviour.everyMs));
      }
      response.end();
      return;
    }
    response.end(whole);
  }

  return {
    port,
    url: `http://127.0.0.1:${port}/onvif/device_service`,
    asked,
    heard,
    notify(topic, data) {
      const items = Object.entries(data)
        .map(([name, value]) => `<tt:SimpleItem Name="${name}" Value="${value}"/>`)
        .join('');
      notices.push(
        `<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">tns1:${topic}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="${new Date(nowMs()).toISOString()}" PropertyOperation="Changed"><tt:Source><tt:SimpleItem Name="VideoSourceConfigurationToken" Value="000"/></tt:Source><tt:Data>${items}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`,
      );
      for (const wake of waiting) wake();
      waiting.clear();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      notices = [];
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
