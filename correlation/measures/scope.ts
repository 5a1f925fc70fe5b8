import type { Camera, KeyPlace } from '../../contracts/index.ts';
import { startOfDay } from './calendar.ts';
import type { District } from './district.ts';
import { dayMs } from './duty.ts';
import type { Span } from './intervals.ts';

/** Whose figure it is (rule R2). */
export type Scope =
  | { readonly kind: 'district' }
  | { readonly kind: 'street'; readonly code: string }
  | { readonly kind: 'policeStation'; readonly code: string }
  | { readonly kind: 'pointClass'; readonly code: string }
  /** One calendar day (+08:00) of the whole district, `YYYY-MM-DD`: only figures that speak of a time. */
  | { readonly kind: 'day'; readonly code: string };

/** `street:330203003` and the like; null when the text names none. */
export function parseScope(text: string): Scope | null {
  const [kind, code] = text.split(':');
  if (kind === 'district' && code === undefined) return { kind };
  if (code === undefined || code === '') return null;
  if (kind === 'day') return startOfDay(code) === null ? null : { kind, code };
  return kind === 'street' || kind === 'policeStation' || kind === 'pointClass' ? { kind, code } : null;
}

/** The time a scope speaks of: the window, or that day of it. */
export function spanOf(scope: Scope, { window }: Pick<District, 'window'>): Span {
  if (scope.kind !== 'day') return window;
  const fromMs = startOfDay(scope.code) ?? window.toMs;
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
  }
}

export function isPlaceIn(scope: Scope, place: KeyPlace): boolean {
  switch (scope.kind) {
    // A class narrows the cameras that count, not the places that must be covered.
    case 'district':
    case 'day':
    case 'pointClass':
      return true;
    case 'street':
      return place.streetCode === scope.code;
    case 'policeStation':
      return place.areaCode === scope.code;
  }
}

/** Cameras that may cover the places of a scope: those of the whole district, or of the class that was asked for. */
export const mayCover = (scope: Scope, camera: Camera): boolean =>
  scope.kind !== 'pointClass' || isCameraIn(scope, camera);
