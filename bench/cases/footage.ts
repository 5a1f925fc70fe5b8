import { existsSync } from 'node:fs';
import path from 'node:path';

/** Shares of the picture: left, top, right, bottom. */
export type AreaNorm = readonly [left: number, top: number, right: number, bottom: number];

/** Footage that cases are made of. What is not there is named and left out. */
export interface Footage {
  readonly id: string;
  /** Below the footage folder; `vtest` is looked for in Debian's opencv-doc as well. */
  readonly file: string;
  /** Seconds of the file that are used; a photo is held still, with grain. */
  readonly fromS: number;
  readonly toS: number;
  readonly isStill: boolean;
  /** What the camera sends at most; else what the product analyses. */
  readonly longSidePx?: number;
  /** The camera moves: its pictures are brought to one place first. */
  readonly drifts?: boolean;
  /** Frames a second of a folder of numbered pictures. */
  readonly sequenceFps?: number;
  /** A thing 1 m tall whose foot is at share y of the height is (y − horizon) × perM of the height tall. */
  readonly horizon: number;
  readonly perM: number;
  /** Where things can be put down and people can walk. */
  readonly ground: AreaNorm;
  /** Whether a vehicle has room here. */
  readonly hasRoad: boolean;
}

const moving = { isStill: false, hasRoad: true } as const;

/** Twelve places: seven real videos, one of them small as well, and four photos held still. Geometry by eye, from people and cars in them. */
export const footages: readonly Footage[] = [
  {
    ...moving,
    id: 'plaza',
    file: 'vtest.avi',
    fromS: 0,
    toS: 79,
    horizon: -0.17,
    perM: 0.126,
    ground: [0.06, 0.42, 0.85, 0.9],
  },
  {
    ...moving,
    id: 'car-park',
    file: 'street-intel/car-detection.mp4',
    drifts: true,
    fromS: 0,
    toS: 30,
    horizon: -2,
    perM: 0.045,
    ground: [0.08, 0.35, 0.92, 0.93],
  },
  {
    ...moving,
    id: 'avenue',
    file: 'street-opendatacam-berlin/frames',
    sequenceFps: 30,
    fromS: 0,
    toS: 16,
    horizon: 0.18,
    perM: 0.21,
    ground: [0.14, 0.6, 0.95, 0.97],
  },
  {
    ...moving,
    id: 'corridor',
    file: 'left-aboda-corridor/cut.mp4',
    fromS: 25,
    toS: 41,
    horizon: 0.29,
    perM: 0.62,
    ground: [0.08, 0.62, 0.95, 0.84],
    hasRoad: false,
  },
  {
    ...moving,
    id: 'road',
    file: 'street-highway-lrs/highway.avi',
    fromS: 0,
    toS: 28,
    horizon: -0.02,
    perM: 0.18,
    ground: [0.2, 0.5, 0.8, 0.95],
  },
  {
    ...moving,
    id: 'lane-photo',
    file: 'img-garbage-amsterdam/input5_frame62.jpg',
    fromS: 0,
    toS: 12,
    isStill: true,
    horizon: 0.2,
    perM: 0.62,
    ground: [0.05, 0.62, 0.95, 0.96],
  },
  {
    ...moving,
    id: 'lanes-from-above',
    file: 'street-opencv4nodejs/traffic.mp4',
    fromS: 0,
    toS: 20,
    horizon: -2,
    perM: 0.036,
    ground: [0.08, 0.3, 0.92, 0.95],
  },
  {
    ...moving,
    id: 'hall',
    file: 'street-intel/one-by-one-person-detection.mp4',
    fromS: 0,
    toS: 100,
    horizon: 0,
    perM: 0.42,
    ground: [0.05, 0.68, 0.9, 0.97],
    hasRoad: false,
  },
  {
    ...moving,
    id: 'corner-photo',
    file: 'img-garbage-amsterdam/input5_frame299.jpg',
    fromS: 0,
    toS: 12,
    isStill: true,
    horizon: 0.2,
    perM: 0.45,
    ground: [0.1, 0.62, 0.95, 0.97],
  },
  {
    ...moving,
    id: 'kerb-photo',
    file: 'img-garbage-amsterdam/input5_frame11.jpg',
    fromS: 0,
    toS: 12,
    isStill: true,
    horizon: 0.05,
    perM: 0.42,
    ground: [0.2, 0.5, 0.95, 0.96],
  },
  {
    ...moving,
    id: 'crossing-photo',
    file: 'img-garbage-amsterdam/input5_frame220.jpg',
    fromS: 0,
    toS: 12,
    isStill: true,
    horizon: 0.1,
    perM: 0.5,
    ground: [0.25, 0.55, 0.95, 0.96],
  },
  {
    ...moving,
    id: 'plaza-small',
    file: 'vtest.avi',
    fromS: 0,
    toS: 79,
    longSidePx: 352,
    horizon: -0.17,
    perM: 0.126,
    ground: [0.06, 0.5, 0.85, 0.9],
  },
];

const inDebian = 'usr/share/doc/opencv-doc/examples/data/vtest.avi';

/** @returns the path of a footage's file, null where it is not to be had. */
export function findFile(footage: Footage, folder: string, cacheDir: string): string | null {
  const places =
    footage.file === 'vtest.avi'
      ? [
          path.join(folder, footage.file),
          path.join('/', inDebian),
          path.join(cacheDir, 'opencv-doc', inDebian),
        ]
      : [path.join(folder, footage.file)];
  return places.find((file) => existsSync(file)) ?? null;
}
