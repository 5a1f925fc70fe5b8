export { localTokenOf } from './auth/local-access.ts';
export type { ApiOptions, DoctorFinding, MeasureQuery } from './parts.ts';
export { type Api, startApi } from './server.ts';
