import type { Credential } from './credential.ts';

/**
 * Names under which makers write the login into an address itself, as in `/user=admin_password=…_channel=1.sdp` or
 * `?usr=…&pwd=…`.
 */
const secretPart = /(^|[?&/_;])(user(?:name)?|usr|loginuse|pass(?:word|wd)?|pwd|loginpas)=([^?&/_;]*)/gi;
const isPasswordKey = (key: string): boolean => /pas|pwd/i.test(key);
const placeholder = /(?:\{|%7B)(user|password)(?:\}|%7D)/gi;

const plain = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * Take the login out of an address that has it in its path or query: `{user}` and `{password}` stand for it.
 * @returns null when a password remains that is not the credential's: such an address is not to be kept.
 */
export function withoutSecrets(address: string, credential: Credential | null): string | null {
  let hasForeign = false;
  const kept = address.replaceAll(secretPart, (whole, before: string, key: string, value: string) => {
    if (value === '' || /^(?:\{|%7B)/i.test(value)) return whole;
    if (isPasswordKey(key)) {
      if (credential === null || plain(value) !== credential.password) hasForeign = true;
      return `${before}${key}={password}`;
    }
    return credential !== null && plain(value) === credential.user ? `${before}${key}={user}` : whole;
  });
  return hasForeign ? null : kept;
}

const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${(c.codePointAt(0) ?? 0).toString(16)}`);

/** Put the login where `{user}` and `{password}` stand; only for what is handed to a device. */
export const withSecrets = (address: string, credential: Credential | null): string =>
  credential === null
    ? address
    : address.replaceAll(placeholder, (_, which: string) =>
        encoded(which.toLowerCase() === 'user' ? credential.user : credential.password),
      );

/** The address with the login before its host as well: the form that ffmpeg takes. */
export function withLogin(address: string, credential: Credential | null): string {
  const filled = withSecrets(address, credential);
  if (credential === null) return filled;
  return filled.replace('://', `://${encoded(credential.user)}:${encoded(credential.password)}@`);
}
