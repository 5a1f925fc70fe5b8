import type { BoxPx } from '../../inference/eval/index.ts';
import { seededRandom } from '../compose/index.ts';
import { type Actor, type Case, type Item, placeAt, stateAt } from './case.ts';
import { applyEffect, cameraShift, movePicture } from './effects.ts';
import { addGrain, byte, type Canvas, type Patch, paste, shade } from './patch.ts';
import { type Detections, fps, type Plate } from './plate.ts';
import type { Sprite } from './sprite.ts';
import { faint, models } from './thing.ts';
import { drawnAt } from './visible.ts';

/** Cut-outs that cases may use. */
export interface Cast {
  readonly people: readonly Sprite[];
  readonly vehicles: readonly Sprite[];
}

/** One picture of a case, with what a detector would say of it: what it said of the same people in their footage. */
export interface Shot {
  readonly atMs: number;
  readonly data: Uint8Array;
  readonly detections: Detections;
}

export interface Film {
  readonly widthPx: number;
  readonly heightPx: number;
  shots(): Generator<Shot>;
  /** Where an actor's box and an item's box are at a moment; null when absent. */
  actorBox(actor: Actor, atMs: number): BoxPx | null;
  itemBox(item: Item): BoxPx;
}

const lowerMs = 500;
const personM = 1.7;
/** Who sits is lower by this share of their height. */
const sunk = 0.38;
const areaOf = new WeakMap<Patch, readonly [number, number, number, number]>();

export function openFilm(one: Case, plate: Plate, cast: Cast, pxPerM: (yPx: number) => number): Film {
  const { widthPx, heightPx } = plate;
  const frames = Math.floor((one.durationMs / 1_000) * fps);
  const sprites = new Map(one.actors.map((actor) => [actor.id, chooseSprite(actor, cast)]));
  const patches = one.items.map((item) => drawItem(item, plate));
  const itemScale = one.items.map((item, i) => item.heightPx / (patches[i]?.heightPx ?? 1));
  const noise = one.isQuiet || plate.footage.isStill ? 2 : 0;
  const itemNoise = Math.max(1, plate.noiseSigma);

  const scaleOf = (actor: Actor, yPx: number): number => {
    const sprite = sprites.get(actor.id);
    if (sprite === undefined) return 1;
    const size = (actor.size ?? 1) * (actor.role === 'person' ? personM : vehicleM(sprite));
    const own = actor.role === 'person' ? sprite.heightPx : Math.sqrt(sprite.heightPx * sprite.widthPx);
    return (size * pxPerM(yPx)) / own;
  };

  const actorBox = (actor: Actor, atMs: number): BoxPx | null => {
    const at = placeAt(actor, atMs);
    const sprite = sprites.get(actor.id);
    if (at === null || sprite === undefined) return null;
    const scale = scaleOf(actor, at.yPx);
    return [
      at.xPx - (sprite.widthPx * scale) / 2,
      at.yPx - sprite.heightPx * scale,
      sprite.widthPx * scale,
      sprite.heightPx * scale,
    ];
  };

  const itemBox = (item: Item): BoxPx => {
    const i = one.items.indexOf(item);
    const patch = patches[i];
    const scale = itemScale[i] ?? 1;
    if (patch === undefined) return [0, 0, 1, 1];
    const [l, t, r, b] = coveredBox(patch);
    return [
      item.restXPx + (l - patch.footPx[0]) * scale,
      item.restYPx + (t - patch.footPx[1]) * scale,
      (r - l) * scale,
      (b - t) * scale,
    ];
  };

  function* shots(): Generator<Shot> {
    const canvas: Canvas = { widthPx, heightPx, data: new Uint8Array(plate.empty.length) };
    const moved = new Uint8Array(plate.empty.length);
    const before = new Uint8Array(plate.empty.length);
    const walked = new Map<string, number>();
    const offset = Math.floor(seededRandom(one.seed)() * 1_000);
    for (let frame = 0; frame < frames; frame++) {
      const atMs = Math.round((frame * 1_000) / fps);
      const index = bounce(frame + offset, plate.frames.length);
      const source = one.isQuiet ? plate.empty : (plate.frames[index] ?? plate.empty);
      canvas.data.set(source);
      if (noise > 0) addGrain(canvas, noise, frame + one.seed);
      const detections: Detections = one.isQuiet ? [] : [...(plate.detections[index] ?? [])];
      const hides = one.isQuiet ? null : hider(plate, source, plate.detections[index] ?? []);
      const gain = one.isQuiet ? 1 : (plate.gains[index] ?? 1);
      draw(canvas, { frame, atMs, gain }, hides, walked, detections);
      const state = {
        seed: one.seed,
        frame,
        atMs,
        durationMs: one.durationMs,
        before: frame === 0 ? null : before,
        scratch: moved,
      };
      const [dx, dy] = cameraShift(one.effects, state);
      if (dx !== 0 || dy !== 0) {
        movePicture(canvas, dx, dy, moved);
        canvas.data.set(moved);
      }
      for (const effect of one.effects) applyEffect(canvas, effect, state);
      before.set(canvas.data);
      yield {
        atMs,
        data: canvas.data,
        detections: seenBy(detections, one, frame, [dx / widthPx, dy / heightPx]),
      };
    }
  }

  function draw(
    canvas: Canvas,
    { frame, atMs, gain }: { readonly frame: number; readonly atMs: number; readonly gain: number },
    hides: Hider | null,
    walked: Map<string, number>,
    detections: Detections,
  ): void {
    const wet = one.effects.find((effect) => effect.kind === 'wet');
    const layers: { readonly yPx: number; readonly put: () => void }[] = [];
    for (const actor of one.actors) {
      const at = placeAt(actor, atMs);
      const sprite = sprites.get(actor.id);
      if (at === null || sprite === undefined) continue;
      const scale = scaleOf(actor, at.yPx);
      const [shown, index] = pose(actor, sprite, scale, atMs, frame, walked);
      const sway =
        at.isMoving || actor.role === 'vehicle'
          ? 0
          : 0.02 * sprite.widthPx * scale * Math.sin(atMs / 700 + actor.look);
      const heading = headingAt(actor, atMs);
      const isMirrored = heading !== 0 && heading !== sprite.heading;
      const isSitting = actor.sits === true && !at.isMoving;
      const place = {
        footXPx: at.xPx + sway,
        footYPx: at.yPx + (isSitting ? sunk * sprite.heightPx * scale : 0),
        scale,
        isMirrored,
        gain:
          gain *
          Math.min(
            1.35,
            Math.max(0.6, Math.sqrt(groundAt(plate, at.xPx, at.yPx) / Math.max(sprite.groundLuma, 1))),
          ),
        noiseSigma: 0.7 * itemNoise,
        frame,
        isHidden: (x: number, y: number) => (isSitting && y > at.yPx) || (hides?.(x, y, at.yPx) ?? false),
      };
      layers.push({
        yPx: at.yPx,
        put() {
          if (wet?.kind === 'wet') reflect(canvas, plate, shown.patch, place, wet.strength);
          paste(canvas, shown.patch, place);
        },
      });
      const seen = shown.seen ?? (at.isMoving ? null : seenStanding(sprite, one.seed + frame));
      if (seen === null || actor.isUnseen === true || isHiddenFrom(one.actors, actor, atMs, actorBox))
        continue;
      const left = isMirrored ? -seen.leftPx - seen.widthPx : seen.leftPx;
      const jitter = seededRandom(one.seed + 131 * frame + index)();
      // Small people are missed more often than the same people were when they were large.
      if (seen.heightPx * scale < 34 && jitter < 0.25) continue;
      if (isSitting && jitter < 0.5) continue;
      const [top, height] = isSitting
        ? [seen.topPx + sunk * sprite.heightPx, seen.heightPx * (1 - sunk)]
        : [seen.topPx, seen.heightPx];
      addDetection(detections, plate, {
        className: sprite.className,
        confidence: seen.confidence,
        boxPx: [at.xPx + left * scale, at.yPx + top * scale, seen.widthPx * scale, height * scale],
      });
    }
    one.items.forEach((item, i) => {
      const patch = patches[i];
      if (patch === undefined) return;
      const at = itemAt(item, atMs);
      if (at === null) return;
      const scale = itemScale[i] ?? 1;
      const isHidden = (x: number, y: number): boolean => hides?.(x, y, at.depthPx) ?? false;
      layers.push({
        yPx: at.depthPx + 0.01,
        put() {
          if (at.isDown) {
            const size = item.heightPx;
            shade(
              canvas,
              {
                xPx: at.xPx,
                yPx: at.yPx - 0.05 * size,
                halfWidthPx: 0.75 * size,
                halfDepthPx: 0.22 * size,
                strength: 0.35,
              },
              isHidden,
            );
          }
          paste(canvas, patch, {
            footXPx: at.xPx,
            footYPx: at.yPx,
            scale,
            isMirrored: false,
            gain,
            noiseSigma: itemNoise,
            frame,
            isHidden,
          });
        },
      });
    });
    for (const layer of layers.toSorted((a, b) => a.yPx - b.yPx)) layer.put();
    mistakeThings(detections, one, frame, atMs);
  }

  /** In the hand, on its way to the ground, or on it. */
  function itemAt(
    item: Item,
    atMs: number,
  ): { xPx: number; yPx: number; depthPx: number; isDown: boolean } | null {
    const state = stateAt(item, atMs);
    if (state.is === 'absent') return null;
    if (state.is === 'resting')
      return { xPx: item.restXPx, yPx: item.restYPx, depthPx: item.restYPx, isDown: true };
    const actor = one.actors.find(({ id }) => id === state.by);
    const at = actor === undefined ? null : placeAt(actor, atMs);
    const box = actor === undefined ? null : actorBox(actor, atMs);
    if (at === null || box === null) return null;
    const side = item.restXPx >= at.xPx ? 1 : -1;
    const hand = {
      xPx: at.xPx + side * 0.3 * box[2],
      yPx: at.yPx - Math.max(0.04 * box[3], 0.42 * box[3] - 0.9 * item.heightPx),
    };
    const next = item.states.find((later) => later.fromMs > atMs);
    const down = next?.is === 'resting' ? Math.max(0, 1 - (next.fromMs - atMs) / lowerMs) : 0;
    const index = item.states.indexOf(state);
    const wasDown = index > 0 && item.states[index - 1]?.is === 'resting';
    const up = wasDown ? Math.max(0, 1 - (atMs - state.fromMs) / lowerMs) : 0;
    const share = Math.max(down, up);
    return {
      xPx: hand.xPx + share * (item.restXPx - hand.xPx),
      yPx: hand.yPx + share * share * (item.restYPx - hand.yPx),
      depthPx: at.yPx + share * (item.restYPx - at.yPx),
      isDown: false,
    };
  }

  /** A detector sometimes takes a thing for a person: one thing in seven, half of the time. */
  function mistakeThings(detections: Detections, of: Case, frame: number, atMs: number): void {
    of.items.forEach((item, i) => {
      if (stateAt(item, atMs).is !== 'resting') return;
      if (seededRandom(of.seed + 17 * i)() > 0.15 || seededRandom(of.seed + 7 * frame + i)() > 0.5) return;
      addDetection(detections, plate, { className: 'person', confidence: 0.42, boxPx: itemBox(item) });
    });
  }

  return { widthPx, heightPx, shots, actorBox, itemBox };
}

/** There and back again: footage that is shorter than its case. */
function bounce(frame: number, count: number): number {
  if (count <= 1) return 0;
  const at = frame % (2 * count - 2);
  return at < count ? at : 2 * count - 2 - at;
}

/** Side views are longer than fronts. */
const vehicleM = ({ widthPx, heightPx }: Sprite): number => (widthPx / heightPx > 1.6 ? 2.5 : 1.8);

function chooseSprite({ role, look }: Actor, cast: Cast): Sprite | undefined {
  const from = role === 'person' ? cast.people : cast.vehicles;
  return from[look % Math.max(from.length, 1)];
}

/** Walking goes through the pictures with the way covered; standing sways between neighbours. */
function pose(
  actor: Actor,
  sprite: Sprite,
  scale: number,
  atMs: number,
  frame: number,
  walked: Map<string, number>,
): readonly [Sprite['frames'][number], number] {
  const here = placeAt(actor, atMs);
  const was = placeAt(actor, atMs - 1_000 / fps);
  let way = walked.get(actor.id) ?? actor.look % 7;
  if (here !== null && was !== null)
    way += Math.hypot(here.xPx - was.xPx, here.yPx - was.yPx) / scale / sprite.stepPx;
  walked.set(actor.id, way);
  const idle =
    here?.isMoving === false && actor.role === 'person'
      ? Math.floor((atMs + (actor.look % 900)) / 1_400) % 2
      : 0;
  const index = bounce(Math.floor(way) + idle, sprite.frames.length);
  const shown = sprite.frames[index];
  if (shown === undefined) throw new RangeError(`${sprite.id} has no picture ${index} of frame ${frame}.`);
  return [shown, index];
}

function headingAt({ keys }: Actor, atMs: number): 1 | -1 | 0 {
  for (let i = keys.length - 1; i > 0; i--) {
    const [from, to] = [keys[i - 1], keys[i]];
    if (from === undefined || to === undefined || from.atMs > atMs) continue;
    if (Math.abs(to.xPx - from.xPx) > 2) return to.xPx > from.xPx ? 1 : -1;
  }
  return 0;
}

/** Who stands for a minute is not missed for a minute because of the one pose they stand in. */
function seenStanding({ frames }: Sprite, seed: number): Sprite['frames'][number]['seen'] {
  const all = frames.flatMap(({ seen }) => seen ?? []);
  const random = seededRandom(seed);
  return random() < all.length / frames.length ? (all[Math.floor(random() * all.length)] ?? null) : null;
}

type Hider = (xPx: number, yPx: number, baseYPx: number) => boolean;

/** People and vehicles of the footage hide what stands farther away than they do. */
function hider({ empty, widthPx, heightPx }: Plate, source: Uint8Array, detections: Detections): Hider {
  const boxes = detections.map((one) => ({
    left: one.xNorm * widthPx,
    right: (one.xNorm + one.wNorm) * widthPx,
    top: one.yNorm * heightPx,
    bottom: (one.yNorm + one.hNorm) * heightPx,
  }));
  return (x, y, base) =>
    boxes.some(
      (box) => box.bottom > base + 2 && x >= box.left && x < box.right && y >= box.top && y < box.bottom,
    ) && Math.abs((source[y * widthPx + x] ?? 0) - (empty[y * widthPx + x] ?? 0)) > 18;
}

/** Another actor who stands nearer covers most of this one: the detector sees one of them. */
function isHiddenFrom(
  actors: readonly Actor[],
  actor: Actor,
  atMs: number,
  boxOf: (actor: Actor, atMs: number) => BoxPx | null,
): boolean {
  const own = boxOf(actor, atMs);
  if (own === null) return true;
  return actors.some((other) => {
    if (other === actor) return false;
    const box = boxOf(other, atMs);
    if (box === null || box[1] + box[3] <= own[1] + own[3]) return false;
    const w = Math.min(box[0] + box[2], own[0] + own[2]) - Math.max(box[0], own[0]);
    const h = Math.min(box[1] + box[3], own[1] + own[3]) - Math.max(box[1], own[1]);
    return w > 0 && h > 0 && w * h > 0.65 * own[2] * own[3];
  });
}

function addDetection(
  detections: Detections,
  { widthPx, heightPx }: Plate,
  {
    className,
    confidence,
    boxPx: [x, y, w, h],
  }: Pick<Detections[number], 'className' | 'confidence'> & { boxPx: BoxPx },
): void {
  const left = Math.max(0, x);
  const top = Math.max(0, y);
  const right = Math.min(widthPx, x + w);
  const bottom = Math.min(heightPx, y + h);
  // What is half out of the picture is not detected as a whole.
  if (right - left < 0.35 * w || bottom - top < 0.5 * h) return;
  detections.push({
    className,
    confidence,
    xNorm: left / widthPx,
    yNorm: top / heightPx,
    wNorm: (right - left) / widthPx,
    hNorm: (bottom - top) / heightPx,
  });
}

/** What darkness, rain, damage and a moved camera leave of the detections. */
function seenBy(
  detections: Detections,
  one: Case,
  frame: number,
  [dx, dy]: readonly [number, number],
): Detections {
  const random = seededRandom(one.seed + 7_919 * frame);
  let missed = 0.03;
  for (const effect of one.effects) {
    if (effect.kind === 'night') missed += 0.25;
    if (effect.kind === 'rain' || effect.kind === 'grain') missed += 0.08;
    const atMs = (frame * 1_000) / fps;
    if (effect.kind === 'damage' && effect.spans.some(([from, to]) => atMs >= from && atMs < to))
      missed = 0.9;
  }
  return detections
    .filter(() => random() >= missed)
    .map((seen) => ({ ...seen, xNorm: clampNorm(seen.xNorm - dx), yNorm: clampNorm(seen.yNorm - dy) }));
}

const clampNorm = (value: number): number => Math.min(0.999, Math.max(0, value));

/** A faint mirror image on wet ground. */
function reflect(
  canvas: Canvas,
  plate: Plate,
  patch: Patch,
  place: Parameters<typeof paste>[2],
  strength: number,
): void {
  const { widthPx, heightPx, data } = canvas;
  const half = (patch.widthPx * place.scale) / 2;
  const tall = patch.footPx[1] * place.scale * 0.8;
  const mean = patch.luma.reduce((sum, value) => sum + value, 0) / Math.max(1, patch.luma.length);
  for (let y = Math.ceil(place.footYPx); y < Math.min(heightPx, place.footYPx + tall); y++) {
    const fade = strength * (1 - (y - place.footYPx) / tall);
    const wave = 2 * Math.sin(y / 3 + place.frame);
    for (
      let x = Math.max(0, Math.floor(place.footXPx - half * 0.7 + wave));
      x < Math.min(widthPx, place.footXPx + half * 0.7 + wave);
      x++
    ) {
      const under = plate.empty[y * widthPx + x] ?? 0;
      const at = y * widthPx + x;
      data[at] = byte((data[at] ?? 0) + fade * (mean - under));
    }
  }
}

const groundAt = ({ empty, widthPx, heightPx }: Plate, xPx: number, yPx: number): number => {
  const x = Math.min(widthPx - 1, Math.max(0, Math.round(xPx)));
  const y = Math.min(heightPx - 1, Math.max(0, Math.round(yPx)));
  return empty[y * widthPx + x] ?? 128;
};

function drawItem(item: Item, plate: Plate): Patch {
  const model = models.find(({ id }) => id === item.modelId);
  if (model === undefined) throw new RangeError(`Nobody draws a ${item.modelId}.`);
  const patch = drawnAt(model, plate);
  if (item.faint === null) return patch;
  const ground = groundAt(plate, item.restXPx, item.restYPx - item.heightPx / 2);
  return faint(patch, ground, item.faint.step, item.faint.colour);
}

function coveredBox(patch: Patch): readonly [number, number, number, number] {
  const known = areaOf.get(patch);
  if (known !== undefined) return known;
  let [left, top, right, bottom] = [patch.widthPx, patch.heightPx, 0, 0];
  for (let y = 0, cell = 0; y < patch.heightPx; y++) {
    for (let x = 0; x < patch.widthPx; x++, cell++) {
      if ((patch.alpha[cell] ?? 0) < 0.5) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  areaOf.set(patch, [left, top, right, bottom]);
  return [left, top, right, bottom];
}
