import type { Request } from 'express';
import { HttpError } from '../api-error.ts';

/**
 * Refuse a changing request that another site's page made a browser send.
 *
 * SameSite=Strict keeps the cookie at home already; this is the second lock. Browsers always send one of the two
 * headers with a POST; a program that sends neither has no other site's page behind it.
 * @throws HttpError 403 AUTH_REFUSED.
 */
export function refuseForeignOrigin(req: Request): void {
  const site = req.get('sec-fetch-site');
  const origin = req.get('origin');
  const isOurs =
    (site === undefined || site === 'same-origin' || site === 'none') &&
    (origin === undefined || hostOf(origin) === req.get('host'));
  if (isOurs) return;
  throw new HttpError(
    403,
    'AUTH_REFUSED',
    `A page of another site (${origin ?? site ?? 'unknown'}) asked for this.`,
    'Open the console at its own address. A proxy in front must pass the Host header on unchanged.',
  );
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/** Asked by a program on this machine, to an address of this machine, through no proxy that says so. */
export function isFromThisMachine(req: Request): boolean {
  const peer = req.socket.remoteAddress ?? '';
  const isLoopbackPeer = peer === '::1' || peer.startsWith('127.') || peer.startsWith('::ffff:127.');
  const isForwarded = req.get('forwarded') !== undefined || req.get('x-forwarded-for') !== undefined;
  // The Host check defeats DNS rebinding: a foreign page may reach 127.0.0.1, but under its own name.
  const isLoopbackName = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(req.get('host') ?? '');
  return isLoopbackPeer && !isForwarded && isLoopbackName && req.get('sec-fetch-site') !== 'cross-site';
}
