import type { Association } from './association.ts';

/** One step of a proposed route, away from the incident. */
export interface Step {
  readonly link: number;
  /** Passage reached. */
  readonly node: number;
  /** Of this step, given the steps before it. */
  readonly probability: number;
  /** Of all steps up to and including this one. */
  readonly chainProbability: number;
}

export type Side = 'forward' | 'backward';

export interface Chain {
  readonly steps: readonly Step[];
  /** Sum of how much surer than needed each step is; below 0: rather leave it open. */
  readonly value: number;
}

const beamWidth = 20;
const maxSteps = 40;
/** What is below is no proposal, however good what follows. */
const minProbability = 0.01;
/** A route goes on as long as it is likelier right than wrong, eleven to nine. */
const sureProbability = 0.55;

/** Links that lead on from a passage, with how likely each is. */
export function optionsFrom(
  { neighbourhood: area, probability }: Association,
  node: number,
  side: Side,
  atLeast = minProbability,
): { readonly link: number; readonly node: number; readonly probability: number }[] {
  const links: number[] = [];
  if (side === 'backward') links.push(...(area.into[node] ?? []));
  else for (let at = area.outStart[node] ?? 0; at < (area.outStart[node + 1] ?? 0); at += 1) links.push(at);
  const ends = side === 'forward' ? area.to : area.from;
  return links
    .map((link) => ({ link, node: ends[link] ?? 0, probability: probability[link] ?? 0 }))
    .filter((option) => option.probability >= atLeast)
    .toSorted((a, b) => b.probability - a.probability);
}

/**
 * Beam search from one passage to one side. A chain ends where going on would rather be wrong than right.
 * @returns the best chains, best first; the one without steps is among them: nothing can be said on this side.
 */
export function chainsFrom(association: Association, start: number, side: Side, count: number): Chain[] {
  let beam: { steps: readonly Step[]; value: number }[] = [{ steps: [], value: 0 }];
  const done: Chain[] = [{ steps: [], value: 0 }];
  for (let length = 0; length < maxSteps && beam.length > 0; length += 1) {
    const next: typeof beam = [];
    for (const chain of beam) {
      const last = chain.steps.at(-1);
      const before = last?.chainProbability ?? 1;
      const visited = new Set([start, ...chain.steps.map(({ node }) => node)]);
      // What began unsure is shown as an alternative, as far as it is sure once taken that it began right.
      const began = chain.steps[0]?.probability ?? 0;
      const floor = began >= sureProbability ? sureProbability : sureProbability * began;
      let isExtended = false;
      for (const option of optionsFrom(association, last?.node ?? start, side)) {
        const chainProbability = before * option.probability;
        if (visited.has(option.node) || chainProbability < floor) continue;
        const step: Step = { ...option, chainProbability };
        next.push({ steps: [...chain.steps, step], value: chain.value + chainProbability - sureProbability });
        isExtended = true;
      }
      if (!isExtended && chain.steps.length > 0) done.push(chain);
    }
    beam = next
      .toSorted((a, b) => (b.steps.at(-1)?.chainProbability ?? 0) - (a.steps.at(-1)?.chainProbability ?? 0))
      .slice(0, beamWidth);
  }
  return done.toSorted((a, b) => b.value - a.value).slice(0, count);
}
