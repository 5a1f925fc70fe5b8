import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readPictures, probeFootage } from './footage.ts';
import type { EventsFile } from './index.ts';
import type { BoxPx, Picture } from './picture.ts';
import { feetAt, personBoxAt, Scene } from './scene.ts';

const folder = path.resolve(import.meta.dirname, '../../sample');
const video = path.join(folder, 'renovation-waste.mp4');
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8').replace(/^\uFEFF/, '');
const scene = Scene.parse(JSON.parse(read('scene.json')));
const truth = JSON.parse(read('events.json')) as EventsFile;
const event = truth.events[0];
if (event === undefined) throw new Error('events.json holds no event');

describe('the sample video', () => {
  test('is small, H.264, 10 fps, about 80 s, and says when it began', async () => {
    expect(statSync(video).size).toBeLessThanOrEqual(6_000_000);
    const facts = await probeFootage(video);
    expect(facts).toMatchObject({
      widthPx: 768,
      heightPx: 576,
      fps: 10,
      codec: 'h264',
      pixelFormat: 'yuv420p',
    });
    expect(facts.durationS).toBeCloseTo(truth.frames / truth.fps, 1);
    expect(Date.parse(facts.creationTime ?? '')).toBe(Date.parse('2026-06-15T08:30:00+08:00'));
  });

  test('has a keyframe every 2 s and its index in front', () => {
    const args = [
      '-v',
      'error',
      '-skip_frame',
      'nokey',
      '-select_streams',
      'v',
      '-show_entries',
      'frame=pts_time',
    ];
    const times = execFileSync('ffprobe', [...args, '-of', 'csv=p=0', video], { encoding: 'utf8' });
    const keyframesS = times.match(/^\d+\.\d+/gm)?.map(Number);
    expect(keyframesS).toEqual(Array.from({ length: 40 }, (_, i) => i * 2));
    const start = readFileSync(video)
      .subarray(0, 64 * 1024)
      .toString('latin1');
    expect(start.indexOf('moov')).toBeGreaterThan(0);
    expect(start.indexOf('moov')).toBeLessThan(start.indexOf('mdat'));
  });
});

describe('events.json', () => {
  test('says what scene.json says', () => {
    const { putDown, bringer } = scene;
    expect(truth).toMatchObject({
      video: `${scene.name}.mp4`,
      fps: scene.footage.fps,
      size: [768, 576],
      frames: 785,
    });
    expect(truth.events).toHaveLength(1);
    expect(event.touches_ground_s).toBe(putDown.touchesGroundS);
    expect(event.settled_s).toBe(putDown.settledS);
    expect(event.owner_bbox).toEqual(personBoxAt(scene, bringer, putDown.touchesGroundS));
    const [x, y, w, h] = event.bbox;
    expect(Math.abs(x + w / 2 - putDown.restPx[0])).toBeLessThanOrEqual(3);
    expect(Math.abs(y + h - putDown.restPx[1])).toBeLessThanOrEqual(2);
  });

  test('leaves time to learn the background, and to see the bag rest alone', () => {
    expect(event.touches_ground_s).toBeGreaterThan(15);
    expect(truth.frames / truth.fps - event.settled_s).toBeGreaterThan(20);
    const moments = [event.arrived_s, event.touches_ground_s, event.settled_s, event.owner_leaves_object_s];
    expect([...moments, event.owner_beyond_2_widths_s]).toEqual(
      [...moments, event.owner_beyond_2_widths_s].toSorted((a, b) => a - b),
    );
    expect(event.removed_s).toBeNull();
    // The one who brought it never comes back to it.
    for (let atS = event.owner_beyond_2_widths_s; atS < 39; atS += 0.1) {
      const feet = feetAt(scene.bringer, atS);
      expect(
        Math.hypot((feet?.[0] ?? 0) - scene.putDown.restPx[0], (feet?.[1] ?? 0) - scene.putDown.restPx[1]),
      ).toBeGreaterThan(60);
    }
  });
});

describe('what the video shows', () => {
  const frames = new Map<number, Picture>();
  beforeAll(async () => {
    let frame = 0;
    for await (const picture of readPictures(video, { widthPx: 768, heightPx: 576 })) {
      if ([200, 330, 420, 480].includes(frame)) frames.set(frame, picture);
      if (frame++ === 480) break;
    }
  });

  /** Share of the pixels of a box whose brightness differs by at least `least` between two frames. */
  const changed = (box: BoxPx, before: number, after: number, least: number): number => {
    const [a, b] = [frames.get(before), frames.get(after)];
    let count = 0;
    for (let y = box[1]; y < box[1] + box[3]; y++) {
      for (let x = box[0]; x < box[0] + box[2]; x++) {
        const at = (y * 768 + x) * 3 + 1;
        if (Math.abs((a?.rgb[at] ?? 0) - (b?.rgb[at] ?? 0)) >= least) count++;
      }
    }
    return count / (box[2] * box[3]);
  };

  test('a bag of at least 24 × 24 px that stands out from the ground at its place, and stays', () => {
    expect(Math.min(event.bbox[2], event.bbox[3])).toBeGreaterThanOrEqual(24);
    // A bag fills about two thirds of its box.
    expect(changed(event.bbox, 200, 420, 25)).toBeGreaterThan(0.5);
    expect(changed(event.bbox, 420, 480, 25)).toBeLessThan(0.02);
  });

  test('nothing else new beside it', () => {
    const [x, y, w, h] = event.bbox;
    expect(changed([x - 3 * w, y, 2 * w, h], 200, 480, 25)).toBeLessThan(0.02);
  });
});

const Report = z.object({
  JJDBH: z.string().regex(/^330203\d{14}$/),
  BJSJ: z.string(),
  BJNR: z.string().min(10),
  BJRMC: z.string().min(1),
  LXDH: z.string().min(1),
  JQLBDM: z.string(),
  TZDBH: z.string(),
  FXDWJD: z.coerce.number(),
  FXDWWD: z.coerce.number(),
});
const csv = (name: string): Record<string, string>[] => parse(read(name), { columns: true });

describe('the files beside it', () => {
  const cameras = csv('cameras.csv');
  const camera = cameras.find((row) => row['设备编码'] === '33020300001320000101') ?? {};

  test('cameras.csv: six cameras with valid, unique codes of the district', () => {
    const codes = cameras.map((row) => row['设备编码']);
    expect(new Set(codes).size).toBe(6);
    for (const code of codes) expect(code).toMatch(/^33020300(0\d|1[0-4]|4[0-5])13[12]\d{7}$/);
    expect(new Set(cameras.map((row) => `${row['设备状态']}/${row['建设类型']}`)).size).toBeGreaterThan(3);
    expect(camera['分辨率']).toBe('768*576');
  });

  test('the camera’s angles in cameras.csv are those of the scene: the horizon lies where the scene has it', () => {
    const focalPx = 768 / 2 / Math.tan((Number(camera['水平视场角']) * Math.PI) / 360);
    const horizonYPx = 288 - focalPx * Math.tan((Number(camera['俯角']) * Math.PI) / 180);
    expect(Math.abs(horizonYPx - scene.camera.horizonYPx)).toBeLessThan(10);
    expect(Number(camera['安装高度'])).toBe(scene.camera.heightM);
  });

  test('reports.csv: exactly one is about the dumping', () => {
    const reports = csv('reports.csv').map((row) => Report.parse(row));
    const startS = Date.parse(scene.startsAt) / 1000;
    const place = [Number(camera['经度']), Number(camera['纬度'])] as const;
    const judged = reports.map((report) => {
      const eastM = (report.FXDWJD - place[0]) * 96_530;
      const northM = (report.FXDWWD - place[1]) * 110_850;
      return {
        isNear: Math.hypot(eastM, northM) <= 30,
        afterS: Date.parse(`${report.BJSJ.replace(' ', 'T')}+08:00`) / 1000 - startS - event.touches_ground_s,
        isDumping: report.JQLBDM === '06011',
        hasPole: report.TZDBH === camera['立杆编号'],
      };
    });
    expect(judged).toHaveLength(3);
    const right = judged.filter((one) => one.isNear && one.isDumping);
    expect(right).toHaveLength(1);
    expect(right[0]?.hasPole).toBe(true);
    expect(right[0]?.afterS).toBeGreaterThan(60);
    expect(right[0]?.afterS).toBeLessThan(600);
    const others = judged.filter((one) => !right.includes(one));
    expect(others.map(({ isNear, isDumping }) => [isNear, isDumping])).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  test('key-places.geojson: points, an area and road sections, bound to cameras of the file', () => {
    const places = JSON.parse(read('key-places.geojson')) as {
      features: { properties: { boundCameras: string[]; laneType?: string }; geometry: { type: string } }[];
    };
    const kinds = new Set(places.features.map((place) => place.geometry.type));
    expect(kinds).toEqual(new Set(['Point', 'Polygon', 'LineString']));
    const codes = new Set(cameras.map((row) => row['设备编码']));
    for (const place of places.features) {
      expect(place.properties.boundCameras.every((code) => codes.has(code))).toBe(true);
      expect(place.properties.laneType !== undefined).toBe(place.geometry.type === 'LineString');
    }
  });

  test('the README holds the sha256 of every file', () => {
    const readme = read('README.md');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name !== 'README.md' && statSync(path.join(folder, name)).isFile(),
    );
    expect(files.length).toBeGreaterThanOrEqual(8);
    for (const name of files) {
      const sum = createHash('sha256')
        .update(readFileSync(path.join(folder, name)))
        .digest('hex');
      expect(readme, name).toContain(`| \`${name}\` | ${sum} |`);
    }
  });
});
