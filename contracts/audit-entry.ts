import { z } from 'zod';
import { EpochMs, Uuid } from './ids.ts';
import { table } from './table.ts';
import { Person } from './person.ts';

export const AuditAction = z.enum([
  'login',
  'loginFailed',
  'logout',
  'passwordSet',
  'userAdded',
  'userChanged',
  'viewIncident',
  'viewMedia',
  'viewStill',
  'commandIssued',
  'zonesChanged',
  'exclusionAsked',
  'exclusionDecided',
  'routeCommandIssued',
  'viewRoute',
  'viewPassage',
  'plateRead',
  'routeDeleted',
  'footageDeleted',
  'roadsImported',
  'camerasImported',
  'camerasRegistered',
  'historyImported',
  'keyPlacesImported',
  'recordsImported',
  'placesImported',
  'placeAliasSet',
  'webhooksTested',
]);
export type AuditAction = z.infer<typeof AuditAction>;

/** Who did or saw what. Entries of one chain are linked by hash, so that none can be changed or taken out unseen. */
export const AuditEntry = z
  .strictObject({
    /** One chain per writing process. */
    chainId: Uuid,
    sequence: z.int().nonnegative(),
    atMs: EpochMs,
    by: Person,
    action: AuditAction,
    subjectId: z.string(),
    incidentId: Uuid.nullable(),
    /** 事由 */
    reason: z.string(),
    previousHash: z.string(),
    /** sha256 over the previous hash and all other fields. */
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const auditTable = table({
  name: 'audit_entry',
  schema: AuditEntry,
  orderBy: ['chainId', 'sequence'],
});
