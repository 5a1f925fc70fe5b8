import type { Camera, KeyPlace } from '../../contracts/index.ts';
import { startOfDay } from './calendar.ts';
import type { District } from './district.ts';
import { dayMs } from './duty.ts';
import type { Span } from './intervals.ts';

interface Part {
  readonly code: string;
  /** Only that day of it (+08:00), `YYYY-MM-DD`. */
  readonly day?: string;
}

/** Whose figure it is (rule R2). */
export type Scope =
  | { readonly kind: 'district' }
  | ({ readonly kind: 'street' } & Part)
  | ({ readonly kind: 'policeStation' } & Part)
  | ({ readonly kind: 'pointClass' } & Part)
  /** Cameras of one owner: 产权单位, else 管理单位. Key places have no owner, so as with a class all of them count. */
  | ({ readonly kind: 'owner' } & Part)
  /** One calendar day (+08:00) of the whole district, `YYYY-MM-DD`: only figures that speak of a time. */
  | { readonly kind: 'day'; readonly code: string };

export type ScopeKind = Scope['kind'];

/** The day a scope is about; null: the whole window. */
export function dayOf(scope: Scope): string | null {
  if (scope.kind === 'district') return null;
  return scope.kind === 'day' ? scope.code : (scope.day ?? null);
}

/** Whose camera it is. */
export const ownerOf = ({ owner, managementUnit }: Camera): string => owner ?? managementUnit ?? '';

/** `street:330203003` and the like; null when the text names none. */
export function parseScope(text: string): Scope | null {
  const colon = text.indexOf(':');
  const [kind, code] = colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
  if (kind === 'district' && code === undefined) return { kind };
  if (code === undefined || code === '') return null;
  if (kind === 'day') return startOfDay(code) === null ? null : { kind, code };
  if (kind !== 'street' && kind !== 'policeStation' && kind !== 'pointClass' && kind !== 'owner') return null;
  const [, part = '', day] = /^(.*?)(?:@(\d{4}-\d\d-\d\d))?$/.exec(code) ?? [];
  if (part === '' || (day !== undefined && startOfDay(day) === null)) return null;
  return { kind, code: part, ...(day === undefined ? {} : { day }) };
}

/** The time a scope speaks of: the window, or that day of it. */
export function spanOf(scope: Scope, { window }: Pick<District, 'window'>): Span {
  const day = dayOf(scope);
  if (day === null) return window;
  const fromMs = startOfDay(day) ?? window.toMs;
  return {
    fromMs: Math.max(fromMs, window.fromMs),
    toMs: Math.max(fromMs, window.fromMs, Math.min(fromMs + dayMs, window.toMs)),
  };
}

export const camerasIn = (district: District, scope: Scope): Camera[] =>
  district.cameras.filter((camera) => isCameraIn(scope, camera));

export function isCameraIn(scope: Scope, camera: Camera): boolean {
  switch (scope.kind) {
    case 'district':
    case 'day':
      return true;
    case 'street':
      return camera.streetCode === scope.code;
    case 'policeStation':
      return camera.areaCode === scope.code;
    case 'pointClass':
      return String(camera.pointClass) === scope.code;
    case 'owner':
      return ownerOf(camera) === scope.code;
  }
}

export function isPlaceIn(scope: Scope, place: KeyPlace): boolean {
  switch (scope.kind) {
    // A class or an owner narrows the cameras that count, not the places that must be covered.
    case 'district':
    case 'day':
    case 'pointClass':
    case 'owner':
      return true;
    case 'street':
      return place.streetCode === scope.code;
    case 'policeStation':
      return place.areaCode === scope.code;
  }
}

/** Cameras that may cover the places of a scope: those of the whole district, or of the class or owner asked for. */
export const mayCover = (scope: Scope, camera: Camera): boolean =>
  (scope.kind !== 'pointClass' && scope.kind !== 'owner') || isCameraIn(scope, camera);
