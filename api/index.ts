export { localTokenOf } from './auth/local-access.ts';
export { footageDeleted, openAuditTrail } from './audit/trail.ts';
export type { ApiOptions } from './parts.ts';
export { type Api, startApi } from './server.ts';
