import { messageOf, PipelineError } from '../../kernel/index.ts';
import type { Credential } from '../credentials/credential.ts';
import { BoundedCam, type LoginKind } from './bounded-cam.ts';
import { type DeviceClock, readDeviceClock } from './device-clock.ts';
import { type DeviceTarget, strangeAnswer } from './http.ts';
import { listAt, nodeAt, numberAt, textAt } from './parsed.ts';

/** One ONVIF profile with the addresses that the device names, unchecked. */
export interface DeviceProfile {
  readonly token: string;
  readonly name: string;
  /** Which of the device's cameras it shows: recorders have many. */
  readonly sourceToken: string;
  /** ffmpeg's name where it has one. */
  readonly codec: string | null;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  readonly fps: number | null;
  readonly bitrateKbps: number | null;
  readonly streamUri: string | null;
  readonly snapshotUri: string | null;
}

/** What a device says of itself, as it says it. */
export interface DeviceAnswers {
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly serialNumber: string | null;
  readonly macAddresses: readonly string[];
  readonly clock: DeviceClock | null;
  /** `none`: it asked for no login; `required`: it wants one and none was given. */
  readonly login: LoginKind | 'none' | 'required';
  readonly profiles: readonly DeviceProfile[];
  /** What was asked in vain, in words. */
  readonly notes: readonly string[];
}

const maxProfiles = 64;
const maxSilences = 2;
const ownClockMatters = 5_000;

const codecNames: Readonly<Record<string, string>> = {
  h265: 'hevc',
  jpeg: 'mjpeg',
  'mpv4-es': 'mpeg4',
  mpeg4: 'mpeg4',
};

const deviceQuestion = '<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/>';

const isAuth = (error: unknown): boolean =>
  error instanceof PipelineError && error.code === 'INGEST_ONVIF_AUTH';

/** Time before login; a few devices want the login even for that. */
async function clockOf(cam: BoundedCam, hasLogin: boolean, notes: string[]): Promise<DeviceClock | null> {
  try {
    return await readDeviceClock(cam, false);
  } catch (error) {
    const isRefused =
      isAuth(error) || (error instanceof PipelineError && error.code === 'INGEST_ONVIF_FAULT');
    if (!isRefused) throw error;
    notes.push('the device tells its time only after a login');
    if (!hasLogin) return null;
  }
  cam.setLogin('wsSecurity', Date.now());
  return await readDeviceClock(cam, true).catch((error: unknown) => {
    if (isAuth(error)) return null;
    throw error;
  });
}

/**
 * Find the way in that a device accepts. Few tries, because devices lock users out: WS-Security by the device's clock
 * (which most want), digest of HTTP alone, WS-Security by our clock.
 */
async function logIn(
  cam: BoundedCam,
  clock: DeviceClock | null,
): Promise<{ readonly kind: LoginKind; readonly body: unknown }> {
  const deviceMs = Date.now() + (clock?.offsetMs ?? 0);
  const isOff = Math.abs(clock?.offsetMs ?? 0) > ownClockMatters;
  const ways: readonly (readonly [LoginKind, number])[] = [
    ['wsSecurity', deviceMs],
    ['digest', deviceMs],
    ...(isOff ? [['wsSecurity', Date.now()] as const] : []),
  ];
  let refused: unknown;
  for (const [kind, clockMs] of ways) {
    cam.setLogin(kind, clockMs);
    try {
      const body = await cam.send(deviceQuestion, { login: true });
      return { kind: cam.isDigestUsed ? 'digest' : kind, body };
    } catch (error) {
      if (!isAuth(error)) throw error;
      refused = error;
    }
  }
  throw refused;
}

/**
 * Get past a device's login, where it has one.
 * @returns how, and what it then says of itself.
 * @throws PipelineError INGEST_ONVIF_AUTH when it refuses the login.
 */
async function enter(
  cam: BoundedCam,
  credential: Credential | null,
  clock: DeviceClock | null,
): Promise<{ readonly login: DeviceAnswers['login']; readonly information: unknown }> {
  if (credential !== null) {
    const { kind, body } = await logIn(cam, clock);
    return { login: kind, information: body };
  }
  try {
    return { login: 'none', information: await cam.send(deviceQuestion, { login: false }) };
  } catch (error) {
    if (isAuth(error)) return { login: 'required', information: null };
    throw error;
  }
}

/** Log in to a device for further calls. @throws PipelineError INGEST_ONVIF_* */
export async function openDevice(cam: BoundedCam, credential: Credential | null): Promise<void> {
  await enter(cam, credential, await clockOf(cam, credential !== null, []));
}

async function profilesOf(cam: BoundedCam): Promise<readonly unknown[]> {
  const ask = async (): Promise<readonly unknown[]> =>
    await cam.call<readonly unknown[]>((callback) => cam.getProfiles(callback));
  if (!cam.internals.media2Support) return await ask();
  // Some announce the newer media service and cannot use it.
  const newer = await ask().catch((error: unknown) => {
    if (error instanceof PipelineError && !error.retryable) return [];
    throw error;
  });
  if (newer.length > 0) return newer;
  cam.internals.media2Support = false;
  return await ask();
}

function profileOf(said: unknown): Omit<DeviceProfile, 'streamUri' | 'snapshotUri'> | null {
  const token = textAt(said, '$', 'token');
  if (token === null) return null;
  const encoder = nodeAt(said, 'videoEncoderConfiguration');
  const source = nodeAt(said, 'videoSourceConfiguration');
  if (encoder === undefined && source === undefined) return null; // sound or metadata only
  const encoding = textAt(encoder, 'encoding')?.toLowerCase() ?? null;
  return {
    token,
    name: textAt(said, 'name') ?? token,
    sourceToken: textAt(source, 'sourceToken') ?? '',
    codec: encoding === null ? null : (codecNames[encoding] ?? encoding),
    widthPx: numberAt(encoder, 'resolution', 'width'),
    heightPx: numberAt(encoder, 'resolution', 'height'),
    fps: numberAt(encoder, 'rateControl', 'frameRateLimit'),
    bitrateKbps: numberAt(encoder, 'rateControl', 'bitrateLimit'),
  };
}

/**
 * Ask a device over ONVIF for everything that a camera file wants to know. It asks a handful of questions, each
 * bounded; a question that fails leaves its part out and a note behind.
 * @throws PipelineError INGEST_ONVIF_UNREACHABLE, INGEST_ONVIF_ANSWER when it is no ONVIF device, INGEST_ONVIF_AUTH
 *   when it refuses the login.
 */
export async function inspectDevice(options: {
  readonly target: DeviceTarget;
  readonly credential: Credential | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}): Promise<DeviceAnswers> {
  const { target, credential } = options;
  const cam = new BoundedCam(options);
  const notes: string[] = [];
  const clock = await clockOf(cam, credential !== null, notes);
  if (clock === null && notes.length === 0) notes.push('the device names no UTC time');

  const { login, information } = await enter(cam, credential, clock);
  if (login === 'required') {
    notes.push('the device wants a login');
    return { ...nobody, clock, login, notes };
  }
  const about = nodeAt(information, 'getDeviceInformationResponse');
  if (about === undefined) throw strangeAnswer(target, 'answers, but not to what was asked');

  let silences = 0;
  const tryTo = async <T>(what: string, ask: () => Promise<T>, otherwise: T): Promise<T> => {
    // A device that went silent would cost a timeout per question.
    if (silences >= maxSilences) return otherwise;
    try {
      return await ask();
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof PipelineError && error.retryable) silences++;
      notes.push(`${what}: ${messageOf(error)}`);
      return otherwise;
    }
  };
  await tryTo('services', async () => await cam.learnServices(), undefined);
  const said = await tryTo('profiles', async () => await profilesOf(cam), []);
  const profiles: DeviceProfile[] = [];
  for (const one of said.slice(0, maxProfiles)) {
    const profile = profileOf(one);
    if (profile === null) continue;
    const profileToken = profile.token;
    const uriOf = async (
      what: string,
      invoke: (callback: (error: Error | null, data?: unknown) => void) => void,
    ) =>
      await tryTo(
        `${what} of profile ${profile.name}`,
        async () => textAt(await cam.call(invoke), 'uri'),
        null,
      );
    profiles.push({
      ...profile,
      streamUri: await uriOf('stream address', (callback) =>
        cam.getStreamUri({ protocol: 'RTSP', profileToken }, callback),
      ),
      snapshotUri: await uriOf('snapshot address', (callback) =>
        cam.getSnapshotUri({ profileToken }, callback),
      ),
    });
  }
  if (profiles.length === 0) notes.push('the device names no video profile');
  const interfaces = await tryTo(
    'network interfaces',
    async () =>
      await cam.send('<GetNetworkInterfaces xmlns="http://www.onvif.org/ver10/device/wsdl"/>', {
        login: login !== 'none',
      }),
    null,
  );
  const macAddresses = listAt(interfaces, 'getNetworkInterfacesResponse', 'networkInterfaces').flatMap(
    (one) => textAt(one, 'info', 'hwAddress') ?? [],
  );
  if (macAddresses.length === 0) notes.push('the device names no MAC address');
  return {
    manufacturer: textAt(about, 'manufacturer'),
    model: textAt(about, 'model'),
    firmware: textAt(about, 'firmwareVersion'),
    serialNumber: textAt(about, 'serialNumber'),
    macAddresses,
    clock,
    login,
    profiles,
    notes,
  };
}

const nobody = {
  manufacturer: null,
  model: null,
  firmware: null,
  serialNumber: null,
  macAddresses: [],
  profiles: [],
} as const;
