import type { Clock } from '../../kernel/index.ts';
import { hashOf, newSecret } from './secret.ts';

export const linkLifeMs = 15 * 60_000;
const maxLinks = 16;

/** One-time login tokens: 256 bits, used once, for 15 minutes, and only in the memory of this process. */
export interface LoginLinks {
  issue(): string;
  /** True once per issued token. */
  redeem(token: string): boolean;
}

export function openLoginLinks(clock: Clock): LoginLinks {
  const expiresAtMsOf = new Map<string, number>();
  return {
    issue() {
      const token = newSecret();
      const [oldest] = expiresAtMsOf.keys();
      if (expiresAtMsOf.size >= maxLinks && oldest !== undefined) expiresAtMsOf.delete(oldest);
      expiresAtMsOf.set(hashOf(token), clock.nowMs() + linkLifeMs);
      return token;
    },
    redeem(token) {
      const hash = hashOf(token);
      const expiresAtMs = expiresAtMsOf.get(hash);
      expiresAtMsOf.delete(hash);
      return expiresAtMs !== undefined && expiresAtMs > clock.nowMs();
    },
  };
}
