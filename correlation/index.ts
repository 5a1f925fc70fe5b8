export * from './background.ts';
export * from './cameras/index.ts';
export * from './candidate-pairs.ts';
export * from './district-places.ts';
export * from './figures.ts';
export * from './health/index.ts';
export * from './history/index.ts';
export { computeLoop } from './loop-report.ts';
export * from './measures/index.ts';
export * from './notify/index.ts';
export * from './intake.ts';
export * from './places/index.ts';
export * from './record-city/index.ts';
export * from './records/index.ts';
export * from './report/index.ts';
export * from './retention/index.ts';
export { runTerms } from './run-terms.ts';
export { correlationSettings } from './settings.ts';
export { runSink, sinkGroupOf, sinkTopics } from './sink.ts';
export { correlationGroup, correlationTopics, runCorrelation } from './worker.ts';
export { importRoadFile, passageMoments, runRoutes, vehiclesAbout } from './routes/index.ts';
export {
  associate,
  type City,
  type ClockFinding,
  generateQuarter,
  type HopQuery,
  hopQueries,
  neighbourhoodAbout,
  planRoute,
  rankedFrom,
  readCity,
  readJunction,
  replayOfficer,
  scoreHits,
  scoreJunction,
  scoreRoutes,
  type Survey,
  survey,
  surveySources,
} from './topology/index.ts';
