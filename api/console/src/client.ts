import type { ApiError, CommandRefused } from '../../../contracts/index.ts';

/** What the API said instead of answering. */
export class RequestFailed extends Error {
  readonly status: number;
  readonly body: ApiError & Partial<CommandRefused>;
  constructor(status: number, body: ApiError) {
    super(body.message);
    this.name = 'RequestFailed';
    this.status = status;
    this.body = body;
  }
}

/** The API could not be reached at all, or something in between answered for it. */
const unreachable = (message: string): ApiError => ({ code: 'UNREACHABLE', message, hint: '' });

/** @throws RequestFailed with status 0 when nobody answered. */
async function ask<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin' });
  } catch (error) {
    throw new RequestFailed(0, unreachable(error instanceof Error ? error.message : String(error)));
  }
  if (response.status === 204) return undefined as T;
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as T;
  const isOurs = typeof body === 'object' && body !== null && 'code' in body;
  throw new RequestFailed(response.status, isOurs ? (body as ApiError) : unreachable(response.statusText));
}

export const get = <T>(path: string): Promise<T> => ask<T>(path, { method: 'GET' });

export const post = <T>(path: string, body: object = {}): Promise<T> =>
  ask<T>(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

export const isLoggedOut = (error: unknown): boolean =>
  error instanceof RequestFailed && error.status === 401;

/** Address of a masked still or clip, looked at as part of an incident. */
export const mediaUrl = (mediaId: string, incidentId: string): string =>
  `/api/media/${mediaId}?incidentId=${incidentId}`;

/** Address of a passage's picture; the look is registered. */
export const routePictureUrl = (routeId: string, sightingId: string): string =>
  `/api/routes/${routeId}/picture?sightingId=${encodeURIComponent(sightingId)}`;

/** Address of what a camera showed last; the look is registered with this reason. */
export const cameraStillUrl = (cameraId: string, reason: string): string =>
  `/api/cameras/${cameraId}/still?${new URLSearchParams({ reason })}`;

/** Address of a masked still that belongs to no incident; the look is registered all the same. */
export const lookUrl = (mediaId: string): string => `/api/media/${mediaId}`;
