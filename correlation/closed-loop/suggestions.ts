import type { BoxNorm, Incident, RuleSuggestion, SceneEvent } from '../../contracts/index.ts';
import { judgedAtMs } from './rates.ts';

/** Fewer judgements than this say nothing. */
const judgedAtLeast = 5;
const falseShareAtLeast = 0.5;
/** Silencing a rule needs more: nothing of it was right. */
const muteFalseAtLeast = 10;
/** A change may cost at most this share of what was right. */
const trueLostAtMost = 0.1;
/** And has to spare at least this share of what was wrong. */
const falseAvoidedAtLeast = 0.6;
const incidentsShown = 20;

interface Judged {
  readonly incidentId: string;
  readonly event: SceneEvent;
  readonly isFalse: boolean;
  readonly atMs: number;
}

const isInside = (box: BoxNorm, { xNorm, yNorm, wNorm, hNorm }: BoxNorm): boolean => {
  const x = box.xNorm + box.wNorm / 2;
  const y = box.yNorm + box.hNorm;
  return x >= xNorm && x <= xNorm + wNorm && y >= yNorm && y <= yNorm + hNorm;
};

const hull = (boxes: readonly BoxNorm[]): BoxNorm => {
  const xNorm = Math.min(...boxes.map((box) => box.xNorm));
  const yNorm = Math.min(...boxes.map((box) => box.yNorm));
  const right = Math.max(...boxes.map((box) => box.xNorm + box.wNorm));
  const bottom = Math.max(...boxes.map((box) => box.yNorm + box.hNorm));
  return { xNorm, yNorm, wNorm: right - xNorm, hNorm: bottom - yNorm };
};

/** How long the thing of an event lay there; null while it does. */
const restMs = ({ moments, startedAtMs }: SceneEvent): number | null =>
  moments.clearedAtMs === null ? null : moments.clearedAtMs - (moments.putDownAtMs ?? startedAtMs);

/** A part of the picture where people keep rejecting and hardly ever confirm. */
function rezone(wrong: readonly Judged[], right: readonly Judged[]) {
  const candidates = wrong.map(({ event }) => {
    const { box } = event;
    const near = wrong.filter(
      (other) =>
        Math.abs(other.event.box.xNorm - box.xNorm) <= box.wNorm &&
        Math.abs(other.event.box.yNorm - box.yNorm) <= box.hNorm,
    );
    return hull(near.map((other) => other.event.box));
  });
  return best(
    candidates.map((ignoreBox) => ({
      ignoreBox,
      minRestMs: null,
      falseAvoided: wrong.filter(({ event }) => isInside(event.box, ignoreBox)).length,
      trueLost: right.filter(({ event }) => isInside(event.box, ignoreBox)).length,
    })),
    wrong.length,
    right.length,
  );
}

/** A stay time after which most of what was wrong had gone again, and hardly anything of what was right. */
function raiseStayTime(wrong: readonly Judged[], right: readonly Judged[]) {
  const lasted = (judged: Judged, limitMs: number): boolean => {
    const ms = restMs(judged.event);
    return ms === null || ms >= limitMs;
  };
  const limits = wrong
    .flatMap(({ event }) => restMs(event) ?? [])
    .map((ms) => Math.ceil((ms + 1) / 1_000) * 1_000);
  return best(
    limits.map((minRestMs) => ({
      ignoreBox: null,
      minRestMs,
      falseAvoided: wrong.filter((judged) => !lasted(judged, minRestMs)).length,
      trueLost: right.filter((judged) => !lasted(judged, minRestMs)).length,
    })),
    wrong.length,
    right.length,
  );
}

type Change = Pick<RuleSuggestion, 'ignoreBox' | 'minRestMs' | 'falseAvoided' | 'trueLost'>;

const best = (changes: readonly Change[], wrongCount: number, rightCount: number): Change | null =>
  changes
    .filter(
      ({ falseAvoided, trueLost }) =>
        falseAvoided >= falseAvoidedAtLeast * wrongCount && trueLost <= trueLostAtMost * rightCount,
    )
    .toSorted(
      (one, other) =>
        other.falseAvoided - other.trueLost - (one.falseAvoided - one.trueLost) ||
        (one.minRestMs ?? 0) - (other.minRestMs ?? 0),
    )[0] ?? null;

/**
 * What people's judgements say should change, per camera, rule and zone: the mildest change first (re-zone, longer stay
 * time), and to mute a rule only where nothing of many alerts was right. Always with what it would have cost.
 */
export function suggestionsOf(incidents: readonly Incident[]): RuleSuggestion[] {
  const judged = incidents.flatMap((incident): Judged[] => {
    const atMs = judgedAtMs(incident);
    const [event] = incident.events;
    const reason = incident.rejection?.reason;
    // A repeat or a legal disposal was seen rightly.
    if (atMs === null || event === undefined || reason === 'duplicate' || reason === 'legal_disposal')
      return [];
    return [{ incidentId: incident.incidentId, event, isFalse: reason === 'false_alarm', atMs }];
  });
  const groups = Map.groupBy(judged, ({ event }) =>
    JSON.stringify([event.cameraId, event.ruleId, event.zoneId]),
  );
  return [...groups.values()].flatMap((group): RuleSuggestion[] => {
    const wrong = group.filter(({ isFalse }) => isFalse);
    const right = group.filter(({ isFalse }) => !isFalse);
    const [first] = group;
    if (
      first === undefined ||
      group.length < judgedAtLeast ||
      wrong.length < falseShareAtLeast * group.length
    )
      return [];
    const { cameraId, ruleId, zoneId } = first.event;
    const suggest = (kind: RuleSuggestion['kind'], change: Change): RuleSuggestion => ({
      cameraId,
      ruleId,
      zoneId,
      kind,
      falseCount: wrong.length,
      trueCount: right.length,
      ...change,
      incidentIds: wrong
        .toSorted((one, other) => other.atMs - one.atMs)
        .slice(0, incidentsShown)
        .map(({ incidentId }) => incidentId),
    });
    const zone = rezone(wrong, right);
    if (zone !== null) return [suggest('rezone', zone)];
    const stay = raiseStayTime(wrong, right);
    if (stay !== null) return [suggest('raiseStayTime', stay)];
    if (right.length > 0 || wrong.length < muteFalseAtLeast) return [];
    return [suggest('mute', { ignoreBox: null, minRestMs: null, falseAvoided: wrong.length, trueLost: 0 })];
  });
}
