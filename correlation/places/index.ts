export * from './gazetteer.ts';
export * from './locate.ts';
export * from './read-places.ts';
export { syllablesOf } from './syllables.ts';
export { plainText } from './text.ts';
