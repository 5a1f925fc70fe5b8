import { expect, test } from 'vitest';
import type { Track } from '../../track/index.ts';
import { makeCanvas } from '../scene/canvas.ts';
import { noteTracks, type TrackMemory } from '../scene/track-memory.ts';
import type { Bringer } from './bringer.ts';
import { observe } from './observe.ts';
import { findThings } from './things.ts';

const [widthPx, heightPx] = [320, 180];
const box = { xNorm: 0.25, yNorm: 0.4, wNorm: 0.125, hNorm: 0.125 };

/** Something of 40 × 22 cells came to rest at 4 s, and a track that never moved lies over it for ten seconds. */
function watch(
  className: Track['className'],
  confidence: number,
  bringer: Bringer | null = null,
): ReturnType<typeof findThings>[number] {
  const data = new Uint8Array((widthPx * heightPx * 3) / 2).fill(128);
  const canvas = makeCanvas({ capturedAtMs: 0, widthPx, heightPx, data });
  for (let y = 72; y < 94; y++) {
    for (let x = 80; x < 120; x++) {
      canvas.layers.restSinceMs[y * widthPx + x] = 4_000;
      canvas.layers.isPending[y * widthPx + x] = 1;
      canvas.layers.shows[y * widthPx + x] = 2;
    }
  }
  const [thing] = findThings(canvas, [], 6_000, -Infinity, () => undefined);
  if (thing === undefined) throw new Error('nothing was found at rest');
  if (bringer !== null) Object.assign(thing, { bringer, restSinceMs: 3_000 });
  const memory: TrackMemory = new Map();
  for (let nowMs = 6_200; nowMs <= 16_200; nowMs += 200) {
    const track: Track = {
      trackId: 'a',
      className,
      confidence,
      box,
      vxNorm: 0,
      vyNorm: 0,
      firstSeenAtMs: 4_200,
      lastSeenAtMs: nowMs,
      hits: 5,
      state: 'tracked',
    };
    noteTracks(memory, [track], nowMs, 60_000);
    observe(canvas, thing, { memory, tracks: [track], nowMs, dtMs: 200, awayWidths: 2 });
  }
  return thing;
}

test('a vehicle whose track begins where it parked is the vehicle, not a thing that the detector misreads', () => {
  const sure = watch('car', 0.74);
  expect(sure.vehicleCoveredMs).toBe(sure.lookedMs);
  expect(sure.clearMs).toBe(0);
  const unsure = watch('car', 0.45);
  expect(unsure.vehicleCoveredMs).toBe(0);
  expect(unsure.clearMs).toBeGreaterThan(9_000);
});

test('a person whom the detector says to be exactly there is counted', () => {
  expect(watch('person', 0.42).personMs).toBeGreaterThan(9_000);
  expect(watch('car', 0.74).personMs).toBe(0);
});

test('who never moved under this track, but stands as tall as whoever brought it, is there', () => {
  const brought: Bringer = {
    trackId: 'b',
    followedTrackId: 'b',
    className: 'person',
    arrivedAtMs: 0,
    boxAtPutDown: box,
    sizeNorm: { wNorm: 0.125, hNorm: 0.2 },
    distanceWidths: 0,
    enteredFrom: null,
    hasVehicle: false,
    colours: new Map(),
  };
  expect(watch('person', 0.55, brought).aloneSinceMs).toBeNull();
  // A thing that the detector is not sure about, and one that is low against whoever brought it.
  expect(watch('person', 0.42, brought).aloneSinceMs).not.toBeNull();
  const low = { ...brought, sizeNorm: { wNorm: 0.125, hNorm: 0.4 } };
  expect(watch('person', 0.55, low).aloneSinceMs).not.toBeNull();
});
