import type { Role } from '../../contracts/index.ts';

/** What a route lets people do; a route without one is open to everybody who is logged in. */
export type Permission =
  /** Incidents, stills, clips, live changes. */
  | 'lookAtIncidents'
  /** Commands to incidents. */
  | 'decide'
  /** Let somebody else follow a vehicle. */
  | 'approveRoutes'
  /** Camera file, key places, records, zones, history of figures. */
  | 'changeFiles'
  | 'placeNames'
  | 'readAudit'
  | 'manageUsers';

/** Default deny: a role that is not named may not. */
const allowed: Readonly<Record<Permission, readonly Role[]>> = {
  lookAtIncidents: ['admin', 'dutyOfficer', 'agencyOfficer', 'reviewer'],
  decide: ['admin', 'dutyOfficer', 'agencyOfficer', 'reviewer'],
  /** Say what people call a place. */
  placeNames: ['admin', 'dutyOfficer', 'agencyOfficer', 'analyst', 'operator'],
  approveRoutes: ['admin', 'dutyOfficer', 'reviewer'],
  changeFiles: ['admin', 'analyst', 'operator'],
  readAudit: ['admin', 'reviewer'],
  manageUsers: ['admin'],
};

export const may = (role: Role, permission: Permission): boolean => allowed[permission].includes(role);
