export * from './profile.ts';
export * from './read-records.ts';
