export { reportJson } from './report-json.ts';
export { reportPage } from './report-page.ts';
export { reportCsv, reportWorkbook } from './report-table.ts';
