import { dateOf } from './calendar.ts';
import type { District } from './district.ts';
import { dayMs, dayStartMs } from './duty.ts';
import { ownerOf, type Scope, type ScopeKind } from './scope.ts';

/** A scope as it is asked for: `street:330203001`, of one day `street:330203001@2026-09-16`. */
export function scopeText(scope: Scope): string {
  if (scope.kind === 'district') return 'district';
  const day = scope.kind === 'day' || scope.day === undefined ? '' : `@${scope.day}`;
  return `${scope.kind}:${scope.code}${day}`;
}

/** Classes of points there are (监控点位类型), also those without any camera. */
const pointClasses = ['1', '2', '3', '9'];

function codesOf(district: District, kind: ScopeKind): string[] {
  const { cameras, keyPlaces, window } = district;
  const codes = new Set<string>();
  const add = (code: string | null): void => {
    if (code !== null && code !== '') codes.add(code);
  };
  switch (kind) {
    case 'district':
      break;
    case 'street':
    case 'policeStation':
      for (const text of district.names?.keys() ?? [])
        if (text.startsWith(`${kind}:`)) add(text.slice(kind.length + 1));
      for (const { streetCode, areaCode } of [...cameras, ...keyPlaces])
        add(kind === 'street' ? streetCode : areaCode);
      break;
    case 'pointClass':
      for (const code of pointClasses) add(code);
      for (const { pointClass } of cameras) add(String(pointClass));
      break;
    case 'owner':
      for (const camera of cameras) add(ownerOf(camera));
      break;
    case 'day':
      for (let atMs = dayStartMs(window.fromMs); atMs < window.toMs; atMs += dayMs) add(dateOf(atMs));
  }
  return [...codes].toSorted();
}

/** Every scope of a kind that a district has: streets and stations by outlines, cameras and key places. */
export function scopesOf(district: District, kind: ScopeKind, within: Scope = { kind: 'district' }): Scope[] {
  if (kind === 'district') return [{ kind }];
  const codes = codesOf(district, kind);
  // The days of a street are the street, day by day.
  if (kind === 'day' && within.kind !== 'district' && within.kind !== 'day')
    return codes.map((day) => ({ ...within, day }));
  return codes.map((code) => ({ kind, code }));
}

/** Scopes with the names people call them by; the code where no outline tells one. */
export const namedScopes = (
  district: District,
  scopes: readonly Scope[],
): { readonly scope: Scope; readonly text: string; readonly name: string }[] =>
  scopes.map((scope) => {
    const text = scopeText(scope);
    if (scope.kind === 'district') return { scope, text, name: '' };
    if (scope.kind === 'day') return { scope, text, name: scope.code };
    return { scope, text, name: scope.day ?? district.names?.get(text) ?? scope.code };
  });
