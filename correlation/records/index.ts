export * from './profile.ts';
export * from './read-records.ts';
export { withoutPersonalData } from './personal-data.ts';
