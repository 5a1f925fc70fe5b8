import {
  blankCamera,
  type Camera,
  type FoundCamera,
  type RegistrationReport,
} from '../../contracts/index.ts';
import { identityIndex } from './identity.ts';

export interface RegisterContext {
  readonly nowMs: number;
  readonly civilCode: string;
  readonly areaCode: string;
  /** A code for a camera that no file knows: always the same for the same name. */
  readonly codeOf: (name: string) => string;
}

type Outcome = RegistrationReport['items'][number];

/** The fields that a device can tell, and that therefore may change a camera on file. */
const toldFields = [
  'ipAddress',
  'macAddress',
  'serialNumber',
  'manufacturer',
  'model',
  'onvifAddress',
  'streams',
  'declaredWidthPx',
  'declaredHeightPx',
] as const;

/** What the device says wins where it is about the device; what the file says of the place stays. */
function merged(camera: Camera, found: FoundCamera, nowMs: number): Camera {
  const { name, manufacturer, model, declaredWidthPx, declaredHeightPx } = camera;
  return {
    ...camera,
    name,
    manufacturer: manufacturer ?? found.manufacturer,
    model: model ?? found.model,
    serialNumber: found.serialNumber ?? camera.serialNumber,
    macAddress: found.macAddress ?? camera.macAddress,
    ipAddress: found.ipAddress ?? camera.ipAddress,
    onvifAddress: found.onvifAddress ?? camera.onvifAddress,
    streams: found.streams.length === 0 ? camera.streams : found.streams,
    declaredWidthPx: declaredWidthPx ?? found.declaredWidthPx,
    declaredHeightPx: declaredHeightPx ?? found.declaredHeightPx,
    updatedAtMs: Math.max(nowMs, camera.updatedAtMs + 1),
  };
}

const isSame = (a: Camera, b: Camera): boolean =>
  toldFields.every((field) => JSON.stringify(a[field]) === JSON.stringify(b[field]));

function newCamera(found: FoundCamera, cameraId: string, context: RegisterContext): Camera {
  const { civilCode, areaCode, nowMs } = context;
  return {
    ...blankCamera({ cameraId, name: found.name, civilCode, areaCode, updatedAtMs: nowMs }),
    manufacturer: found.manufacturer,
    model: found.model,
    declaredWidthPx: found.declaredWidthPx,
    declaredHeightPx: found.declaredHeightPx,
    ipAddress: found.ipAddress,
    macAddress: found.macAddress,
    streams: found.streams,
    serialNumber: found.serialNumber,
    onvifAddress: found.onvifAddress,
  };
}

/**
 * Put found cameras on file. A device is recognised by its serial number, its MAC address or (when the file knows
 * neither) its IP address; what is not recognised gets a code of its own until somebody gives it an official one.
 * @returns cameras that are new or changed, and what became of each that was found.
 */
export function registerFound(
  existing: readonly Camera[],
  found: readonly FoundCamera[],
  context: RegisterContext,
): { readonly cameras: readonly Camera[]; readonly report: RegistrationReport } {
  const byCode = new Map(existing.map((camera) => [camera.cameraId, camera]));
  const index = identityIndex(existing);
  const changed = new Map<string, Camera>();
  const items: Outcome[] = [];
  for (const one of found) {
    const { target, by, refusal } = recognise(one, existing, byCode, index);
    if (refusal !== null) {
      items.push({ cameraId: one.cameraId ?? '', name: one.name, outcome: 'refused', reason: refusal });
      continue;
    }
    if (target === null) {
      const identity = [
        one.manufacturer,
        one.serialNumber ?? one.macAddress ?? one.onvifAddress,
        one.channel,
      ];
      const cameraId = one.cameraId ?? context.codeOf(identity.join(' '));
      const known = byCode.get(cameraId);
      if (known === undefined) {
        changed.set(cameraId, newCamera(one, cameraId, context));
        items.push({ cameraId, name: one.name, outcome: 'added', reason: 'no camera on file is this one' });
        continue;
      }
    }
    const camera = target ?? byCode.get(one.cameraId ?? '');
    if (camera === undefined) continue;
    const next = merged(changed.get(camera.cameraId) ?? camera, one, context.nowMs);
    const { cameraId, name } = camera;
    if (isSame(camera, next)) {
      items.push({ cameraId, name, outcome: 'unchanged', reason: by });
      continue;
    }
    changed.set(cameraId, next);
    const isMoved = camera.ipAddress !== null && next.ipAddress !== camera.ipAddress;
    items.push({
      cameraId,
      name,
      outcome: isMoved ? 'moved' : 'changed',
      reason: isMoved ? `${by}; ${camera.ipAddress} is now ${next.ipAddress ?? ''}` : by,
    });
  }
  return { cameras: [...changed.values()], report: { items } };
}

function recognise(
  one: FoundCamera,
  existing: readonly Camera[],
  byCode: ReadonlyMap<string, Camera>,
  index: ReturnType<typeof identityIndex>,
): { readonly target: Camera | null; readonly by: string; readonly refusal: string | null } {
  const known = index.find(one);
  if (one.cameraId !== null) {
    const target = byCode.get(one.cameraId) ?? null;
    const others = known?.cameras.filter(({ cameraId }) => cameraId !== one.cameraId) ?? [];
    const isShared = one.channel !== null || others.length === 0;
    return isShared
      ? { target, by: 'the code that was given', refusal: null }
      : {
          target,
          by: '',
          refusal: `its ${known?.by ?? ''} is on file under ${others.map(({ cameraId }) => cameraId).join(', ')}`,
        };
  }
  if (known !== null) {
    const same = known.cameras.filter(
      ({ streams, onvifAddress }) =>
        one.channel === null ||
        onvifAddress === null ||
        streams.some(({ uri }) => one.streams.some((stream) => stream.uri === uri)),
    );
    if (same.length === 1) return { target: same[0] ?? null, by: `the same ${known.by}`, refusal: null };
    if (one.channel !== null) return { target: null, by: '', refusal: null };
    const codes = known.cameras.map(({ cameraId }) => cameraId).join(', ');
    return { target: null, by: '', refusal: `its ${known.by} is on file more than once: ${codes}` };
  }
  const atIp = existing.filter(({ ipAddress }) => ipAddress !== null && ipAddress === one.ipAddress);
  // An address alone says nothing when the file knows another device there.
  const isOther = ({ serialNumber, macAddress }: Camera): boolean =>
    (serialNumber !== null && one.serialNumber !== null) || (macAddress !== null && one.macAddress !== null);
  const candidates = one.channel === null ? atIp.filter((camera) => !isOther(camera)) : [];
  return candidates.length === 1
    ? { target: candidates[0] ?? null, by: 'the same IP address', refusal: null }
    : { target: null, by: '', refusal: null };
}
