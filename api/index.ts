export { localTokenOf } from './auth/local-access.ts';
export type { ApiOptions, DoctorFinding, ImportSummary, MeasureQuery, MeasureReport } from './parts.ts';
export { type Api, startApi } from './server.ts';
