export { importRoadFile } from './import-roads.ts';
export { runRoutes } from './run-routes.ts';
