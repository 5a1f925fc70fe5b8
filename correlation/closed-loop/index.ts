export { loopRows } from './rates.ts';
export { suggestionsOf } from './suggestions.ts';
