import {
  type BoxPx,
  type ClipTruth,
  iouPx,
  type RaisedEvent,
  rightBoxIou,
  type TruthEvent,
} from '../../inference/eval/index.ts';
import { type Actor, type Case, type Left, placeAt } from './case.ts';
import type { Film } from './film.ts';

/** The rule's own stay times, from which a delay is counted. */
const stay = { restMs: 10_000, awayMs: 3_000, widths: 2 };

/** What must be found in a case, from when on it could be raised, and who did it. */
export interface CaseTruth extends ClipTruth {
  readonly dueMs: ReadonlyMap<TruthEvent, number>;
  /** Is this the box of who did it, somewhen around the put-down? */
  isActor(event: TruthEvent, raised: NonNullable<RaisedEvent['actor']>): boolean;
}

/** The actor may be shown a little before or after the put-down: it is about who, not about when. */
const aroundMs = { before: 2_500, after: 4_000 };
const vehicles = new Set(['car', 'van', 'bus', 'truck']);

export function truthOf(one: Case, film: Film): CaseTruth {
  const dueMs = new Map<TruthEvent, number>();
  const actors = new Map<TruthEvent, Actor>();
  const events = one.left.map((left) => {
    const departedMs = departureOf(one, left, film);
    const boxes = left.items.flatMap((i) => {
      const item = one.items[i];
      return item === undefined ? [] : [film.itemBox(item)];
    });
    const actor = one.actors.find(({ id }) => id === left.actorId);
    const box = actor === undefined ? null : film.actorBox(actor, left.touchesMs);
    const event: TruthEvent = {
      kind: 'illegal_dumping',
      boxes: boxes.length > 1 ? [...boxes, union(boxes)] : boxes,
      touchesGroundS: left.touchesMs / 1_000,
      settledS: left.touchesMs / 1_000,
      departedS: departedMs / 1_000,
      removedS: left.removedMs === null ? null : left.removedMs / 1_000,
      actor: actor === undefined || actor.isUnseen === true ? null : { class: actor.role, box },
    };
    if (actor !== undefined) actors.set(event, actor);
    dueMs.set(event, Math.max(left.touchesMs + stay.restMs, departedMs + stay.awayMs));
    return event;
  });
  return {
    events,
    toleranceS: 0.5,
    dueMs,
    isActor(event, raised) {
      const actor = actors.get(event);
      if (actor === undefined) return false;
      if ((actor.role === 'person') !== (raised.class === 'person')) return false;
      if (actor.role === 'vehicle' && !vehicles.has(raised.class)) return false;
      const atMs = 1_000 * (event.touchesGroundS ?? 0);
      for (let ms = atMs - aroundMs.before; ms <= atMs + aroundMs.after; ms += 100) {
        const box = film.actorBox(actor, ms);
        if (box !== null && iouPx(box, raised.box) >= rightBoxIou) return true;
      }
      return false;
    },
  };
}

/** The moment from which the actor stays further away than two of their widths, or is out of the picture. */
function departureOf(one: Case, left: Left, film: Film): number {
  const actor = one.actors.find(({ id }) => id === left.actorId);
  const item = one.items[left.items.at(-1) ?? 0];
  if (actor === undefined || item === undefined) return left.touchesMs;
  let lastNearMs = left.touchesMs;
  for (let atMs = left.touchesMs; atMs < one.durationMs; atMs += 100) {
    const at = placeAt(actor, atMs);
    const box = film.actorBox(actor, atMs);
    if (at === null || box === null) break;
    const isOut = box[0] + box[2] / 2 < 0 || box[0] + box[2] / 2 > film.widthPx;
    if (!isOut && Math.hypot(at.xPx - item.restXPx, at.yPx - item.restYPx) <= stay.widths * box[2])
      lastNearMs = atMs;
  }
  return lastNearMs;
}

function union(boxes: readonly BoxPx[]): BoxPx {
  const left = Math.min(...boxes.map((box) => box[0]));
  const top = Math.min(...boxes.map((box) => box[1]));
  const right = Math.max(...boxes.map((box) => box[0] + box[2]));
  const bottom = Math.max(...boxes.map((box) => box[1] + box[3]));
  return [left, top, right - left, bottom - top];
}
