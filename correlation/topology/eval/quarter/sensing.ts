import type { CameraView } from '../../road-graph.ts';
import type { MeasuredClock, Sighting } from '../../survey.ts';
import type { City } from '../city.ts';
import type { TrueRoute } from '../score.ts';
import type { Chance } from './chance.ts';
import type { Drive, VehicleClass } from './driving.ts';
import type { Streets } from './streets.ts';

/** What is drawn anew for each quarter, within the bounds that a district's cameras have. */
export interface SensingSettings {
  readonly spanMs: number;
  readonly cameraCount: number;
  /** Bounds of the shares of passages that a camera misses. */
  readonly missShares: readonly [number, number];
  readonly classRight: number;
  readonly colorRight: number;
  readonly brokenShare: number;
  readonly unmeasuredShare: number;
  readonly outageCount: number;
}

type Color = 'white' | 'gray' | 'yellow' | 'red' | 'green' | 'blue' | 'black';

const colorShares: Readonly<Record<Color, number>> = {
  white: 32,
  gray: 23,
  black: 17,
  blue: 11,
  red: 8,
  green: 5,
  yellow: 4,
};
/** Work vehicles are painted otherwise. */
const vanColors: Readonly<Record<Color, number>> = {
  white: 38,
  gray: 18,
  black: 3,
  blue: 24,
  red: 6,
  green: 7,
  yellow: 4,
};
/** What is taken for what, in relative shares of the mistakes. */
const classMistakes: Readonly<Record<VehicleClass, Partial<Record<VehicleClass, number>>>> = {
  car: { van: 6, small_truck: 2, motorcycle: 1 },
  van: { car: 5, small_truck: 5, bus: 1, truck: 1 },
  small_truck: { van: 5, truck: 4, car: 2 },
  truck: { small_truck: 6, bus: 3 },
  bus: { truck: 5, van: 4 },
  motorcycle: { car: 1 },
};
const colorMistakes: Readonly<Record<Color, Partial<Record<Color, number>>>> = {
  white: { gray: 6, yellow: 2, blue: 1 },
  gray: { white: 4, black: 4, blue: 2, green: 1 },
  black: { gray: 6, blue: 3, green: 1 },
  blue: { gray: 3, black: 3, green: 3 },
  red: { yellow: 3, black: 2, gray: 1 },
  green: { blue: 4, gray: 2, yellow: 2, black: 1 },
  yellow: { white: 4, green: 2, red: 2 },
};
const classes = Object.keys(classMistakes) as VehicleClass[];
const colors = Object.keys(colorShares) as Color[];

/**
 * Views on some streets, mostly where many drive; most look both ways.
 * @param usage how many drive each edge.
 */
export function placeCameras(
  { edges, reverse }: Streets,
  usage: ReadonlyMap<string, number>,
  cameraCount: number,
  chance: Chance,
): CameraView[] {
  const views: CameraView[] = [];
  const taken = new Set<string>();
  let camera = 0;
  const inTurn = edges
    .map(({ edgeId, lengthM }) => ({
      edgeId,
      lengthM,
      // Drawn one after the other, each as likely as its traffic is.
      at: -Math.log(1 - chance.unit()) / (1 + (usage.get(edgeId) ?? 0)),
    }))
    .toSorted((a, b) => a.at - b.at);
  for (const { edgeId, lengthM } of inTurn) {
    if (camera >= cameraCount || taken.has(edgeId) || lengthM < 110) continue;
    camera += 1;
    const cameraId = `c${String(camera).padStart(2, '0')}`;
    const widthM = chance.between(35, 55);
    const fromM = chance.between(10, lengthM - widthM - 10);
    views.push({ cameraId, edgeId, fromM, toM: fromM + widthM });
    taken.add(edgeId);
    const other = reverse.get(edgeId);
    if (other === undefined) continue;
    taken.add(other);
    if (chance.isIn(0.87)) {
      views.push({ cameraId, edgeId: other, fromM: lengthM - fromM - widthM, toM: lengthM - fromM });
    }
  }
  return views;
}

interface Clock {
  readonly offsetMs: number;
  readonly driftPerMs: number;
  readonly measuredMs: number | null;
}

/** Seven in ten are right to 2 s, two to 20 s, one to 90 s; all drift. */
function clockOf(spanMs: number, unmeasuredShare: number, chance: Chance): Clock {
  const reachMs = chance.weighted({ 2000: 7, 20_000: 2, 90_000: 1 });
  const offsetMs = chance.between(-1, 1) * Number(reachMs);
  const driftPerMs = chance.between(-1, 1) / 3_600;
  const checkedMs = offsetMs + (driftPerMs * spanMs) / 2 + chance.between(-500, 500);
  return { offsetMs, driftPerMs, measuredMs: chance.isIn(unmeasuredShare) ? null : checkedMs };
}

interface Seen extends Omit<Sighting, 'sightingId'> {
  readonly drive: number;
  readonly passage: number;
}

/**
 * What the cameras make of the drives, and which of it was whose.
 * @param drives the targets first, each with its stop.
 */
export function sense(
  edges: City['edges'],
  views: readonly CameraView[],
  drives: readonly Drive[],
  targetCount: number,
  settings: SensingSettings,
  chance: Chance,
): City {
  const { spanMs, missShares, brokenShare, unmeasuredShare } = settings;
  const cameraIds = [...new Set(views.map(({ cameraId }) => cameraId))];
  const clocks = new Map(cameraIds.map((id) => [id, clockOf(spanMs, unmeasuredShare, chance)]));
  const missOf = new Map(
    cameraIds.map((id) => [
      id,
      Object.fromEntries(classes.map((name) => [name, chance.between(...missShares)])),
    ]),
  );
  const outageMs = new Map(
    chance
      .shuffled(cameraIds)
      .slice(0, settings.outageCount)
      .map((id) => [id, chance.between(0, spanMs - 1_200_000)]),
  );
  const viewsOn = Map.groupBy(views.keys(), (view) => views[view]?.edgeId ?? '');
  const seen: Seen[] = [];
  const passageCounts = drives.map(() => 0);
  const actorPassage = new Map<number, number>();
  for (const [drive, one] of drives.entries()) {
    const color = chance.weighted(drive < targetCount || isWorkVehicle(one) ? vanColors : colorShares);
    for (const [at, edgeId] of one.edges.entries()) {
      for (const view of viewsOn.get(edgeId) ?? []) {
        const span = passed(one, at, views[view]);
        const cameraId = views[view]?.cameraId ?? '';
        if (span === null || span.enteredAtMs < 0 || span.leftAtMs > spanMs) continue;
        const passage = passageCounts[drive] ?? 0;
        passageCounts[drive] = passage + 1;
        const isActor = drive < targetCount && one.stop?.at === at && isInView(one.stop.atM, views[view]);
        if (isActor) actorPassage.set(drive, passage);
        const outMs = outageMs.get(cameraId) ?? Number.POSITIVE_INFINITY;
        const isOut = span.enteredAtMs > outMs && span.enteredAtMs < outMs + 1_200_000;
        if (!isActor && (isOut || chance.isIn(missOf.get(cameraId)?.[one.vehicleClass] ?? 0))) continue;
        const middleMs = (span.enteredAtMs + span.leftAtMs) / 2;
        const parts = chance.isIn(brokenShare)
          ? [
              { ...span, leftAtMs: middleMs - 200 },
              { ...span, enteredAtMs: middleMs + 200 },
            ]
          : [span];
        for (const part of parts) {
          const clock = clocks.get(cameraId);
          const shown = (timeMs: number): number =>
            Math.round(
              timeMs + (clock?.offsetMs ?? 0) + (clock?.driftPerMs ?? 0) * timeMs + 150 * chance.normal(),
            );
          seen.push({
            drive,
            passage,
            view,
            enteredAtMs: shown(part.enteredAtMs),
            leftAtMs: shown(part.leftAtMs),
            classScores: scoresOf(one.vehicleClass, classes, classMistakes, settings.classRight, chance),
            colorScores: scoresOf(color, colors, colorMistakes, settings.colorRight, chance),
          });
        }
      }
    }
  }
  // In order of camera time: the name says nothing of the vehicle.
  const named = seen
    .toSorted((a, b) => a.enteredAtMs - b.enteredAtMs)
    .map((one, at) => ({ ...one, sightingId: `s${String(at).padStart(5, '0')}` }));
  const truth: TrueRoute[] = [];
  const actors = new Map<string, string>();
  const ofDrive = Map.groupBy(named, ({ drive }) => drive);
  for (let drive = 0; drive < targetCount; drive += 1) {
    const incidentPassage = actorPassage.get(drive);
    const own = ofDrive.get(drive) ?? [];
    const passages = Array.from({ length: passageCounts[drive] ?? 0 }, (_, passage) =>
      own.filter((one) => one.passage === passage).map(({ sightingId }) => sightingId),
    );
    const actorId = passages[incidentPassage ?? -1]?.[0];
    const seenCount = passages.filter((parts) => parts.length > 0).length;
    if (incidentPassage === undefined || actorId === undefined || seenCount < 4) continue;
    const incidentId = `i${String(truth.length + 1).padStart(2, '0')}`;
    truth.push({ incidentId, incidentPassage, passages });
    actors.set(incidentId, actorId);
  }
  const measured = [...clocks].map(
    ([cameraId, { measuredMs }]): MeasuredClock => ({
      cameraId,
      offsetMs: measuredMs,
      errorMs: 500,
    }),
  );
  const sightings = named.map(({ drive: _drive, passage: _passage, ...sighting }): Sighting => sighting);
  return { edges, views, clocks: measured, sightings, actors, truth };
}

const isWorkVehicle = ({ vehicleClass }: Drive): boolean =>
  vehicleClass === 'van' || vehicleClass === 'small_truck' || vehicleClass === 'truck';

const isInView = (atM: number, view: CameraView | undefined): boolean =>
  view !== undefined && atM >= view.fromM && atM <= view.toM;

/** When a drive was in a view; null where it ended before. */
function passed(
  { enteredAtMs, speedMps, stop }: Drive,
  at: number,
  view: CameraView | undefined,
): { readonly enteredAtMs: number; readonly leftAtMs: number } | null {
  const [startMs, mps] = [enteredAtMs[at], speedMps[at]];
  if (startMs === undefined || mps === undefined || view === undefined) return null;
  const when = (placeM: number): number => {
    const haltMs = stop?.at === at && placeM > stop.atM ? stop.forMs : 0;
    return startMs + (placeM / mps) * 1_000 + haltMs;
  };
  return { enteredAtMs: when(view.fromM), leftAtMs: when(view.toM) };
}

/** Likelihoods as a detector gives them: mostly of what it is, now and then of what it is taken for; with noise. */
function scoresOf<Name extends string>(
  name: Name,
  names: readonly Name[],
  mistakes: Readonly<Record<Name, Partial<Record<Name, number>>>>,
  right: number,
  chance: Chance,
): Record<string, number> {
  const seenAs = (actual: Name, as: Name): number => {
    if (actual === as) return right;
    const of = mistakes[actual];
    const sum = names.reduce((total, other) => total + (of[other] ?? 0), 0);
    return 0.01 + ((1 - right) * (of[as] ?? 0)) / sum;
  };
  const seen = chance.weighted(
    Object.fromEntries(names.map((as) => [as, seenAs(name, as)])) as Record<Name, number>,
  );
  const raw = names.map((actual) => seenAs(actual, seen) * Math.exp(0.5 * chance.normal()));
  const sum = raw.reduce((a, b) => a + b, 0);
  return Object.fromEntries(
    names.flatMap((other, k) => {
      const score = Math.round((100 * (raw[k] ?? 0)) / sum) / 100;
      return score < 0.015 ? [] : [[other, score]];
    }),
  );
}
