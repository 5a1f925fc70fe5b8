import type { CameraView, RoadEdge } from '../road-graph.ts';
import type { Sighting } from '../survey.ts';

/** Numbers that look like chance and are the same at every run. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

export const cameraCount = 6;
const lengthM = 400;

/** A road with a camera on each stretch, and at each junction a side road by which vehicles come and go. */
export function corridor(): { readonly edges: RoadEdge[]; readonly views: CameraView[] } {
  const edges: RoadEdge[] = [];
  for (let at = 0; at < cameraCount; at += 1) {
    const onward = new Map([[`side${at}`, 'right' as const]]);
    if (at + 1 < cameraCount)
      edges.push(edge(`main${at}`, at, at + 1, onward.set(`main${at + 1}`, 'straight' as never)));
    else edges.push(edge(`main${at}`, at, at + 1, onward));
    edges.push(edge(`side${at}`, at + 1, 100 + at, new Map()));
  }
  const views = Array.from({ length: cameraCount }, (_, at) => ({
    cameraId: `camera${at}`,
    edgeId: `main${at}`,
    fromM: 180,
    toM: 220,
  }));
  return { edges, views };
}

const edge = (edgeId: string, from: number, to: number, turns: RoadEdge['turns']): RoadEdge => ({
  edgeId,
  fromJunction: String(from),
  toJunction: String(to),
  lengthM,
  speedMps: 10,
  endsAtSignal: false,
  turns,
});

const classes = ['car', 'van', 'truck'];
const colors = ['white', 'black', 'red'];

/** Scores of a camera that is right `sure` of the time and says so. */
const scores = (names: readonly string[], seen: string, sure: number): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, name === seen ? sure : (1 - sure) / (names.length - 1)]));

export interface Drive {
  readonly ids: string[];
}

/**
 * An hour of vehicles that join and leave somewhere; cameras miss one in seven.
 * @param offsetsMs what each camera's clock is off.
 */
export function drive(
  offsetsMs: readonly number[],
  seed = 7,
): { readonly sightings: Sighting[]; readonly drives: Drive[] } {
  const next = chance(seed);
  const pick = (names: readonly string[]): string => names[Math.floor(next() * names.length)] ?? '';
  const sightings: Sighting[] = [];
  const drives: Drive[] = [];
  for (let vehicle = 0; vehicle < 240; vehicle += 1) {
    const first = Math.floor(next() * 3);
    const last = Math.min(cameraCount - 1, first + 1 + Math.floor(next() * 4));
    const className = pick(classes);
    const color = pick(colors);
    const mps = 8 + 2.5 * next();
    const startMs = 1_000_000 + next() * 3_600_000;
    const ids: string[] = [];
    for (let at = first; at <= last; at += 1) {
      if (next() < 0.15) continue;
      const entered = startMs + (((at - first) * lengthM) / mps) * 1_000 + next() * 2_000;
      const view = at;
      const enteredAtMs = Math.round(entered + (offsetsMs[at] ?? 0));
      const sightingId = `v${vehicle}c${at}`;
      sightings.push({
        sightingId,
        view,
        enteredAtMs,
        leftAtMs: Math.round(enteredAtMs + (40 / mps) * 1_000),
        classScores: scores(classes, next() < 0.9 ? className : pick(classes), 0.9),
        colorScores: scores(colors, next() < 0.85 ? color : pick(colors), 0.85),
      });
      ids.push(sightingId);
    }
    drives.push({ ids });
  }
  return { sightings, drives };
}
