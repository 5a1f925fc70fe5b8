import { type AuditVerification, auditTable } from '../../contracts/index.ts';
import type { Store } from '../../store/index.ts';
import { type BrokenLink, checkChain, type Heads } from './chain.ts';
import type { AuditTrail } from './trail.ts';

const pageSize = 5_000;
const brokenMax = 100;

/**
 * Read every chain of the register and check each link; the chain of this process must also end where it ends here.
 * @throws PipelineError STORE_UNREACHABLE, STORE_QUERY.
 */
export async function verifyAudit(
  store: Store,
  trail: AuditTrail,
  nowMs: number,
): Promise<AuditVerification> {
  await trail.flush();
  const expectedHead = trail.head();
  const heads: Heads = new Map();
  const broken: BrokenLink[] = [];
  let checkedEntries = 0;
  let after = { chainId: '', sequence: -1 };
  for (;;) {
    const page = await store.find(auditTable, {
      where: '(chainId, sequence) > ({chainId:String}, {sequence:Int64})',
      params: after,
      orderBy: 'chainId, sequence',
      limit: pageSize,
    });
    broken.push(...checkChain(page, heads));
    checkedEntries += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) break;
    after = { chainId: last.chainId, sequence: last.sequence };
  }
  const { chainId } = trail;
  const foundSequence = heads.get(chainId)?.sequence ?? -1;
  if (foundSequence < expectedHead.sequence)
    broken.push({ chainId, sequence: foundSequence + 1, because: 'missing' });
  return {
    isIntact: broken.length === 0,
    checkedEntries,
    checkedChains: heads.size,
    verifiedAtMs: nowMs,
    broken: broken.slice(0, brokenMax),
  };
}
