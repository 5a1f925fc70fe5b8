import { describe, expect, test } from 'vitest';
import type { SceneEventDraft } from '../index.ts';
import { runScene, secondsOf } from '../testing/run-scene.ts';
import { along, type BoxPx, type Sprite, street, type StreetOptions } from '../testing/street.ts';

const person = { w: 16, h: 44 };
const bagBox: BoxPx = { x: 118, y: 92, w: 15, h: 14 };

/** Comes from the left, stops beside the place at `putDownS`, leaves to the right at `leaveS`. */
const bringer = (putDownS = 12, leaveS = 14): Sprite => ({
  at: along(person, [putDownS - 7, -20, 62], [putDownS, 104, 62], [leaveS, 104, 62], [leaveS + 8, 276, 62]),
  colour: [45, 120, 140],
  seed: 5,
  className: 'person',
});

/** Carried beside the bringer's hip, then lying. */
const bag = (putDownS = 12, until = Infinity, box = bagBox): Sprite => ({
  at: (s) => {
    if (s >= putDownS) return s < until ? box : null;
    const holder = bringer(putDownS).at(s);
    return holder === null ? null : { ...box, x: holder.x + 10, y: holder.y + 22 };
  },
  colour: [190, 118, 150],
  seed: 6,
});

const walker = (fromS: number, y: number, seed: number, seconds = 9): Sprite => ({
  at: along(person, [fromS, -20, y], [fromS + seconds, 276, y]),
  colour: [60 + 15 * (seed % 5), 120 + (seed % 7), 125],
  seed,
  className: 'person',
});

const run = (options: StreetOptions, scene = {}) => runScene(street(options), scene);

const iou = (event: SceneEventDraft | undefined, box: BoxPx, [width, height] = [256, 144]): number => {
  if (event === undefined) return 0;
  const { xNorm, yNorm, wNorm, hNorm } = event.box;
  const [x, y, w, h] = [xNorm * width, yNorm * height, wNorm * width, hNorm * height];
  const across = Math.min(x + w, box.x + box.w) - Math.max(x, box.x);
  const down = Math.min(y + h, box.y + box.h) - Math.max(y, box.y);
  return across <= 0 || down <= 0 ? 0 : (across * down) / (w * h + box.w * box.h - across * down);
};

const dumping = { durationS: 40, sprites: [bag(), bringer()] };

describe('a thing that is left', () => {
  test('is raised once, with its moments, its box and who brought it', () => {
    const { revisions } = run(dumping);
    expect(revisions).toHaveLength(1);
    const [event] = revisions;
    expect(event).toMatchObject({
      kind: 'illegal_dumping',
      phase: 'started',
      zoneId: 'whole-picture',
      caveats: [],
    });
    expect(iou(event, bagBox)).toBeGreaterThan(0.6);
    expect(event?.confidence).toBeGreaterThan(0.85);
    expect(event?.confidence).toBeLessThan(1);
    expect(event?.actor?.colour).toBeNull();
    expect(secondsOf(event?.moments.putDownAtMs)).toBeGreaterThan(11);
    expect(secondsOf(event?.moments.putDownAtMs)).toBeLessThan(14.6);
    expect(secondsOf(event?.moments.arrivedAtMs)).toBeLessThan(7);
    expect(secondsOf(event?.moments.departedAtMs)).toBeGreaterThan(14);
    expect(secondsOf(event?.moments.departedAtMs)).toBeLessThan(18);
    expect(secondsOf(event?.raisedAtMs)).toBeLessThan(27);
    expect(event?.actor).toMatchObject({ className: 'person', enteredFrom: 'left', leftTo: 'right' });
    expect(event?.trace.map((entry) => entry.condition)).toContain('bringer away ms');
  });

  test('is cleared when somebody takes it away', () => {
    const taker: Sprite = { ...bringer(38, 40), seed: 11, colour: [70, 128, 128] };
    const { events, revisions } = run({ durationS: 52, sprites: [bag(12, 40), bringer(), taker] });
    expect(events).toHaveLength(1);
    expect(revisions.map((one) => one.phase)).toEqual(['started', 'ended']);
    expect(secondsOf(events[0]?.moments.clearedAtMs)).toBeGreaterThan(39);
    expect(secondsOf(events[0]?.moments.clearedAtMs)).toBeLessThan(45);
  });

  test('is raised neither twice nor cleared by people who walk in front of it', () => {
    const sprites = [bag(), bringer(), ...[20, 26, 31, 37, 43].map((s, i) => walker(s, 66 + 2 * i, 20 + i))];
    const { revisions } = run({ durationS: 60, sprites });
    expect(revisions.map((one) => one.phase)).toEqual(['started']);
  });

  test('is raised with its moments when it tips over by itself', () => {
    const tipped: BoxPx = { x: 114, y: 97, w: 22, h: 9 };
    const first = bag(12, 18);
    const lying: Sprite = { ...bag(), at: (s) => (s >= 18 ? tipped : null) };
    const { events } = run({ durationS: 45, sprites: [first, lying, bringer()] });
    expect(events).toHaveLength(1);
    expect(secondsOf(events[0]?.moments.putDownAtMs)).toBeLessThan(14.6);
    expect(events[0]?.actor?.className).toBe('person');
  });

  test('is one event when it tips over after it was raised', () => {
    const tipped: BoxPx = { x: 110, y: 98, w: 22, h: 9 };
    const lying: Sprite = { ...bag(), at: (s) => (s >= 32 ? tipped : null) };
    const { events } = run({ durationS: 60, sprites: [bag(12, 32), lying, bringer()] });
    expect(events).toHaveLength(1);
    expect(events[0]?.moments.clearedAtMs).toBeNull();
  });

  test('two heaps at two places by two people are two events', () => {
    const place: BoxPx = { x: 40, y: 110, w: 16, h: 13 };
    const second: Sprite = {
      at: along(person, [22, 276, 80], [30, 56, 80], [32, 56, 80], [40, 276, 80]),
      colour: [75, 132, 120],
      seed: 31,
      className: 'person',
    };
    const other: Sprite = { at: (s) => (s >= 31 ? place : null), colour: [30, 140, 120], seed: 32 };
    const { events } = run({ durationS: 60, sprites: [bag(), other, bringer(), second] });
    expect(events).toHaveLength(2);
    expect(new Set(events.map((one) => one.actor?.trackId)).size).toBe(2);
    expect(iou(events[1], place)).toBeGreaterThan(0.5);
  });

  test('three heaps that one person puts down in one visit are one event, cleared when the last has gone', () => {
    const stops = [60, 104, 148];
    const dumper: Sprite = {
      ...bringer(),
      at: along(
        person,
        [4, -20, 62],
        [8, 46, 62],
        [10, 46, 62],
        [13, 90, 62],
        [15, 90, 62],
        [18, 134, 62],
        [20, 134, 62],
        [28, 276, 62],
      ),
    };
    const heap = (index: number, fromS: number, untilS: number): Sprite => ({
      at: (s) => (s >= fromS && s < untilS ? { x: stops[index] ?? 0, y: 92, w: 14, h: 14 } : null),
      colour: [190, 118, 150],
      seed: 30 + index,
    });
    const heaps = [heap(0, 9, 48), heap(1, 14, 48), heap(2, 19, 56)];
    const { events, revisions } = run({ durationS: 70, sprites: [...heaps, dumper] });
    expect(events).toHaveLength(1);
    expect(revisions.filter((one) => one.phase === 'updated')).toHaveLength(2);
    expect(events[0]?.trace.map(({ condition }) => condition)).toContain('another heap of the same visit');
    expect(events[0]?.phase).toBe('ended');
    expect(secondsOf(events[0]?.moments.clearedAtMs)).toBeGreaterThan(55);
    // All three lie in its box.
    expect((events[0]?.box.wNorm ?? 0) * 256).toBeGreaterThan(90);
  });

  test('waits for its bringer to go', () => {
    const { revisions } = run({ durationS: 50, sprites: [bag(12), bringer(12, 34)] });
    expect(revisions).toHaveLength(1);
    expect(secondsOf(revisions[0]?.raisedAtMs)).toBeGreaterThan(37);
  });

  test('in the first seconds is raised with the doubt that the background was young', () => {
    const { events } = run({ durationS: 30, sprites: [bag(4), bringer(4, 6)] });
    expect(events).toHaveLength(1);
    expect(events[0]?.caveats).toEqual(['background-learning']);
  });

  test('is found although the detector calls it a person, and sees the bringer only now and then', () => {
    const misread: Sprite = {
      ...bag(),
      at: (s) => (s >= 12 ? bagBox : null),
      className: 'person',
      found: 0.8,
    };
    const { events } = run({ durationS: 40, sprites: [bag(12, 12), misread, { ...bringer(), found: 0.6 }] });
    expect(events).toHaveLength(1);
    expect(events[0]?.actor?.enteredFrom).toBe('left');
  });

  test('is found without any detection, later and with that doubt', () => {
    const { className: _none, ...unseen } = bringer();
    const { events } = run({ durationS: 60, sprites: [bag(), unseen] });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ actor: null, caveats: ['no-bringer-seen'] });
    expect(secondsOf(events[0]?.raisedAtMs)).toBeGreaterThan(25);
  });

  test('is found in a crowd that walks in front of it all the time', () => {
    const crowd = Array.from({ length: 16 }, (_, i) =>
      walker(3 + 3 * i, 58 + 3 * (i % 6), 70 + i, 7 + (i % 3)),
    );
    const { events } = run({ durationS: 60, sprites: [bag(), bringer(), ...crowd] });
    expect(events).toHaveLength(1);
    expect(iou(events[0], bagBox)).toBeGreaterThan(0.4);
  });

  test('is found at night, in noise and little light', () => {
    const { events } = run({ ...dumping, gainAt: () => 0.45, noise: 5 });
    expect(events).toHaveLength(1);
  });

  test('out of a vehicle in the first seconds is raised with the doubt', () => {
    const van: Sprite = {
      at: along({ w: 70, h: 44 }, [-2, 276, 40], [2, 100, 40], [7, 100, 40], [12, -90, 40]),
      colour: [70, 110, 175],
      seed: 41,
      className: 'car',
    };
    const place: BoxPx = { x: 172, y: 70, w: 17, h: 15 };
    const sack: Sprite = { at: (s) => (s >= 4 ? place : null), colour: [40, 128, 128], seed: 42 };
    const { events } = run({ durationS: 40, sprites: [van, sack] });
    expect(events).toHaveLength(1);
    expect(events[0]?.caveats).toContain('background-learning');
    // The street has no colours.
    expect(events[0]?.actor).toMatchObject({ className: 'car', colour: 'unknown' });
  });

  test('out of a vehicle that stops is brought by the vehicle', () => {
    const van: Sprite = {
      at: along({ w: 70, h: 44 }, [4, 276, 40], [9, 100, 40], [18, 100, 40], [24, -90, 40]),
      colour: [210, 125, 130],
      seed: 41,
      className: 'car',
    };
    const place: BoxPx = { x: 172, y: 70, w: 17, h: 15 };
    const heap: Sprite = { at: (s) => (s >= 14 ? place : null), colour: [40, 128, 128], seed: 42 };
    const { events } = run({ durationS: 45, sprites: [heap, van] });
    expect(events).toHaveLength(1);
    expect(events[0]?.actor?.className).toBe('car');
    expect(iou(events[0], place)).toBeGreaterThan(0.5);
  });

  test('is raised although lamps are switched before it has rested for long enough', () => {
    const { events } = run({
      durationS: 45,
      sprites: [bag(12, Infinity, bagBox), bringer()],
      lightAt: (s, x) => (s < 20 ? 1 : 0.3 + (0.45 * Math.abs(x - 60)) / 196),
    });
    expect(events).toHaveLength(1);
    expect(secondsOf(events[0]?.moments.putDownAtMs)).toBeCloseTo(12, 0);
    expect(events[0]?.actor?.className).toBe('person');
  });

  test('in front of a vehicle that fills a third of the picture, and that nobody names, is raised when it has left', () => {
    const place: BoxPx = { x: 150, y: 92, w: 22, h: 18 };
    const heap = (fromS: number): Sprite => ({
      at: (s) => (s >= fromS ? place : null),
      colour: [30, 128, 128],
      seed: 42,
    });
    // Before the vehicle was learnt, and after.
    for (const fromS of [9.6, 13]) {
      const { events } = run({ durationS: 50, sprites: [lorry, heap(fromS)] });
      expect(events).toHaveLength(1);
      expect(events[0]?.caveats).toContain('no-bringer-seen');
      expect(iou(events[0], place)).toBeGreaterThan(0.5);
    }
  });
});

/** Stands from 9 to 18 s, larger than a fifth of the picture. */
const lorry: Sprite = {
  at: along({ w: 130, h: 90 }, [4, 276, 18], [9, 60, 18], [18, 60, 18], [25, -140, 18]),
  colour: [170, 112, 140],
  seed: 41,
};

describe('nothing is raised', () => {
  const alerts = (options: StreetOptions, scene = {}): unknown[] =>
    run(options, scene).revisions.map((one) => ({
      at: secondsOf(one.raisedAtMs),
      box: one.box,
      trace: one.trace,
    }));

  test('by passers-by', () => {
    expect(
      alerts({
        durationS: 60,
        sprites: [2, 8, 13, 21, 28, 36, 44].map((s, i) => walker(s, 50 + 8 * i, 50 + i)),
      }),
    ).toEqual([]);
  });

  test('by a door that somebody goes through and leaves open', () => {
    const door: Sprite = {
      at: (s) => (s >= 12 ? { x: 96, y: 40, w: 26, h: 64 } : null),
      colour: [40, 128, 128],
      seed: 44,
    };
    const { events, rejections } = run({ durationS: 60, sprites: [door, bringer()] });
    expect(events).toEqual([]);
    expect(rejections.some((one) => /too-large|came-by-itself/.test(one))).toBe(true);
  });

  test('a second time by a hatch that opens again, but by a second bag that lies a little beside the first', () => {
    const twice = (again: BoxPx): Sprite => ({
      at: (s) => (s >= 12 && s < 32 ? bagBox : s >= 52 ? again : null),
      colour: [190, 118, 150],
      seed: 6,
    });
    const visits = [bringer(12), bringer(32, 33), { ...bringer(52), seed: 15 }];
    const hatch = run({ durationS: 75, sprites: [twice(bagBox), ...visits] });
    expect(hatch.events).toHaveLength(1);
    expect(hatch.rejections).toContainEqual(expect.stringContaining('seen-before'));
    const bags = run({ durationS: 75, sprites: [twice({ ...bagBox, x: bagBox.x + 5 }), ...visits] });
    expect(bags.events).toHaveLength(2);
  });

  test('by a thing beside which another person of the group stays', () => {
    const friend: Sprite = {
      ...bringer(12, 70),
      at: along(person, [5, 276, 66], [11, 140, 66], [70, 140, 66]),
      seed: 9,
    };
    expect(run({ durationS: 50, sprites: [bag(), bringer(), friend] }).events).toEqual([]);
  });

  test('by a person who stands for a minute', () => {
    const standing: Sprite = { ...bringer(12, 72), fidgetPx: 1 };
    expect(alerts({ durationS: 90, sprites: [standing] })).toEqual([]);
  });

  test('by a person who stands for a minute and is often missed by the detector', () => {
    const standing: Sprite = { ...bringer(12, 72), found: 0.35, fidgetPx: 1 };
    expect(alerts({ durationS: 90, sprites: [standing, walker(30, 40, 3), walker(50, 70, 4)] })).toEqual([]);
  });

  test('by a bag whose owner stays beside it', () => {
    expect(alerts({ durationS: 60, sprites: [bag(12), bringer(12, 100)] })).toEqual([]);
  });

  test('by a bag that is taken up again soon', () => {
    const { revisions } = run({ durationS: 45, sprites: [bag(12, 20), bringer(12, 20)] });
    expect(revisions).toEqual([]);
  });

  const car: Sprite = {
    at: along({ w: 80, h: 46 }, [6, 276, 60], [12, 90, 60], [200, 90, 60]),
    colour: [200, 130, 120],
    seed: 61,
    className: 'car',
  };
  test('by a car that parks', () => {
    expect(alerts({ durationS: 70, sprites: [car] })).toEqual([]);
  });

  test('by a car that parks and is not detected', () => {
    const { className: _none, ...unseen } = car;
    expect(alerts({ durationS: 70, sprites: [unseen] })).toEqual([]);
  });

  test('by a car that parks beside a lorry and stays when that has left, neither of them detected', () => {
    const small: Sprite = {
      at: along({ w: 34, h: 24 }, [12, 276, 90], [16, 196, 90], [60, 196, 90]),
      colour: [40, 128, 128],
      seed: 43,
    };
    expect(alerts({ durationS: 50, sprites: [lorry, small] })).toEqual([]);
    expect(alerts({ durationS: 50, sprites: [lorry] })).toEqual([]);
  });

  test('by a car that parked and drives away again', () => {
    const leaving: Sprite = {
      ...car,
      at: along({ w: 80, h: 46 }, [6, 276, 60], [12, 90, 60], [50, 90, 60], [56, -100, 60]),
    };
    expect(alerts({ durationS: 90, sprites: [leaving] })).toEqual([]);
  });

  test('by the ground where a car stood from the beginning, with or without a detector', () => {
    const at = along({ w: 80, h: 46 }, [-10, 90, 60], [20, 90, 60], [26, -100, 60]);
    expect(alerts({ durationS: 70, sprites: [{ ...car, at }] })).toEqual([]);
    const { className: _none, ...unseen } = car;
    expect(alerts({ durationS: 70, sprites: [{ ...unseen, at }, walker(14, 55, 8)] })).toEqual([]);
  });

  test('by light that is switched on, and by clouds', () => {
    expect(
      alerts({ durationS: 60, sprites: [walker(10, 60, 9)], gainAt: (s) => (s < 15 ? 1 : 1.5) }),
    ).toEqual([]);
    expect(
      alerts({ durationS: 80, sprites: [walker(20, 60, 9)], gainAt: (s) => 1 + 0.35 * Math.sin(s / 9) }),
    ).toEqual([]);
  });

  test('by a lamp that lights one place while people pass', () => {
    const lightAt = (s: number, x: number, y: number): number =>
      s > 20 && Math.hypot(x - 130, 2 * (y - 100)) < 26 ? 1.6 : 1;
    expect(alerts({ durationS: 60, sprites: [walker(16, 62, 10), walker(30, 70, 12)], lightAt })).toEqual([]);
  });

  test('by a camera that shakes in the wind and one that slowly turns', () => {
    const shaking = (s: number): readonly [number, number] => [
      Math.round(3 * Math.sin(7 * s)),
      Math.round(2 * Math.sin(5 * s + 1)),
    ];
    expect(
      alerts({ durationS: 60, sprites: [walker(20, 60, 9), walker(35, 50, 13)], shiftAt: shaking }),
    ).toEqual([]);
    expect(
      alerts({ durationS: 60, sprites: [walker(20, 60, 9)], shiftAt: (s) => [Math.round(s / 8), 0] }),
    ).toEqual([]);
  });

  test('by headlights that sweep over the ground and stand for a while', () => {
    const lightAt = (s: number, x: number, y: number): number => {
      const beam = s < 10 ? -99 : s < 16 ? 20 + 18 * (s - 10) : s < 34 ? 128 : 128 + 20 * (s - 34);
      return 0.4 + 1.1 * Math.exp(-(((x - beam) / 26) ** 2) - ((y - 96) / 20) ** 2);
    };
    expect(alerts({ durationS: 60, sprites: [walker(18, 62, 10)], lightAt, noise: 3 })).toEqual([]);
  });

  test('by somebody who sits down for a minute and is hardly ever detected', () => {
    const coming: Sprite = { ...bringer(12, 12), found: 0.9, at: along(person, [5, -20, 62], [12, 104, 62]) };
    const sitting: Sprite = {
      at: along({ w: 18, h: 32 }, [12, 103, 74], [75, 103, 74]),
      colour: [45, 120, 140],
      seed: 5,
      className: 'person',
      found: 0.1,
      fidgetPx: 1,
    };
    expect(alerts({ durationS: 80, sprites: [coming, sitting, walker(30, 50, 12)] })).toEqual([]);
  });

  test('by a burnt-in clock and by letterbox bars', () => {
    const overlay = (s: number, luma: Uint8Array, widthPx: number): void => {
      luma.fill(0, 0, 16 * widthPx);
      for (const [digit, value] of [
        Math.floor(s / 60),
        Math.floor(s / 10) % 6,
        Math.floor(s) % 10,
      ].entries()) {
        for (let y = 120; y < 136; y++) {
          for (let x = 0; x < 10; x++) {
            const isOn = (((value * 37 + 11) >> ((x >> 2) + 2 * ((y - 120) >> 3))) & 1) === 1;
            luma[y * widthPx + 20 + 14 * digit + x] = isOn ? 235 : 16;
          }
        }
      }
    };
    expect(
      alerts({
        durationS: 80,
        sprites: [walker(10, 70, 14), walker(32, 90, 15), walker(50, 92, 16)],
        overlay,
      }),
    ).toEqual([]);
  });

  test('where a zone says so', () => {
    const right: [number, number][] = [
      [0.6, 0],
      [1, 0],
      [1, 1],
      [0.6, 1],
    ];
    const left: [number, number][] = [
      [0.3, 0.4],
      [0.6, 0.4],
      [0.6, 1],
      [0.3, 1],
    ];
    expect(alerts(dumping, { zones: [{ zoneId: 'lane', kind: 'watch', polygonNorm: right }] })).toEqual([]);
    const yard = run(dumping, { zones: [{ zoneId: 'yard', kind: 'ignore', polygonNorm: left }] }).events;
    expect(yard.map(({ suppression }) => suppression)).toEqual([{ zoneId: 'yard', because: 'ignore' }]);
    const { events } = run(dumping, {
      zones: [{ zoneId: 'lane', kind: 'watch', polygonNorm: left, minRestMs: 18_000 }],
    });
    expect(events[0]?.zoneId).toBe('lane');
    expect(secondsOf(events[0]?.raisedAtMs)).toBeGreaterThan(28);
    const patient = run(dumping, {
      zones: [{ zoneId: 'lane', kind: 'watch', polygonNorm: left, minAwayMs: 20_000, awayWidths: 3 }],
    }).events[0];
    const away = patient?.trace.filter(({ condition }) => condition.startsWith('bringer away'));
    expect(away?.map(({ threshold }) => threshold)).toEqual([20_000, 3]);
    expect((patient?.raisedAtMs ?? 0) - (patient?.moments.departedAtMs ?? 0)).toBeGreaterThanOrEqual(20_000);
  });
});

describe('laws', () => {
  test('the same pictures give the same events, to the last digit', () => {
    expect(run(dumping).revisions).toEqual(run(dumping).revisions);
  });

  test('3, 5 and 10 pictures a second give the same verdict', () => {
    for (const fps of [3, 5, 10]) {
      const { events } = run({ ...dumping, fps });
      expect(events, `${fps} fps`).toHaveLength(1);
      expect(iou(events[0], bagBox), `${fps} fps`).toBeGreaterThan(0.5);
      expect(Math.abs(secondsOf(events[0]?.moments.putDownAtMs) - 12.5), `${fps} fps`).toBeLessThan(2.2);
    }
  });

  test('pictures that go back in time change nothing', () => {
    const forward = [...street({ ...dumping, durationS: 26 })].length;
    expect(forward).toBe(130);
    const doubled = function* () {
      for (const picture of street(dumping)) {
        yield picture;
        yield { ...picture, capturedAtMs: picture.capturedAtMs - 5_000 };
      }
    };
    expect(runScene(doubled()).events.map((one) => one.eventId)).toEqual(
      run(dumping).events.map((one) => one.eventId),
    );
  });

  test('the detector rests while nothing happens', () => {
    const { detectorRuns } = run({ durationS: 60, sprites: [] });
    expect(detectorRuns).toBeLessThan(25);
  });
});
