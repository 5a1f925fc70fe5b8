export * from './profile.ts';
export * from './read-records.ts';
export { withoutPersonalData } from './personal-data.ts';
export { writeCsv } from './table.ts';
export { type SheetCell, writeWorkbook } from './workbook.ts';
