import { createHash } from 'node:crypto';
import { AuditEntry } from '../../contracts/index.ts';

/** What stands before the first entry of a chain. */
export const genesisHash = '0'.repeat(64);

/**
 * sha256 over the previous hash and all other fields, in the order of the schema, so that the order in which an
 * object happened to be built does not matter.
 */
export function hashEntry(entry: Omit<AuditEntry, 'hash'>): string {
  const fields = Object.keys(AuditEntry.shape).filter((name) => name !== 'hash');
  const { by } = entry;
  const plain: Record<string, unknown> = { ...entry, by: [by.userId, by.name, by.unit] };
  return createHash('sha256')
    .update(JSON.stringify(fields.map((name) => plain[name])))
    .digest('hex');
}

/** Where a chain stops being what was written. */
export interface BrokenLink {
  readonly chainId: string;
  readonly sequence: number;
  readonly because: 'changed' | 'missing' | 'notLinked';
}

/** The last entry of each chain that was walked so far. */
export type Heads = Map<string, { readonly sequence: number; readonly hash: string }>;

/**
 * Walk entries sorted by chain and sequence.
 * @param heads where earlier calls stopped; moved on by this one.
 * @returns the first broken link of each chain among them.
 */
export function checkChain(entries: readonly AuditEntry[], heads: Heads): BrokenLink[] {
  const broken: BrokenLink[] = [];
  for (const entry of entries) {
    const { chainId, sequence, hash, previousHash } = entry;
    const head = heads.get(chainId) ?? { sequence: -1, hash: genesisHash };
    heads.set(chainId, { sequence, hash });
    if (sequence !== head.sequence + 1)
      broken.push({ chainId, sequence: head.sequence + 1, because: 'missing' });
    else if (previousHash !== head.hash) broken.push({ chainId, sequence, because: 'notLinked' });
    if (hashEntry(entry) !== hash) broken.push({ chainId, sequence, because: 'changed' });
  }
  return broken;
}
