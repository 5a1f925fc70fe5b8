import { seededRandom } from '../compose/index.ts';
import type { Actor, Item, ItemState, Key } from './case.ts';
import type { Model } from './thing.ts';
import type { Plate } from './plate.ts';
import { contrastAt } from './visible.ts';

/** Metres per second. */
const walk = { from: 1.0, to: 1.6 };
const drive = 5;

/** A plate with its geometry and a source of chance: makes actors and things of a case. */
export interface Stage {
  readonly plate: Plate;
  readonly random: () => number;
  readonly between: (from: number, to: number) => number;
  pick<T>(from: readonly T[]): T;
  readonly pxPerM: (yPx: number) => number;
  /** A quiet place on the ground. */
  place(marginM?: number): { readonly xPx: number; readonly yPx: number };
  /** Somebody who comes in, goes to each stop in turn, waits there, and leaves. */
  visitor(role: Actor['role'], fromMs: number, stops: readonly Stop[], options?: VisitorOptions): Visitor;
  item(
    at: { readonly xPx: number; readonly yPx: number },
    states: readonly ItemState[],
    options?: ItemOptions,
  ): Item;
}

export interface Stop {
  readonly xPx: number;
  readonly yPx: number;
  readonly waitMs: number;
}

interface VisitorOptions {
  readonly startsThere?: boolean;
  readonly staysUntilMs?: number;
  readonly hurries?: boolean;
  readonly exit?: 'left' | 'right';
}

export interface Visitor {
  readonly actor: Actor;
  /** When they reach each stop. */
  readonly reachedMs: readonly number[];
  readonly goneMs: number;
}

interface ItemOptions {
  /** So small, but no smaller than a shoe box there: less is litter. */
  readonly smallPx?: number;
  /** It must show in infrared light at this share of the day's. */
  readonly nightGain?: number;
  readonly faint?: Item['faint'];
  readonly carried?: boolean;
}

/** @param things what may be left here. */
export function openStage(plate: Plate, seed: number, things: readonly Model[]): Stage {
  const random = seededRandom(seed);
  let nextId = 0;
  const { widthPx, heightPx, footage } = plate;
  const between = (from: number, to: number): number => from + random() * (to - from);
  const pick = <T>(from: readonly T[]): T => {
    const one = from[Math.floor(random() * from.length)];
    if (one === undefined) throw new RangeError('Nothing to choose from.');
    return one;
  };
  const pxPerM = (yPx: number): number =>
    Math.max(6, (yPx / heightPx - footage.horizon) * footage.perM * heightPx);
  let busy = busyMaps.get(plate);
  if (busy === undefined) busyMaps.set(plate, (busy = busyMap(plate)));
  const isBusy = busy;
  const [left, top, right, bottom] = footage.ground;

  function place(marginM = 0): { xPx: number; yPx: number } {
    let best = { xPx: 0, yPx: 0, cost: Infinity };
    for (let i = 0; i < placeTries; i++) {
      const yPx = between(top, bottom) * heightPx;
      const margin = marginM * pxPerM(yPx);
      const xPx = between(left * widthPx + margin, right * widthPx - margin);
      const cost = isBusy(xPx, yPx, 0.8 * pxPerM(yPx));
      if (cost < best.cost) best = { xPx, yPx, cost };
      if (cost < 0.03) break;
    }
    return best;
  }

  function visitor(
    role: Actor['role'],
    fromMs: number,
    stops: readonly Stop[],
    options: VisitorOptions = {},
  ): Visitor {
    const mPerS =
      role === 'vehicle' ? drive : between(walk.from, walk.to) * (options.hurries === true ? 1.4 : 1);
    const [first, last] = [stops[0], stops.at(-1)];
    if (first === undefined || last === undefined) throw new RangeError('A visitor needs a stop.');
    const reach = (role === 'vehicle' ? 3 : 0.7) * pxPerM(first.yPx);
    const fromLeft = first.xPx < widthPx / 2 ? random() < 0.75 : random() < 0.25;
    const keys: Key[] = [];
    let atMs = fromMs;
    let here = {
      xPx: fromLeft ? -reach : widthPx + reach,
      yPx: clampY(first.yPx + between(-0.5, 0.5) * pxPerM(first.yPx)),
    };
    if (options.startsThere === true) here = first;
    keys.push({ atMs, ...here });
    const reachedMs: number[] = [];
    const goTo = (to: { xPx: number; yPx: number }): void => {
      const metres = Math.hypot(to.xPx - here.xPx, to.yPx - here.yPx) / pxPerM(to.yPx);
      // Nobody needs longer than this to come into a picture: large scenes are crossed faster.
      atMs += Math.min(9_000, Math.max(200, (metres / mPerS) * 1_000));
      here = { xPx: to.xPx, yPx: to.yPx };
      keys.push({ atMs, ...here });
    };
    for (const stop of stops) {
      if (options.startsThere !== true || stop !== first) goTo(stop);
      reachedMs.push(atMs);
      atMs += stop.waitMs;
      keys.push({ atMs, ...here });
    }
    if (options.staysUntilMs !== undefined) {
      keys.push({ atMs: Math.max(atMs, options.staysUntilMs), ...here });
      return {
        actor: { id: `${role}-${nextId++}`, role, look: Math.floor(random() * 1e6), keys },
        reachedMs,
        goneMs: Infinity,
      };
    }
    const exitLeft =
      options.exit === undefined
        ? role === 'vehicle'
          ? !fromLeft
          : random() < 0.5
        : options.exit === 'left';
    goTo({
      xPx: exitLeft ? -reach : widthPx + reach,
      yPx: clampY(last.yPx + between(-0.4, 0.4) * pxPerM(last.yPx)),
    });
    return {
      actor: { id: `${role}-${nextId++}`, role, look: Math.floor(random() * 1e6), keys },
      reachedMs,
      goneMs: atMs,
    };
  }

  const clampY = (yPx: number): number => Math.min(bottom * heightPx, Math.max(top * heightPx, yPx));

  function item(
    at: { xPx: number; yPx: number },
    states: readonly ItemState[],
    options: ItemOptions = {},
  ): Item {
    const ppm = pxPerM(at.yPx);
    const heightOf = (model: Model): number =>
      options.smallPx === undefined
        ? Math.max(14, model.heightM * ppm)
        : Math.max(options.smallPx, shoeBoxM * ppm);
    const here = things.filter((one) => options.carried !== true || one.isCarried);
    // What a person who looks for it would not find proves nothing; things that hardly show are a kind of their own.
    const contrastOf = (one: Model): number => {
      const { luma, colour } = contrastAt(one, plate, at, heightOf(one));
      return options.nightGain === undefined ? Math.max(luma, 0.9 * colour) : luma * options.nightGain;
    };
    const byContrast = here
      .map((one) => ({ one, contrast: contrastOf(one) }))
      .toSorted((a, b) => b.contrast - a.contrast);
    const least = options.nightGain === undefined ? leastContrast : leastNightContrast;
    const shows = byContrast.filter(({ contrast }, i) => i === 0 || contrast >= least).map(({ one }) => one);
    const model = pick(options.faint != null ? here : shows);
    return {
      modelId: model.id,
      restXPx: at.xPx,
      restYPx: at.yPx,
      heightPx: heightOf(model),
      states,
      faint: options.faint ?? null,
    };
  }

  return { plate, random, between, pick, pxPerM, place, visitor, item };
}

/** Busy scenes have few places where something can be seen. */
const placeTries = 120;
const shoeBoxM = 0.27;
/** Steps of luma and colour by which a thing differs from its ground; in the dark after the light has gone. */
const [leastContrast, leastNightContrast] = [18, 14];

const block = 16;
type Busy = (xPx: number, yPx: number, sizePx: number) => number;
const busyMaps = new WeakMap<Plate, Busy>();

/** Share of the time in which somebody of the footage is there: things are put where they can be seen. */
function busyMap({ frames, empty, widthPx, heightPx }: Plate): Busy {
  const columns = Math.ceil(widthPx / block);
  const rows = Math.ceil(heightPx / block);
  const counts = new Float32Array(columns * rows);
  let looked = 0;
  for (let frame = 0; frame < frames.length; frame += 3) {
    const data = frames[frame];
    if (data === undefined) continue;
    looked++;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let off = 0;
        for (let k = 0; k < 9; k++) {
          const y = Math.min(heightPx - 1, row * block + 2 + 5 * Math.floor(k / 3));
          const x = Math.min(widthPx - 1, column * block + 2 + 5 * (k % 3));
          if (Math.abs((data[y * widthPx + x] ?? 0) - (empty[y * widthPx + x] ?? 0)) > 24) off++;
        }
        if (off >= 3) counts[row * columns + column] = (counts[row * columns + column] ?? 0) + 1;
      }
    }
  }
  return (xPx, yPx, sizePx) => {
    let most = 0;
    for (let y = yPx - sizePx; y <= yPx; y += block / 2) {
      for (let x = xPx - sizePx / 2; x <= xPx + sizePx / 2; x += block / 2) {
        const cell = Math.floor(y / block) * columns + Math.floor(x / block);
        most = Math.max(most, (counts[cell] ?? 0) / Math.max(looked, 1));
      }
    }
    return most;
  };
}
