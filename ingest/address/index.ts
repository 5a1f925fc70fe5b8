export * from './address.ts';
export * from './guard.ts';
