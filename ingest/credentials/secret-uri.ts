import type { Credential } from './credential.ts';

/**
 * Names under which makers write the login into an address itself, as in `/user=admin_password=…_channel=1.sdp` or
 * `?usr=…&pwd=…`.
 */
const keys = String.raw`(^|[?&/_;])(user(?:name)?|usr|loginuse|pass(?:word|wd)?|pwd|loginpas)=`;
const anyPart = new RegExp(`${keys}([^?&/_;]*)`, 'gi');
const isPasswordKey = (key: string): boolean => /pas|pwd/i.test(key);
const placeholder = /(?:\{|%7B)(user|password)(?:\}|%7D)/gi;

const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${(c.codePointAt(0) ?? 0).toString(16)}`);

/** The parts of an address that hold exactly this value, as it is or encoded. */
const partWith = (value: string): RegExp => {
  const written = [encoded(value), encodeURIComponent(value), encodeURI(value), value];
  const choice = [...new Set(written)].map((text) => text.replaceAll(/[^\w%]/g, String.raw`\$&`)).join('|');
  return new RegExp(`${keys}(?:${choice})(?=$|[?&/_;])`, 'gi');
};

/**
 * Take the login out of an address that has it in its path or query: `{user}` and `{password}` stand for it.
 * @returns null when a password remains that is not the credential's: such an address is not to be kept.
 */
export function withoutSecrets(address: string, credential: Credential | null): string | null {
  const put = (name: string) => (whole: string, before: string, key: string) =>
    isPasswordKey(key) === (name === 'password') ? `${before}${key}={${name}}` : whole;
  const known =
    credential === null
      ? address
      : address
          .replaceAll(partWith(credential.password), put('password'))
          .replaceAll(partWith(credential.user), put('user'));
  const hasForeign = [...known.matchAll(anyPart)].some(
    ([, , key = '', value = '']) => isPasswordKey(key) && !/^(?:$|\{|%7B)/i.test(value),
  );
  return hasForeign ? null : known;
}

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
