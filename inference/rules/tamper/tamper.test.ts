import { describe, expect, test } from 'vitest';
import { runScene, secondsOf } from '../testing/run-scene.ts';
import { along, type Sprite, street, type StreetOptions, type StreetPicture } from '../testing/street.ts';

const person = { w: 16, h: 44 };
const walker = (fromS: number, y: number, seed: number): Sprite => ({
  at: along(person, [fromS, -20, y], [fromS + 9, 276, y]),
  colour: [60 + 15 * (seed % 5), 120, 125],
  seed,
  className: 'person',
});
const walkers = [walker(2, 60, 5), walker(14, 70, 6), walker(30, 64, 7)];
const scene: StreetOptions = { durationS: 40, sprites: walkers };

/** From this second on the camera shows something else. */
function* broken(
  options: StreetOptions,
  fromS: number,
  breakIt: (picture: StreetPicture, s: number) => void,
) {
  let s = 0;
  for (const picture of street(options)) {
    if (s >= fromS) breakIt(picture, s);
    yield picture;
    s += 1 / (options.fps ?? 5);
  }
}
const tampers = (pictures: Iterable<StreetPicture>) =>
  runScene(pictures).revisions.filter(({ kind }) => kind === 'camera_tamper');
const lumaOf = ({ data, widthPx, heightPx }: StreetPicture): Uint8Array =>
  data.subarray(0, widthPx * heightPx);

function blur(picture: StreetPicture, radius: number): void {
  const { widthPx, heightPx } = picture;
  const luma = lumaOf(picture);
  for (const [step, lines, length] of [
    [1, heightPx, widthPx],
    [widthPx, widthPx, heightPx],
  ] as const) {
    const from = Uint8Array.from(luma);
    for (let line = 0; line < lines; line++) {
      const start = step === 1 ? line * widthPx : line;
      for (let i = 0; i < length; i++) {
        let sum = 0;
        for (let k = -radius; k <= radius; k++) {
          sum += from[start + Math.min(length - 1, Math.max(0, i + k)) * step] ?? 0;
        }
        luma[start + i * step] = sum / (2 * radius + 1);
      }
    }
  }
}

describe('a camera that does not show its scene any more', () => {
  test('black: told within its time, and ended when the picture is back', () => {
    const black = (picture: StreetPicture, s: number): void => {
      if (s < 28) lumaOf(picture).fill(16);
    };
    const [started, ended, ...more] = tampers(broken(scene, 15, black));
    expect(more).toEqual([]);
    expect(started).toMatchObject({ phase: 'started', caveats: ['view-black'] });
    expect(secondsOf(started?.startedAtMs)).toBeCloseTo(15, 0);
    expect(secondsOf(started?.raisedAtMs)).toBeLessThan(22);
    expect(ended).toMatchObject({ phase: 'ended', eventId: started?.eventId });
    expect(secondsOf(ended?.moments.clearedAtMs)).toBeLessThan(33);
  });

  test('turned: another view of the same light', () => {
    const other = [...street({ durationS: 26, sprites: [], seed: 77 })].map(({ data }) =>
      Uint8Array.from(data),
    );
    const turn = (picture: StreetPicture, s: number): void => {
      picture.data.set(other[Math.round((s - 15) * 5)] ?? []);
    };
    expect(tampers(broken(scene, 15, turn)).map(({ caveats }) => caveats)).toEqual([['view-turned']]);
  });

  test('defocused: the same view without its detail', () => {
    const found = tampers(broken(scene, 15, (picture) => blur(picture, 7)));
    expect(found.map(({ caveats }) => caveats)).toEqual([['view-defocused']]);
  });

  test('covered: neither detail nor layout', () => {
    const cover = (picture: StreetPicture): void => {
      const luma = lumaOf(picture);
      for (let i = 0; i < luma.length; i++) luma[i] = 70 + (i % picture.widthPx) / 16;
    };
    expect(tampers(broken(scene, 15, cover)).map(({ caveats }) => caveats)).toEqual([['view-covered']]);
  });

  test('the grey of a decoder that lost the stream for six seconds is no cover', () => {
    const grey = (picture: StreetPicture, s: number): void => {
      if (s < 21) picture.data.fill(128);
    };
    expect(tampers(broken(scene, 15, grey))).toEqual([]);
  });

  test('frozen: one picture for ever', () => {
    let held: Uint8Array | null = null;
    const freeze = (picture: StreetPicture): void => {
      held ??= Uint8Array.from(picture.data);
      picture.data.set(held);
    };
    const [found, ...more] = tampers(broken(scene, 15, freeze));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ caveats: ['view-frozen'] });
    expect(secondsOf(found?.startedAtMs)).toBeCloseTo(15, 0);
  });
});

describe('something large in front of the camera', () => {
  const other = [...street({ durationS: 0.4, sprites: [], seed: 77 })].map(({ data }) =>
    Uint8Array.from(data),
  )[0];
  /** From 15 s on it hides the picture from the left on, up to this share. */
  const hide =
    (share: number, untilS: number) =>
    (picture: StreetPicture, s: number): void => {
      if (s >= untilS) return;
      const { widthPx, heightPx, data } = picture;
      const width = Math.round(Math.min(share, (s - 15) * 0.5) * widthPx);
      for (let y = 0; y < heightPx; y++)
        data.set(other?.subarray(y * widthPx, y * widthPx + width) ?? [], y * widthPx);
    };

  test('a bus that hides most of the picture and leaves is no tampering', () => {
    expect(tampers(broken({ ...scene, durationS: 100 }, 15, hide(0.76, 85)))).toEqual([]);
  });

  test('what goes on hiding most of it is told after minutes, and what hides all of it at once', () => {
    const [late, ...more] = tampers(broken({ ...scene, durationS: 340 }, 15, hide(0.76, 999)));
    expect(more).toEqual([]);
    expect(secondsOf(late?.raisedAtMs)).toBeGreaterThan(300);
    const [soon] = tampers(broken(scene, 15, hide(1, 999)));
    expect(secondsOf(soon?.raisedAtMs)).toBeLessThan(30);
  });
});

test('nothing is said of people, light, clouds, shaking, noise and night', () => {
  const calm: readonly StreetOptions[] = [
    scene,
    { ...scene, gainAt: (s) => (s < 20 ? 1 : 0.6) },
    { ...scene, gainAt: (s) => 1 + 0.25 * Math.sin(s / 3) },
    { ...scene, shiftAt: (s) => [Math.round(3 * Math.sin(3 * s)), Math.round(2 * Math.cos(2.3 * s))] },
    { ...scene, noise: 5, gainAt: () => 0.45 },
  ];
  for (const options of calm) expect(tampers(street(options))).toEqual([]);
});

test('a turned camera raises no dumping of what its new view shows', () => {
  const other = [...street({ durationS: 60, sprites: [], seed: 77 })].map(({ data }) =>
    Uint8Array.from(data),
  );
  const turn = (picture: StreetPicture, s: number): void => {
    picture.data.set(other[Math.round((s - 15) * 5)] ?? []);
  };
  const { events } = runScene(broken({ ...scene, durationS: 70 }, 15, turn));
  expect(events.map(({ kind }) => kind)).toEqual(['camera_tamper']);
});
