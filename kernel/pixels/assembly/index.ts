export { joinColumns, joinRows } from './resample';
export { writeColours } from './colours';
export { halveRows } from './half';
