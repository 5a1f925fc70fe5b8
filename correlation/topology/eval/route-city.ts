import { z } from 'zod';
import type { CameraView } from '../road-graph.ts';
import { readRoads } from '../road-file.ts';
import type { MeasuredClock, Sighting } from '../survey.ts';
import type { City } from './city.ts';
import type { TrueRoute } from './score.ts';

/** Files of a simulated quarter, as they lie in its folder. */
const Cameras = z.object({
  features: z.array(
    z.object({
      properties: z.object({
        cameraId: z.string(),
        views: z.array(z.object({ edgeId: z.string(), fromM: z.number(), toM: z.number() })),
      }),
    }),
  ),
});
const States = z.object({
  cameras: z.array(z.object({ cameraId: z.string(), clockOffsetMs: z.number().nullable() })),
});
const SightingLine = z.object({
  sightingId: z.string(),
  cameraId: z.string(),
  edgeId: z.string(),
  enteredAtMs: z.number(),
  leftAtMs: z.number(),
  classScores: z.record(z.string(), z.number()),
  colorScores: z.record(z.string(), z.number()),
});
const Incidents = z.object({
  incidents: z.array(z.object({ incidentId: z.string(), actorSightingId: z.string() })),
});
const Truth = z.object({
  targets: z.array(
    z.object({
      incidentId: z.string(),
      dumpPassage: z.int(),
      passages: z.array(z.object({ sightingIds: z.array(z.string()).nullable() })),
    }),
  ),
});

/** A measured offset is right to half a second. */
const measuredErrorMs = 500;

const readCityViews = (text: string): CameraView[] =>
  Cameras.parse(JSON.parse(text)).features.flatMap(({ properties: { cameraId, views } }) =>
    views.map((view) => ({ cameraId, ...view })),
  );

const readCityClocks = (text: string): MeasuredClock[] =>
  States.parse(JSON.parse(text)).cameras.map(({ cameraId, clockOffsetMs }) => ({
    cameraId,
    offsetMs: clockOffsetMs,
    errorMs: measuredErrorMs,
  }));

/** Sightings at views that the camera file does not have are left out. */
function readCitySightings(text: string, views: readonly CameraView[]): Sighting[] {
  const viewOf = new Map(views.map(({ cameraId, edgeId }, view) => [`${cameraId}/${edgeId}`, view]));
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const { cameraId, edgeId, ...seen } = SightingLine.parse(JSON.parse(line));
      const view = viewOf.get(`${cameraId}/${edgeId}`);
      return view === undefined ? [] : [{ ...seen, view }];
    });
}

const readCityActors = (text: string): ReadonlyMap<string, string> =>
  new Map(
    Incidents.parse(JSON.parse(text)).incidents.map(({ incidentId, actorSightingId }) => [
      incidentId,
      actorSightingId,
    ]),
  );

const readCityTruth = (text: string): TrueRoute[] =>
  Truth.parse(JSON.parse(text)).targets.map(({ incidentId, dumpPassage, passages }) => ({
    incidentId,
    incidentPassage: dumpPassage,
    passages: passages.map(({ sightingIds }) => sightingIds ?? []),
  }));

/** @param read text of one of the folder's files. */
export async function readCity(read: (name: string) => Promise<string>): Promise<City> {
  const { roads } = readRoads(await read('roads.geojson'));
  const views = readCityViews(await read('cameras.geojson'));
  return {
    edges: roads.map(({ edge }) => edge),
    views,
    clocks: readCityClocks(await read('camera-states.json')),
    sightings: readCitySightings(await read('sightings.ndjson'), views),
    actors: readCityActors(await read('incidents.json')),
    truth: readCityTruth(await read('truth.json')),
  };
}
