export { startTestClickHouse, type TestClickHouse } from './start.ts';
