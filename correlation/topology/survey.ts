import { type ClockEstimate, estimateClock } from './clocks.ts';
import { attributeModel, liftOf, type Look } from './look.ts';
import type { Pace } from './road-graph.ts';
import { learnTraffic, type LookModel, type Passage, type Traffic } from './traffic.ts';
import type { Connection, RoadNetwork } from './ways.ts';

/** One passage as its camera saw it, in the camera's own clock. */
export interface Sighting extends Look {
  readonly sightingId: string;
  readonly view: number;
  readonly enteredAtMs: number;
  readonly leftAtMs: number;
}

/** Camera clock less true time; null: nobody has measured it. */
export interface MeasuredClock {
  readonly cameraId: string;
  readonly offsetMs: number | null;
  readonly errorMs: number;
}

/** The clock of one camera as it is used, and how that is known. */
export interface ClockFinding {
  readonly cameraId: string;
  readonly offsetMs: number;
  readonly errorMs: number;
  /** `shifted`: measured, but the traffic says that it has been set otherwise since. `unknown`: too little traffic. */
  readonly basis: 'measured' | 'traffic' | 'shifted' | 'unknown';
}

/** Everything that is known of the traffic of one area and time: no vehicle, only sums. */
export interface Survey {
  readonly traffic: Traffic;
  readonly passages: readonly Passage[];
  readonly clocks: readonly ClockFinding[];
}

export interface SurveySources {
  readonly network: RoadNetwork;
  readonly connections: readonly (readonly Connection[])[];
  readonly pace: Pace;
  readonly clocks: readonly MeasuredClock[];
}

/** Nats by which the traffic must speak against a measured clock before it is taken for shifted. */
const shiftedGain = 8;
const clockRounds = 2;
/** Said of a clock that nobody has measured and that too little traffic passes. */
const unknownErrorMs = 60_000;
/** An estimate this vague is none. */
const vagueMs = 8_000;

/** Put all cameras on one clock, and learn how traffic flows between them. */
export function survey(sources: SurveySources, sightings: readonly Sighting[]): Survey {
  const looks: LookModel = {
    classes: attributeModel(sightings.map(({ classScores }) => classScores)),
    colors: attributeModel(sightings.map(({ colorScores }) => colorScores)),
  };
  const seen = sightings.map((sighting) => ({
    passageId: sighting.sightingId,
    view: sighting.view,
    enteredAtMs: sighting.enteredAtMs,
    leftAtMs: sighting.leftAtMs,
    classLift: liftOf(sighting.classScores, looks.classes),
    colorLift: liftOf(sighting.colorScores, looks.colors),
  }));
  const clocks = findClocks(sources, looks, seen);
  const passages = onCommonClock(sources.network, seen, clocks);
  return { traffic: learnTraffic({ ...sources, looks }, passages), passages, clocks };
}

function onCommonClock(
  { views }: RoadNetwork,
  seen: readonly Passage[],
  clocks: readonly ClockFinding[],
): Passage[] {
  const offsets = new Map(clocks.map(({ cameraId, offsetMs }) => [cameraId, offsetMs]));
  return seen.map((passage) => {
    const offsetMs = offsets.get(views[passage.view]?.cameraId ?? '') ?? 0;
    return {
      ...passage,
      enteredAtMs: passage.enteredAtMs - offsetMs,
      leftAtMs: passage.leftAtMs - offsetMs,
    };
  });
}

function findClocks(
  sources: SurveySources,
  looks: LookModel,
  seen: readonly Passage[],
): ClockFinding[] {
  const { network, clocks: measured } = sources;
  const known = new Map(measured.map((clock) => [clock.cameraId, clock]));
  let findings = [...new Set(network.views.map(({ cameraId }) => cameraId))].map((cameraId): ClockFinding => {
    const clock = known.get(cameraId);
    const offsetMs = clock?.offsetMs ?? null;
    return offsetMs === null
      ? { cameraId, offsetMs: 0, errorMs: unknownErrorMs, basis: 'unknown' }
      : { cameraId, offsetMs, errorMs: clock?.errorMs ?? 0, basis: 'measured' };
  });
  for (let round = 0; round < clockRounds; round += 1) {
    const passages = onCommonClock(network, seen, findings);
    const atView: Passage[][] = network.views.map(() => []);
    for (const passage of passages) atView[passage.view]?.push(passage);
    for (const there of atView) there.sort((a, b) => a.enteredAtMs - b.enteredAtMs);
    const traffic = learnTraffic({ ...sources, looks }, passages, 0);
    const trusted = new Set(
      findings.flatMap(({ cameraId, basis }) => (basis === 'unknown' ? [] : [cameraId])),
    );
    findings = findings.map((finding) => {
      const isDue = round === 0 || finding.basis === 'traffic' || finding.basis === 'unknown';
      return isDue
        ? judged(finding, estimateClock(finding.cameraId, atView, traffic, (id) => trusted.has(id)))
        : finding;
    });
  }
  return findings;
}

function judged(finding: ClockFinding, estimate: ClockEstimate): ClockFinding {
  const { cameraId, basis } = finding;
  const { errorMs, gain } = estimate;
  const offsetMs = finding.offsetMs + estimate.offsetMs;
  switch (basis) {
    case 'measured':
    case 'shifted': {
      const isShifted = gain > shiftedGain && Math.abs(estimate.offsetMs) > 4 * Math.hypot(errorMs, finding.errorMs);
      return isShifted ? { cameraId, offsetMs, errorMs, basis: 'shifted' } : finding;
    }
    case 'traffic':
    case 'unknown':
      return errorMs > vagueMs ? finding : { cameraId, offsetMs, errorMs, basis: 'traffic' };
  }
}
