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
  /** To this, times of two cameras can be compared: clocks, and the ends of passages. */
  readonly resolutionMs: number;
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

function findClocks(sources: SurveySources, looks: LookModel, seen: readonly Passage[]): ClockFinding[] {
  const { network, clocks: measured } = sources;
  const known = new Map(measured.map((clock) => [clock.cameraId, clock]));
  const findings = new Map(
    network.views.map(({ cameraId }): [string, ClockFinding] => {
      const clock = known.get(cameraId);
      const offsetMs = clock?.offsetMs ?? null;
      return [
        cameraId,
        offsetMs === null
          ? { cameraId, offsetMs: 0, errorMs: unknownErrorMs, basis: 'unknown' }
          : { cameraId, offsetMs, errorMs: clock?.errorMs ?? 0, basis: 'measured' },
      ];
    }),
  );
  const estimator = (): ((cameraId: string) => ClockEstimate) => {
    const passages = onCommonClock(network, seen, [...findings.values()]);
    const atView: Passage[][] = network.views.map(() => []);
    for (const passage of passages) atView[passage.view]?.push(passage);
    for (const there of atView) there.sort((a, b) => a.enteredAtMs - b.enteredAtMs);
    const traffic = learnTraffic({ ...sources, looks }, passages, 0);
    const isTrusted = (cameraId: string): boolean => findings.get(cameraId)?.basis !== 'unknown';
    return (cameraId) => estimateClock(cameraId, atView, traffic, isTrusted);
  };
  findShifted(findings, estimator);
  for (let round = 0; round < clockRounds; round += 1) {
    const estimate = estimator();
    const found = [...findings.values()]
      .filter(({ basis }) => basis === 'unknown' || basis === 'traffic')
      .map((finding) => corrected(finding, estimate(finding.cameraId), 'traffic'))
      .filter(({ errorMs }) => errorMs <= vagueMs);
    for (const finding of found) findings.set(finding.cameraId, finding);
  }
  return [...findings.values()];
}

/**
 * One at a time, the plainest first: to a camera whose clock is wrong its neighbours look wrong too, until it is put
 * right.
 */
function findShifted(
  findings: Map<string, ClockFinding>,
  estimator: () => (cameraId: string) => ClockEstimate,
): void {
  let suspects = [...findings.values()].filter(({ basis }) => basis === 'measured');
  while (suspects.length > 0) {
    const estimate = estimator();
    const shifted = suspects
      .map((finding) => ({ finding, estimate: estimate(finding.cameraId) }))
      .filter(
        ({ finding, estimate: { offsetMs, errorMs, gain } }) =>
          gain > shiftedGain && Math.abs(offsetMs) > 4 * Math.hypot(errorMs, finding.errorMs),
      )
      .toSorted((a, b) => b.estimate.gain - a.estimate.gain);
    const [worst, ...rest] = shifted;
    if (worst === undefined) return;
    findings.set(worst.finding.cameraId, corrected(worst.finding, worst.estimate, 'shifted'));
    suspects = rest.map(({ finding }) => finding);
  }
}

const corrected = (
  { cameraId, offsetMs }: ClockFinding,
  estimate: ClockEstimate,
  basis: ClockFinding['basis'],
): ClockFinding => ({
  cameraId,
  offsetMs: offsetMs + estimate.offsetMs,
  errorMs: estimate.errorMs,
  basis,
});
