import type { Camera } from '../../contracts/index.ts';
import type { CameraFile } from './camera-file.ts';
import { identityIndex } from './identity.ts';
import { type CameraFileIssue, warning } from './issue.ts';

/** What importing a file does to the cameras on file. */
export interface ImportPlan {
  /** New and changed cameras, as they are to be kept. */
  readonly cameras: readonly Camera[];
  readonly addedCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
  readonly moved: readonly { readonly cameraId: string; readonly fromIp: string; readonly toIp: string }[];
  /** The same device under two codes. */
  readonly issues: readonly CameraFileIssue[];
}

/** Far below what a file writes: a place that went through a conversion and back is the same place. */
const sameDeg = 1e-8;

/** Fields that no camera file has: they come from the devices. */
const deviceFields = new Set<keyof Camera>(['streams', 'onvifAddress']);

function isSame(a: Camera, b: Camera, field: keyof Camera): boolean {
  const [before, after] = [a[field], b[field]];
  if (typeof before === 'number' && typeof after === 'number' && (field === 'lonDeg' || field === 'latDeg')) {
    return Math.abs(before - after) < sameDeg;
  }
  return JSON.stringify(before) === JSON.stringify(after);
}

/** The camera on file with what the file says; columns that the file has not leave things as they are. */
function merged(before: Camera, read: Camera, written: ReadonlySet<string>): Camera {
  const kept = Object.fromEntries(
    (Object.keys(before) as (keyof Camera)[])
      .filter((field) => field !== 'updatedAtMs')
      .filter((field) => deviceFields.has(field) || !written.has(field) || isSame(before, read, field))
      .map((field) => [field, before[field]]),
  );
  // Of two imports in one millisecond the later must still win.
  return { ...read, ...kept, updatedAtMs: Math.max(read.updatedAtMs, before.updatedAtMs + 1) };
}

/**
 * Work out what a camera file changes. Cameras are the same by their code; a serial number or MAC address that stands
 * under another code is told, because then one device is on file twice.
 */
export function planImport(file: CameraFile, existing: readonly Camera[]): ImportPlan {
  const byCode = new Map(existing.map((camera) => [camera.cameraId, camera]));
  const onFile = identityIndex(existing);
  const inFile = identityIndex(file.cameras);
  const cameras: Camera[] = [];
  const moved: { cameraId: string; fromIp: string; toIp: string }[] = [];
  const issues: CameraFileIssue[] = [];
  let unchangedCount = 0;
  for (const read of file.cameras) {
    const { cameraId } = read;
    const twins = [onFile.find(read), inFile.find(read)].flatMap((match) =>
      (match?.cameras ?? [])
        .filter((other) => other.cameraId !== cameraId)
        .map((other) => ({ code: other.cameraId, by: match?.by ?? '' })),
    );
    const [twin] = twins;
    const place = file.places.get(cameraId);
    if (twin !== undefined && place !== undefined) {
      const codes = [...new Set(twins.map(({ code }) => code))].slice(0, 3).join(', ');
      const field = twin.by === 'serial number' ? 'serialNumber' : 'macAddress';
      issues.push({
        ...warning('identity_conflict', `the same ${twin.by} stands under ${codes}`),
        row: place.row,
        line: place.line,
        column: file.headers.get(field) ?? '',
        found: read[field] ?? '',
      });
    }
    const before = byCode.get(cameraId);
    if (before === undefined) {
      cameras.push(read);
      continue;
    }
    const after = merged(before, read, file.writtenFields);
    const isChanged = (Object.keys(after) as (keyof Camera)[]).some(
      (field) => field !== 'updatedAtMs' && !isSame(before, after, field),
    );
    if (!isChanged) {
      unchangedCount++;
      continue;
    }
    cameras.push(after);
    if (before.ipAddress !== null && after.ipAddress !== null && before.ipAddress !== after.ipAddress) {
      moved.push({ cameraId, fromIp: before.ipAddress, toIp: after.ipAddress });
    }
  }
  const addedCount = cameras.filter(({ cameraId }) => !byCode.has(cameraId)).length;
  return {
    cameras,
    addedCount,
    changedCount: cameras.length - addedCount,
    unchangedCount,
    moved,
    issues,
  };
}
