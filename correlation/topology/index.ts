export { associate, type Decisions } from './association.ts';
export { replayOfficer } from './eval/officer.ts';
export type { City } from './eval/city.ts';
export { generateQuarter } from './eval/quarter/quarter.ts';
export { readCity } from './eval/route-city.ts';
export { type HopQuery, hopQueries, scoreHits, scoreRoutes } from './eval/score.ts';
export { readJunction, scoreJunction } from './eval/junction.ts';
export { neighbourhoodAbout, planRoute, rankedFrom, type RoutePlan } from './plan.ts';
export { distanceM } from './positions.ts';
export { readRoads, type RoadFile } from './road-file.ts';
export { nearestNeighbourSources, surveySources } from './sources.ts';
export {
  type ClockFinding,
  type Sighting,
  type Survey,
  survey,
  type SurveySources,
} from './survey.ts';
export { angleBetween, type PlacedView, viewsOfCamera } from './views.ts';
