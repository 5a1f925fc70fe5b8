export { stepBackground } from './background';
export { writeColours } from './colours';
export { markFlames, stepFlames } from './flames';
export { coarseMask, countSteps, repeatedRows, sumBands } from './grid';
export { halveRows } from './half';
export { measureBrightness, measureStructure, sumBlock } from './picture';
export { joinColumns, joinRows } from './resample';
export { measureSlopes } from './slopes';
