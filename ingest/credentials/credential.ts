/** User and password of a camera. */
export interface Credential {
  readonly user: string;
  readonly password: string;
}

/**
 * Read `user:password`; the password may hold further colons.
 * @returns null when it is neither.
 */
export function parseLogin(text: string): Credential | null {
  const cut = text.indexOf(':');
  return cut > 0 ? { user: text.slice(0, cut), password: text.slice(cut + 1) } : null;
}
