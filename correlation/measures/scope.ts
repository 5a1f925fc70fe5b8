import type { Camera, KeyPlace } from '../../contracts/index.ts';

/** Whose figure it is (rule R2). */
export type Scope =
  | { readonly kind: 'district' }
  | { readonly kind: 'street'; readonly code: string }
  | { readonly kind: 'policeStation'; readonly code: string }
  | { readonly kind: 'pointClass'; readonly code: string };

/** `street:330203003` and the like; null when the text names none. */
export function parseScope(text: string): Scope | null {
  const [kind, code] = text.split(':');
  if (kind === 'district' && code === undefined) return { kind };
  if (code === undefined || code === '') return null;
  return kind === 'street' || kind === 'policeStation' || kind === 'pointClass' ? { kind, code } : null;
}

export function isCameraIn(scope: Scope, camera: Camera): boolean {
  switch (scope.kind) {
    case 'district':
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
