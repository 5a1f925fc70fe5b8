export { importRoadFile } from './import-roads.ts';
export { passageMoments } from './passage-moments.ts';
export { runRoutes } from './run-routes.ts';
export { vehiclesAbout } from './vehicles-about.ts';
