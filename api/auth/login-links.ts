import type { Clock } from '../../kernel/index.ts';
import { hashOf, newSecret } from './secret.ts';

export const linkLifeMs = 15 * 60_000;
const maxLinks = 64;

/** One-time login tokens: 256 bits, used once, for 15 minutes, and only in the memory of this process. */
export interface LoginLinks {
  /** @param userId account it lets in; null: the installation's owner. */
  issue(userId?: string | null): string;
  /** Once per issued token: whom it lets in. Null for one that was used, is old or was never issued. */
  redeem(token: string): { readonly userId: string | null } | null;
}

export function openLoginLinks(clock: Clock): LoginLinks {
  const links = new Map<string, { readonly userId: string | null; readonly expiresAtMs: number }>();
  return {
    issue(userId = null) {
      const token = newSecret();
      const [oldest] = links.keys();
      if (links.size >= maxLinks && oldest !== undefined) links.delete(oldest);
      links.set(hashOf(token), { userId, expiresAtMs: clock.nowMs() + linkLifeMs });
      return token;
    },
    redeem(token) {
      const hash = hashOf(token);
      const link = links.get(hash);
      links.delete(hash);
      return link !== undefined && link.expiresAtMs > clock.nowMs() ? { userId: link.userId } : null;
    },
  };
}
