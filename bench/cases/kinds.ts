// Long because it is a list: one plot per kind of case, each read on its own.
import type { Case, Effect, Item, Left } from './case.ts';
import type { Stage, Stop, Visitor } from './stage.ts';

type Plot = Pick<Case, 'durationMs' | 'actors' | 'items' | 'effects' | 'left'> & {
  readonly isQuiet?: boolean;
};
export interface Kind {
  readonly name: string;
  /** Needs room for a vehicle. */
  readonly wantsRoad?: boolean;
  readonly plot: (stage: Stage) => Plot;
}

type Point = Pick<Stop, 'xPx' | 'yPx'>;

/** After the last thing that happens a rule needs its stay time, and some more to be late in. */
const afterMs = 22_000;

const beside = (stage: Stage, { xPx, yPx }: Point, side = stage.random() < 0.5 ? -1 : 1): Point => ({
  xPx: xPx + side * stage.between(0.35, 0.6) * stage.pxPerM(yPx),
  yPx: yPx + stage.between(-0.15, 0.25) * stage.pxPerM(yPx),
});

interface LeaveOptions {
  readonly fromMs?: number;
  readonly stayMs?: number;
  readonly item?: Parameters<Stage['item']>[2];
  readonly spot?: Point;
  readonly exit?: 'left' | 'right';
}

interface Leaving {
  readonly visitor: Visitor;
  readonly touchesMs: number;
  readonly spot: Point;
  readonly item: Item;
}

/** Somebody comes with a thing, puts it down, stays a moment, and leaves. */
function leave(stage: Stage, options: LeaveOptions = {}): Leaving {
  const fromMs = options.fromMs ?? stage.between(6_000, 11_000);
  const spot = options.spot ?? stage.place(1);
  const lowerMs = stage.between(700, 1_500);
  const stayMs = options.stayMs ?? stage.between(600, 3_500);
  const exit = options.exit === undefined ? {} : { exit: options.exit };
  const visitor = stage.visitor(
    'person',
    fromMs,
    [{ ...beside(stage, spot), waitMs: lowerMs + stayMs }],
    exit,
  );
  const touchesMs = (visitor.reachedMs[0] ?? 0) + lowerMs;
  const item = stage.item(
    spot,
    [
      { fromMs: 0, is: 'held', by: visitor.actor.id },
      { fromMs: touchesMs, is: 'resting' },
    ],
    { carried: true, ...options.item },
  );
  return { visitor, touchesMs, spot, item };
}

const truthOf = (
  { touchesMs, visitor }: Leaving,
  removedMs: number | null = null,
  items: readonly number[] = [0],
): Left => ({
  items,
  touchesMs,
  actorId: visitor.actor.id,
  removedMs,
});

const simple = (leaving: Leaving, effects: readonly Effect[] = [], more: Partial<Plot> = {}): Plot => ({
  durationMs: Math.max(leaving.touchesMs + 10_000, leaving.visitor.goneMs) + afterMs,
  actors: [leaving.visitor.actor],
  items: [leaving.item],
  effects,
  left: [truthOf(leaving)],
  ...more,
});

/** People who cross the picture beside or in front of a place. */
function passers(
  stage: Stage,
  count: number,
  fromMs: number,
  toMs: number,
  near: Point,
  spreadM = 0.6,
): Visitor[] {
  return Array.from({ length: count }, () =>
    stage.visitor('person', stage.between(fromMs, toMs), [
      {
        xPx: near.xPx,
        yPx: near.yPx + stage.between(0.1, 0.1 + spreadM) * stage.pxPerM(near.yPx),
        waitMs: 0,
      },
    ]),
  );
}

/** The same visit at another time: they reach their first stop at this moment, however long their way is. */
function arriving({ actor, reachedMs, goneMs }: Visitor, atMs: number): Visitor {
  const laterMs = atMs - (reachedMs[0] ?? 0);
  return {
    actor: { ...actor, keys: actor.keys.map((key) => ({ ...key, atMs: key.atMs + laterMs })) },
    reachedMs: reachedMs.map((ms) => ms + laterMs),
    goneMs: goneMs + laterMs,
  };
}

function takeLater(stage: Stage, leaving: Leaving, afterRestMs: number, by: 'owner' | 'other'): Plot {
  const takenMs = leaving.touchesMs + afterRestMs;
  const reach = beside(stage, leaving.spot);
  const taker = arriving(stage.visitor('person', 0, [{ ...reach, waitMs: 1_600 }]), takenMs - 900);
  // The owner comes again as the same cut-out.
  const actor = by === 'owner' ? { ...taker.actor, look: leaving.visitor.actor.look } : taker.actor;
  const item = {
    ...leaving.item,
    states: [...leaving.item.states, { fromMs: takenMs, is: 'held' as const, by: actor.id }],
  };
  return {
    durationMs: taker.goneMs + 14_000,
    actors: [leaving.visitor.actor, actor],
    items: [item],
    effects: [],
    left: afterRestMs > 15_000 ? [truthOf(leaving, takenMs)] : [],
  };
}

function fromVehicle(stage: Stage, withDriver: boolean): Plot {
  const fromMs = stage.between(6_000, 10_000);
  const spot = stage.place(2.2);
  const ppm = stage.pxPerM(spot.yPx);
  const stand = {
    xPx: spot.xPx + stage.between(1.2, 1.7) * ppm * (stage.random() < 0.5 ? -1 : 1),
    yPx: spot.yPx - 0.35 * ppm,
  };
  const waitMs = withDriver ? stage.between(10_000, 14_000) : stage.between(5_000, 9_000);
  const car = stage.visitor('vehicle', fromMs, [{ ...stand, waitMs }]);
  const stopMs = car.reachedMs[0] ?? 0;
  if (!withDriver) {
    const touchesMs = stopMs + stage.between(1_500, 3_000);
    const item = stage.item(spot, [
      { fromMs: touchesMs - 900, is: 'held', by: car.actor.id },
      { fromMs: touchesMs, is: 'resting' },
    ]);
    return {
      durationMs: Math.max(touchesMs + 10_000, car.goneMs) + afterMs,
      actors: [car.actor],
      items: [item],
      effects: [],
      left: [{ items: [0], touchesMs, actorId: car.actor.id, removedMs: null }],
    };
  }
  const door = { xPx: stand.xPx, yPx: stand.yPx + 0.35 * ppm };
  const driver = stage.visitor(
    'person',
    stopMs + 1_200,
    [
      { ...door, waitMs: 600 },
      { ...beside(stage, spot), waitMs: 1_800 },
      { ...door, waitMs: 300 },
    ],
    {
      startsThere: true,
    },
  );
  const touchesMs = (driver.reachedMs[1] ?? 0) + 900;
  const back = driver.reachedMs[2] ?? 0;
  const actor = { ...driver.actor, keys: driver.actor.keys.filter((key) => key.atMs <= back + 300) };
  const item = stage.item(
    spot,
    [
      { fromMs: stopMs + 1_200, is: 'held', by: actor.id },
      { fromMs: touchesMs, is: 'resting' },
    ],
    { carried: true },
  );
  return {
    durationMs: Math.max(touchesMs + 10_000, car.goneMs) + afterMs,
    actors: [car.actor, actor],
    items: [item],
    effects: [],
    left: [{ items: [0], touchesMs, actorId: actor.id, removedMs: null }],
  };
}

function heaps(stage: Stage): Plot {
  const count = 2 + Math.floor(stage.random() * 2);
  const first = stage.place(2);
  const ppm = stage.pxPerM(first.yPx);
  const spots = Array.from({ length: count }, (_, i) => ({
    xPx: first.xPx + (i - (count - 1) / 2) * 1.3 * ppm,
    yPx: first.yPx + stage.between(-0.1, 0.1) * ppm,
  }));
  const visitor = stage.visitor(
    'person',
    stage.between(6_000, 10_000),
    spots.map((spot) => ({ ...beside(stage, spot), waitMs: 1_800 })),
  );
  const touches = spots.map((_, i) => (visitor.reachedMs[i] ?? 0) + 900);
  const items = spots.map((spot, i) =>
    stage.item(
      spot,
      [
        { fromMs: i === 0 ? 0 : (touches[i - 1] ?? 0) + 500, is: 'held', by: visitor.actor.id },
        { fromMs: touches[i] ?? 0, is: 'resting' },
      ],
      { carried: true },
    ),
  );
  return {
    durationMs: visitor.goneMs + afterMs + 8_000,
    actors: [visitor.actor],
    items,
    effects: [],
    left: [
      {
        items: spots.map((_, i) => i),
        touchesMs: touches[0] ?? 0,
        actorId: visitor.actor.id,
        removedMs: null,
      },
    ],
  };
}

function swapped(stage: Stage): Plot {
  const first = leave(stage);
  const ppm = stage.pxPerM(first.spot.yPx);
  const near = { xPx: first.spot.xPx + 0.9 * ppm * (stage.random() < 0.5 ? -1 : 1), yPx: first.spot.yPx };
  // Between the two, so that both are in reach of their arms.
  const between = { xPx: (first.spot.xPx + near.xPx) / 2, yPx: first.spot.yPx - 0.1 * ppm };
  const second = stage.visitor('person', first.touchesMs + 22_000, [{ ...between, waitMs: 3_200 }]);
  const takenMs = (second.reachedMs[0] ?? 0) + 1_800;
  const putMs = takenMs - 900;
  const item = stage.item(
    near,
    [
      { fromMs: 0, is: 'held', by: second.actor.id },
      { fromMs: putMs, is: 'resting' },
    ],
    { carried: true },
  );
  return {
    durationMs: Math.max(putMs + 10_000, second.goneMs) + afterMs,
    actors: [first.visitor.actor, second.actor],
    items: [
      { ...first.item, states: [...first.item.states, { fromMs: takenMs, is: 'held', by: second.actor.id }] },
      item,
    ],
    effects: [],
    left: [
      truthOf(first, takenMs),
      { items: [1], touchesMs: putMs, actorId: second.actor.id, removedMs: null },
    ],
  };
}

const clip = (durationMs: number, effects: readonly Effect[], more: Partial<Plot> = {}): Plot => ({
  durationMs,
  actors: [],
  items: [],
  effects,
  left: [],
  ...more,
});

/** Somebody who stands at a place until the end. */
const stander = (stage: Stage, fromMs: number, untilMs: number, at = stage.place()): Visitor =>
  stage.visitor('person', fromMs, [{ ...at, waitMs: 0 }], { staysUntilMs: untilMs });

const walkers = (stage: Stage, count: number, toMs: number): Visitor[] =>
  Array.from({ length: count }, () =>
    stage.visitor('person', stage.between(2_000, toMs), [{ ...stage.place(), waitMs: 0 }]),
  );

const actorsOf = (visitors: readonly Visitor[]): Case['actors'] => visitors.map(({ actor }) => actor);

function panel(stage: Stage, way: 'side' | 'up'): Plot {
  const { widthPx, heightPx, footage } = stage.plate;
  const ppm = stage.pxPerM(footage.ground[1] * heightPx);
  const width = Math.round((way === 'side' ? 1 : 2.4) * ppm);
  const height = Math.round(2.1 * ppm);
  const bottom = Math.round(footage.ground[1] * heightPx);
  const left = Math.round(stage.between(0.1, 0.85) * (widthPx - width));
  const opensAtMs = stage.between(9_000, 12_000);
  const door = { xPx: left + width / 2, yPx: bottom + 0.15 * ppm, waitMs: 400 };
  const guest = stage.visitor('person', opensAtMs - 3_500, [door]);
  return clip(
    60_000,
    [
      {
        kind: 'panel',
        box: [left, Math.max(0, bottom - height), width, Math.min(height, bottom)],
        luma: stage.pick([28, 45, 190]),
        opensAtMs,
        closesAtMs: stage.pick([30_000, 90_000]),
        overMs: way === 'side' ? 1_200 : 5_000,
        way,
      },
    ],
    { actors: actorsOf(stage.random() < 0.7 ? [guest] : []) },
  );
}

function parks(stage: Stage, driverLeaves: boolean): Plot {
  const at = stage.place(2);
  const car = stage.visitor('vehicle', stage.between(5_000, 8_000), [{ ...at, waitMs: 0 }], {
    staysUntilMs: 75_000,
  });
  const stopMs = car.reachedMs[0] ?? 0;
  const ppm = stage.pxPerM(at.yPx);
  const driver = stage.visitor(
    'person',
    stopMs + 2_000,
    [{ xPx: at.xPx + 1.2 * ppm, yPx: at.yPx + 0.2 * ppm, waitMs: 800 }],
    { startsThere: true },
  );
  return clip(75_000, [], { actors: actorsOf(driverLeaves ? [car, driver] : [car]) });
}

function ghost(stage: Stage): Plot {
  const at = stage.place(2);
  const car = stage.visitor('vehicle', 0, [{ ...at, waitMs: stage.between(14_000, 25_000) }], {
    startsThere: true,
  });
  return clip(70_000, [], { actors: actorsOf([car, ...walkers(stage, 1, 50_000)]) });
}

/** A thing of the scene from the start that somebody carries off. */
function removed(stage: Stage): Plot {
  const spot = stage.place(1);
  const taker = stage.visitor('person', stage.between(14_000, 18_000), [
    { ...beside(stage, spot), waitMs: 1_800 },
  ]);
  const takenMs = (taker.reachedMs[0] ?? 0) + 1_000;
  const item = stage.item(
    spot,
    [
      { fromMs: 0, is: 'resting' },
      { fromMs: takenMs, is: 'held', by: taker.actor.id },
    ],
    { carried: true },
  );
  return clip(60_000, [], { actors: actorsOf([taker]), items: [item] });
}

/** Something from a tricycle or a tipper that no detector knows: only that it stood there and left is to be seen. */
function fromUnseen(stage: Stage): Plot {
  const plot = fromVehicle(stage, false);
  return { ...plot, actors: plot.actors.map((actor) => ({ ...actor, isUnseen: true as const })) };
}

/** Thrown from some steps away. */
function thrown(stage: Stage): Plot {
  const fromMs = stage.between(6_000, 11_000);
  const spot = stage.place(2.5);
  const ppm = stage.pxPerM(spot.yPx);
  // On the side where there is room in the picture.
  const side = spot.xPx > stage.plate.widthPx / 2 ? -1 : 1;
  const stand = {
    xPx: spot.xPx + stage.between(1.4, 2.2) * ppm * side,
    yPx: spot.yPx + stage.between(-0.1, 0.15) * ppm,
  };
  const visitor = stage.visitor('person', fromMs, [{ ...stand, waitMs: stage.between(1_600, 3_500) }]);
  const touchesMs = (visitor.reachedMs[0] ?? 0) + 1_200;
  const item = stage.item(
    spot,
    [
      { fromMs: 0, is: 'held', by: visitor.actor.id },
      { fromMs: touchesMs, is: 'resting' },
    ],
    { carried: true },
  );
  return simple({ visitor, touchesMs, spot, item });
}

/** A tram or a bus that stands at its stop for minutes; `isUnseen`: no detector names it. */
function stopsLong(stage: Stage, isUnseen: boolean): Plot {
  const at = stage.place(3);
  const waitMs = stage.between(60_000, 150_000);
  const bus = stage.visitor('vehicle', stage.between(5_000, 8_000), [{ ...at, waitMs }]);
  const actor = { ...bus.actor, size: 1.8, ...(isUnseen ? { isUnseen: true as const } : {}) };
  return clip(waitMs + 60_000, [], { actors: [actor, ...actorsOf(walkers(stage, 3, waitMs))] });
}

const lamps = (stage: Stage, atMs: readonly number[]): Effect => ({
  kind: 'lamps',
  atMs,
  gains: stage.pick([
    [0.35, 0.75],
    [0.5, 0.9],
    [1.6, 1.1],
  ]),
  xNorm: stage.between(0.15, 0.85),
});

const night = (stage: Stage): Extract<Effect, { kind: 'night' }> => ({
  kind: 'night',
  gain: stage.between(0.3, 0.5),
  noise: stage.between(3, 5),
});
const rain = (stage: Stage): Effect => ({ kind: 'rain', streaks: Math.round(stage.between(60, 160)) });
const clouds = (stage: Stage, pxPerS: readonly [number, number] = [12, 40]): Effect => ({
  kind: 'clouds',
  depth: stage.between(0.2, 0.4),
  sizePx: stage.between(120, 260),
  pxPerS: stage.between(...pxPerS),
});
const drift = (stage: Stage): Effect => ({
  kind: 'drift',
  dxPx: stage.between(-14, 14),
  dyPx: stage.between(-6, 6),
});
const shake = (stage: Stage): Effect => ({ kind: 'shake', px: stage.between(1, 2.5) });
const exposure = (stage: Stage, atMs: number): Effect => {
  const to = stage.pick([0.6, 0.75, 1.3, 1.5]);
  return {
    kind: 'gain',
    keys: [
      [0, 1],
      [atMs, 1],
      [atMs + stage.between(200, 3_000), to],
      [atMs + 14_000, to],
      [atMs + 16_000, 1],
    ],
  };
};

export const kinds: readonly Kind[] = [
  { name: 'left', plot: (stage) => simple(leave(stage)) },
  {
    name: 'left, with passers-by',
    plot: (stage) => {
      const leaving = leave(stage);
      const others = passers(stage, 3, 3_000, leaving.touchesMs + 18_000, leaving.spot, 1.2);
      return simple(leaving, [], { actors: actorsOf([leaving.visitor, ...others]) });
    },
  },
  {
    name: 'left, small',
    plot: (stage) => simple(leave(stage, { item: { smallPx: stage.between(12, 18) } })),
  },
  {
    name: 'left, faint',
    plot: (stage) =>
      simple(
        leave(stage, {
          item: {
            faint: {
              step: stage.between(16, 24) * (stage.random() < 0.5 ? -1 : 1),
              colour: stage.between(0.6, 1),
            },
          },
        }),
      ),
  },
  {
    name: 'left, in the dark',
    plot: (stage) => {
      const effect = night(stage);
      return simple(leave(stage, { item: { nightGain: effect.gain } }), [effect]);
    },
  },
  { name: 'left, in rain', plot: (stage) => simple(leave(stage), [rain(stage)]) },
  { name: 'left, under clouds', plot: (stage) => simple(leave(stage), [clouds(stage)]) },
  {
    name: 'left, light changes',
    plot: (stage) => {
      const leaving = leave(stage);
      return simple(leaving, [exposure(stage, leaving.touchesMs + stage.between(2_000, 9_000))]);
    },
  },
  { name: 'left, camera drifts', plot: (stage) => simple(leave(stage), [drift(stage)]) },
  { name: 'left, camera shakes', plot: (stage) => simple(leave(stage), [shake(stage)]) },
  {
    name: 'left, clock and bars',
    plot: (stage) => simple(leave(stage), [{ kind: 'letterbox', bar: 0.05 }, { kind: 'clock' }]),
  },
  {
    name: 'left, at the very start',
    plot: (stage) => simple(leave(stage, { fromMs: stage.between(0, 1_500) })),
  },
  { name: 'left late', plot: (stage) => simple(leave(stage, { stayMs: stage.between(18_000, 26_000) })) },
  {
    name: 'left, owner passes again',
    plot: (stage) => {
      const leaving = leave(stage);
      const againMs = leaving.touchesMs + stage.between(18_000, 26_000);
      const again = stage.visitor('person', againMs, [
        { xPx: leaving.spot.xPx, yPx: leaving.spot.yPx + 0.5 * stage.pxPerM(leaving.spot.yPx), waitMs: 700 },
      ]);
      return {
        ...simple(leaving),
        durationMs: again.goneMs + 15_000,
        actors: [leaving.visitor.actor, { ...again.actor, look: leaving.visitor.actor.look }],
      };
    },
  },
  {
    name: 'left, crowd over it',
    plot: (stage) => {
      const leaving = leave(stage);
      const crowd = passers(
        stage,
        9,
        leaving.touchesMs + 3_000,
        leaving.touchesMs + 30_000,
        leaving.spot,
        0.5,
      );
      return simple(leaving, [], {
        actors: actorsOf([leaving.visitor, ...crowd]),
        durationMs: leaving.touchesMs + 62_000,
      });
    },
  },
  { name: 'left, several heaps', plot: heaps },
  { name: 'left from a vehicle', wantsRoad: true, plot: (stage) => fromVehicle(stage, false) },
  { name: 'left by a driver', wantsRoad: true, plot: (stage) => fromVehicle(stage, true) },
  {
    name: 'left, taken back late',
    plot: (stage) => takeLater(stage, leave(stage), stage.between(28_000, 34_000), 'owner'),
  },
  {
    name: 'left, taken by another',
    plot: (stage) => takeLater(stage, leave(stage), stage.between(28_000, 34_000), 'other'),
  },
  { name: 'left, swapped', plot: swapped },
  {
    name: 'no: attended',
    plot: (stage) => {
      const leaving = leave(stage, { stayMs: 55_000 });
      return { ...simple(leaving), durationMs: leaving.touchesMs + 50_000, left: [] };
    },
  },
  {
    name: 'no: taken back soon',
    plot: (stage) => takeLater(stage, leave(stage), stage.between(6_000, 8_500), 'owner'),
  },
  {
    name: 'no: handed over',
    plot: (stage) => takeLater(stage, leave(stage, { stayMs: 5_000 }), stage.between(4_500, 6_500), 'other'),
  },
  {
    name: 'no: people stand',
    plot: (stage) =>
      clip(90_000, [], {
        actors: actorsOf([
          stander(stage, 4_000, 90_000),
          stander(stage, 9_000, 90_000),
          ...walkers(stage, 3, 70_000),
        ]),
      }),
  },
  {
    name: 'no: somebody stands, then goes',
    plot: (stage) => {
      const at = stage.place();
      const guest = stage.visitor('person', 6_000, [{ ...at, waitMs: stage.between(25_000, 40_000) }]);
      return clip(75_000, [], { actors: actorsOf([guest, ...walkers(stage, 2, 60_000)]) });
    },
  },
  { name: 'no: car parks', wantsRoad: true, plot: (stage) => parks(stage, false) },
  { name: 'no: car parks, driver goes', wantsRoad: true, plot: (stage) => parks(stage, true) },
  { name: 'no: parked car leaves', wantsRoad: true, plot: ghost },
  { name: 'no: thing carried off', plot: removed },
  { name: 'no: door', plot: (stage) => panel(stage, 'side') },
  { name: 'no: shutter', plot: (stage) => panel(stage, 'up') },
  {
    name: 'no: light changes',
    plot: (stage) =>
      clip(75_000, [exposure(stage, 10_000), exposure(stage, 45_000)], {
        actors: actorsOf(walkers(stage, 4, 60_000)),
      }),
  },
  {
    name: 'no: clouds',
    plot: (stage) => clip(90_000, [clouds(stage)], { actors: actorsOf(walkers(stage, 4, 75_000)) }),
  },
  {
    name: 'no: headlights at night',
    plot: (stage) => {
      const y = stage.place().yPx;
      const passes = [8_000, 19_000, 33_000, 47_000, 60_000].map((atMs) => ({
        atMs,
        xPx: stage.random() < 0.5 ? 0 : 1,
        yPx: y + stage.between(-20, 20),
      }));
      return clip(
        75_000,
        [
          night(stage),
          { kind: 'headlights', passes, pxPerS: stage.between(60, 160), radiusPx: stage.between(40, 90) },
        ],
        { actors: actorsOf(walkers(stage, 2, 60_000)) },
      );
    },
  },
  {
    name: 'no: wet ground',
    plot: (stage) =>
      clip(75_000, [{ kind: 'wet', strength: stage.between(0.25, 0.45) }, rain(stage)], {
        actors: actorsOf([...walkers(stage, 4, 60_000), stander(stage, 12_000, 60_000)]),
      }),
  },
  {
    name: 'no: camera shakes',
    plot: (stage) => clip(75_000, [shake(stage)], { actors: actorsOf(walkers(stage, 3, 60_000)) }),
  },
  {
    name: 'no: camera drifts',
    plot: (stage) => clip(90_000, [drift(stage)], { actors: actorsOf(walkers(stage, 3, 75_000)) }),
  },
  {
    name: 'no: camera is knocked',
    plot: (stage) =>
      clip(
        75_000,
        [
          {
            kind: 'knock',
            atMs: 20_000,
            dxPx: stage.between(5, 24) * stage.pick([-1, 1]),
            dyPx: stage.between(-8, 8),
          },
        ],
        { actors: actorsOf(walkers(stage, 3, 60_000)) },
      ),
  },
  {
    name: 'no: rain and noise',
    plot: (stage) =>
      clip(75_000, [rain(stage), { kind: 'grain', sigma: stage.between(4, 8) }], {
        actors: actorsOf(walkers(stage, 3, 60_000)),
      }),
  },
  { name: 'no: crowd', plot: (stage) => clip(90_000, [], { actors: actorsOf(walkers(stage, 16, 80_000)) }) },
  {
    name: 'no: damaged stream',
    plot: (stage) =>
      clip(
        75_000,
        [
          {
            kind: 'damage',
            style: stage.pick(['grey', 'smear']),
            spans: [
              [12_000, 17_000],
              [30_000, 44_000],
              [52_000, 53_500],
            ],
          },
        ],
        { actors: actorsOf(walkers(stage, 4, 60_000)) },
      ),
  },
  {
    name: 'no: footage as it is',
    plot: (stage) => clip(90_000, [{ kind: 'clock' }], { actors: actorsOf(walkers(stage, 1, 80_000)) }),
  },
  // From here on: added later, so that the cases above stay what they were.
  { name: 'left from a vehicle that nobody detects', wantsRoad: true, plot: fromUnseen },
  { name: 'left, thrown', plot: thrown },
  {
    name: 'left, lamps switched',
    plot: (stage) => {
      const leaving = leave(stage);
      return simple(leaving, [lamps(stage, [leaving.touchesMs + stage.between(4_000, 9_000)])], {
        durationMs: Math.max(leaving.touchesMs + 40_000, leaving.visitor.goneMs + 20_000),
      });
    },
  },
  {
    name: 'left, under slow clouds',
    plot: (stage) => simple(leave(stage), [clouds(stage, [3, 8])]),
  },
  {
    name: 'no: somebody sits for minutes',
    plot: (stage) => {
      const guest = stage.visitor('person', 6_000, [
        { ...stage.place(), waitMs: stage.between(60_000, 150_000) },
      ]);
      return clip(Math.max(120_000, guest.goneMs + 30_000), [], {
        actors: [{ ...guest.actor, sits: true }, ...actorsOf(walkers(stage, 3, 100_000))],
      });
    },
  },
  { name: 'no: bus at its stop', wantsRoad: true, plot: (stage) => stopsLong(stage, false) },
  { name: 'no: tram that nobody detects', wantsRoad: true, plot: (stage) => stopsLong(stage, true) },
  {
    name: 'no: camera drifts slowly',
    plot: (stage) => clip(240_000, [drift(stage)], { actors: actorsOf(walkers(stage, 6, 220_000)) }),
  },
  {
    name: 'no: slow clouds',
    plot: (stage) =>
      clip(150_000, [clouds(stage, [3, 8])], {
        actors: actorsOf(walkers(stage, 4, 130_000)),
      }),
  },
  {
    name: 'no: lamps switched',
    plot: (stage) =>
      clip(100_000, [lamps(stage, [20_000, 65_000])], { actors: actorsOf(walkers(stage, 4, 90_000)) }),
  },
];
