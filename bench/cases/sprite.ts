import type { ObjectClass } from '../../contracts/index.ts';
import { createTracker, type Track } from '../../inference/track/index.ts';
import { type Detections, fps, type Plate } from './plate.ts';
import type { Patch } from './patch.ts';

/** One picture of somebody who moved through real footage. */
export interface SpriteFrame {
  readonly patch: Patch;
  /** What the detector said of them there, relative to the foot in px of the footage; null: it missed them. */
  readonly seen: {
    readonly confidence: number;
    readonly leftPx: number;
    readonly topPx: number;
    readonly widthPx: number;
    readonly heightPx: number;
  } | null;
}

/** A real person or vehicle, cut out of footage picture by picture. */
export interface Sprite {
  readonly id: string;
  readonly className: ObjectClass;
  readonly heightPx: number;
  readonly widthPx: number;
  readonly frames: readonly SpriteFrame[];
  /** How far they went from one picture to the next, in px of the footage. */
  readonly stepPx: number;
  /** +1: they walked to the right. */
  readonly heading: 1 | -1;
  /** Mean luma of the empty scene around them. */
  readonly groundLuma: number;
}

interface Seen {
  readonly frame: number;
  readonly track: Track;
}

const people = new Set<ObjectClass>(['person']);
const vehicles = new Set<ObjectClass>(['car', 'truck', 'bus', 'van']);
const minFrames = { person: 6, vehicle: 1 };

/** Everybody in a plate who can be cut out cleanly: whole in the picture, alone, and different from the ground. */
export function cutSprites(plate: Plate, wanted: 'person' | 'vehicle', atMost: number): Sprite[] {
  const classes = wanted === 'person' ? people : vehicles;
  const tracker = createTracker({ cameraId: plate.footage.id });
  const byTrack = new Map<string, Seen[]>();
  plate.detections.forEach((detections, frame) => {
    const tracks = tracker.step({ capturedAtMs: 1_000 + (frame * 1_000) / fps, detections });
    for (const track of tracks) {
      if (!classes.has(track.className) || track.state === 'lost' || !isAlone(track, detections)) continue;
      const seen = byTrack.get(track.trackId) ?? [];
      seen.push({ frame, track });
      byTrack.set(track.trackId, seen);
    }
  });
  const sprites: Sprite[] = [];
  for (const seen of byTrack.values()) {
    const sprite = cut(plate, longestRun(seen), wanted, `${plate.footage.id}-${sprites.length}`);
    if (sprite !== null) sprites.push(sprite);
  }
  // The largest are the sharpest.
  return sprites.toSorted((a, b) => b.heightPx - a.heightPx).slice(0, atMost);
}

function isAlone({ box }: Track, detections: Detections): boolean {
  const margin = 0.01;
  if (box.xNorm < margin || box.yNorm < margin) return false;
  if (box.xNorm + box.wNorm > 1 - margin || box.yNorm + box.hNorm > 1 - margin) return false;
  const near = detections.filter(
    (one) =>
      one.xNorm < box.xNorm + box.wNorm + margin &&
      one.xNorm + one.wNorm > box.xNorm - margin &&
      one.yNorm < box.yNorm + box.hNorm &&
      one.yNorm + one.hNorm > box.yNorm,
  );
  return near.length === 1;
}

function longestRun(seen: readonly Seen[]): Seen[] {
  let [best, run]: [Seen[], Seen[]] = [[], []];
  for (const one of seen) {
    const last = run.at(-1);
    if (last !== undefined && one.frame !== last.frame + 1) run = [];
    run.push(one);
    if (run.length > best.length) best = run;
  }
  // Somebody who comes nearer grows: a stretch in which they keep their size.
  const [start] = best;
  if (start === undefined) return [];
  const isLike = (one: Seen): boolean => Math.abs(one.track.box.hNorm / start.track.box.hNorm - 1) < 0.1;
  const other = best.findIndex((one) => !isLike(one));
  const like = other < 0 ? best : best.slice(0, other);
  return (like.length >= 6 ? like : best.slice(-12)).slice(0, 24);
}

function cut(plate: Plate, run: readonly Seen[], wanted: 'person' | 'vehicle', id: string): Sprite | null {
  if (run.length < minFrames[wanted]) return null;
  const frames: SpriteFrame[] = [];
  for (const { frame, track } of run) {
    const patch = cutPatch(plate, frame, track);
    if (patch === null) continue;
    frames.push({ patch, seen: seenOf(plate, frame, track) });
  }
  if (frames.length < minFrames[wanted]) return null;
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return null;
  const feet = (one: Seen): [number, number] => [
    (one.track.box.xNorm + one.track.box.wNorm / 2) * plate.widthPx,
    (one.track.box.yNorm + one.track.box.hNorm) * plate.heightPx,
  ];
  const [from, to] = [feet(first), feet(last)];
  const way = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const heightPx = mean(run.map((one) => one.track.box.hNorm)) * plate.heightPx;
  const widthPx = mean(run.map((one) => one.track.box.wNorm)) * plate.widthPx;
  // Somebody who stands shows no steps; a car that waits in a queue belongs to the empty scene.
  if (way < 0.5 * widthPx || heightPx < 24) return null;
  return {
    id,
    className: first.track.className,
    heightPx,
    widthPx,
    frames: wanted === 'vehicle' ? frames.toSorted((a, b) => sureness(b) - sureness(a)).slice(0, 1) : frames,
    stepPx: Math.max(1, way / Math.max(run.length - 1, 1)),
    heading: to[0] >= from[0] ? 1 : -1,
    groundLuma: mean(groundAround(plate, first.track)),
  };
}

/** A vehicle is one picture for a whole case: the one of which the detector was surest. */
const sureness = ({ seen, patch }: SpriteFrame): number => (seen?.confidence ?? 0) + patch.heightPx / 1_000;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);

function groundAround({ empty, widthPx, heightPx }: Plate, { box }: Track): number[] {
  const y = Math.min(heightPx - 1, Math.round((box.yNorm + box.hNorm) * heightPx));
  const x = Math.round((box.xNorm + box.wNorm / 2) * widthPx);
  return Array.from(
    { length: 41 },
    (_, i) => empty[y * widthPx + Math.min(widthPx - 1, Math.max(0, x + i - 20))] ?? 128,
  );
}

function seenOf(plate: Plate, frame: number, { box }: Track): SpriteFrame['seen'] {
  const centre = [box.xNorm + box.wNorm / 2, box.yNorm + box.hNorm / 2] as const;
  const hit = plate.detections[frame]?.find(
    (one) =>
      Math.abs(one.xNorm + one.wNorm / 2 - centre[0]) < box.wNorm / 2 &&
      Math.abs(one.yNorm + one.hNorm / 2 - centre[1]) < box.hNorm / 2,
  );
  if (hit === undefined) return null;
  const footX = centre[0] * plate.widthPx;
  const footY = (box.yNorm + box.hNorm) * plate.heightPx;
  return {
    confidence: hit.confidence,
    leftPx: hit.xNorm * plate.widthPx - footX,
    topPx: hit.yNorm * plate.heightPx - footY,
    widthPx: hit.wNorm * plate.widthPx,
    heightPx: hit.hNorm * plate.heightPx,
  };
}

/** What differs from the empty scene in and just around a box; null when too little or too much of it does. */
function cutPatch(plate: Plate, frame: number, { box }: Track): Patch | null {
  const { widthPx, heightPx, empty } = plate;
  const data = plate.frames[frame];
  if (data === undefined) return null;
  const margin = 0.1;
  const left = Math.max(0, Math.floor((box.xNorm - margin * box.wNorm) * widthPx));
  const top = Math.max(0, Math.floor((box.yNorm - 0.04 * box.hNorm) * heightPx));
  const right = Math.min(widthPx, Math.ceil((box.xNorm + (1 + margin) * box.wNorm) * widthPx));
  const bottom = Math.min(heightPx, Math.ceil((box.yNorm + 1.03 * box.hNorm) * heightPx));
  const [w, h] = [right - left, bottom - top];
  if (w < 6 || h < 12) return null;
  const raw = new Float32Array(w * h);
  const patch = {
    widthPx: w,
    heightPx: h,
    luma: new Float32Array(w * h),
    u: new Float32Array(w * h),
    v: new Float32Array(w * h),
    alpha: new Float32Array(w * h),
    footPx: [(box.xNorm + box.wNorm / 2) * widthPx - left, (box.yNorm + box.hNorm) * heightPx - top] as const,
  };
  const chromaWidth = widthPx >> 1;
  const uStart = widthPx * heightPx;
  const vStart = uStart + chromaWidth * (heightPx >> 1);
  for (let y = 0, cell = 0; y < h; y++) {
    for (let x = 0; x < w; x++, cell++) {
      const at = (top + y) * widthPx + left + x;
      const chroma = ((top + y) >> 1) * chromaWidth + ((left + x) >> 1);
      patch.luma[cell] = data[at] ?? 0;
      patch.u[cell] = data[uStart + chroma] ?? 128;
      patch.v[cell] = data[vStart + chroma] ?? 128;
      const off =
        Math.abs((data[at] ?? 0) - (empty[at] ?? 0)) +
        0.7 * Math.abs((data[uStart + chroma] ?? 0) - (empty[uStart + chroma] ?? 0)) +
        0.7 * Math.abs((data[vStart + chroma] ?? 0) - (empty[vStart + chroma] ?? 0));
      raw[cell] = Math.min(1, Math.max(0, (off - 12) / 16));
    }
  }
  let covered = 0;
  for (let y = 0, cell = 0; y < h; y++) {
    for (let x = 0; x < w; x++, cell++) {
      let [sum, count] = [0, 0];
      for (let dy = -2; dy <= 2; dy++) {
        for (let dx = -2; dx <= 2; dx++) {
          if (x + dx < 0 || x + dx >= w || y + dy < 0 || y + dy >= h) continue;
          sum += raw[cell + dy * w + dx] ?? 0;
          count++;
        }
      }
      const around = sum / count;
      // A hole inside a body is body, a speck outside of it is compression noise.
      patch.alpha[cell] = around > 0.6 ? 1 : around < 0.25 ? 0 : Math.min(1, (raw[cell] ?? 0) * 0.5 + around);
      covered += patch.alpha[cell] ?? 0;
    }
  }
  const share = covered / (w * h);
  return share < 0.22 || share > 0.93 ? null : patch;
}
