import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { material } from '../../test/material.ts';
import {
  iouPx,
  type RaisedEvent,
  readTruth,
  scoreClip,
  summarise,
  summariseByKind,
  summaryLine,
} from './index.ts';

const load = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const root = join(import.meta.dirname, '../..');

const entry = {
  type: 'left_object',
  bbox: [100, 100, 40, 40],
  bbox_standing: [100, 80, 30, 60],
  touches_ground_s: 10,
  settled_s: 11,
  removed_s: 60,
  owner_class: 'person',
  owner_bbox: [130, 40, 40, 100],
};
const right: RaisedEvent = {
  kind: 'illegal_dumping',
  raisedAtS: 21.5,
  putDownAtS: 10.4,
  clearedAtS: null,
  box: [102, 98, 40, 40],
  actor: { class: 'person', box: [128, 42, 40, 100] },
};
const score = (raised: readonly RaisedEvent[], json: unknown = { video: 'a.mp4', events: [entry] }) =>
  scoreClip({ video: 'a.mp4', videoS: 90, wallS: 9, raised }, readTruth(json).of('a.mp4'));

describe('truth', () => {
  test('the shipped sample names its object, its moments and its actor', () => {
    const truth = readTruth(load(join(root, 'sample/events.json'))).of('renovation-waste.mp4');
    expect(truth.events).toHaveLength(1);
    expect(truth.events[0]).toMatchObject({
      kind: 'illegal_dumping',
      actor: { class: 'person' },
      removedS: null,
    });
  });

  test('no file, an empty list and an unnamed video mean that nothing may be raised', () => {
    expect(readTruth(null).of('a.mp4').events).toEqual([]);
    expect(readTruth({ events: [] }).of('a.mp4').events).toEqual([]);
    expect(readTruth({ faults: { 'a.mp4': ['noise', 10, 20] } }).of('a.mp4').events).toEqual([]);
    expect(readTruth({ video: 'b.mp4', events: [entry] }).of('a.mp4').events).toEqual([]);
  });

  test('one video, all videos, several videos, versions of a video', () => {
    const count = (json: unknown, video: string): number => readTruth(json).of(video).events.length;
    expect(count({ events: [entry] }, 'any.avi')).toBe(1);
    expect(count({ left_object_events: [entry] }, 'any.avi')).toBe(1);
    expect(count({ video: 'cut.mp4', events: [entry] }, 'cut_held110s.mp4')).toBe(1);
    expect(count({ video: 'cut.mp4', events: [entry] }, 'cutter.mp4')).toBe(0);
    const several = {
      videos: [
        { video: 'a.mp4', events: [entry] },
        { video: 'a_b.mp4', events: [] },
      ],
    };
    expect(count(several, 'a.mp4')).toBe(1);
    expect(count(several, 'a_b.mp4')).toBe(0);
    expect(count({ videos: { 'a.mp4': { events: [entry, entry] } } }, 'a.mp4')).toBe(2);
    expect(count([{ video: 'a.mp4', events: [entry] }], 'a.mp4')).toBe(1);
    expect(count({ car_detection: { frames: 3, left_object_events: [entry] } }, 'car-detection.mp4')).toBe(1);
    expect(count({ car_detection: { frames: 3, left_object_events: [entry] } }, 'bus.mp4')).toBe(0);
  });

  test('an entry without a box is refused with its number', () => {
    expect(() => readTruth({ video: 'a.mp4', events: [entry, { type: 'left_object' }] })).toThrow(
      /Event 2 of a\.mp4/,
    );
  });

  const names = ['left-aboda-corridor', 'street-intel', 'street-highway-lrs', 'torture-generated'];
  test.skipIf(material('data/left-aboda-corridor') === null)(
    'the truth of the collected clips is understood (skipped without the collected clips)',
    () => {
      const events = names.map((name) => readTruth(load(material(`data/${name}/events.json`) ?? '')));
      expect(events[0]?.of('cut.mp4').events).toHaveLength(1);
      expect(events[0]?.of('cut_held110s.mp4').events).toHaveLength(1);
      expect(events[1]?.of('car-detection.mp4').events).toEqual([]);
      expect(events[2]?.of('highway.avi').events).toEqual([]);
      expect(events[3]?.of('h264_clean.ts').events).toEqual([]);
      expect(events[3]?.of('snow_10_20.mp4').events).toEqual([]);
      expect(events[3]?.of('black_10_20.mp4').events).toMatchObject([
        { kind: 'camera_tamper', boxes: [], touchesGroundS: 10, removedS: 20 },
      ]);
    },
  );
});

describe('score', () => {
  test('a right alert is found with its box, actor and delay', () => {
    const { found, missed, false: wrong } = score([right]);
    expect([found.length, missed.length, wrong.length]).toEqual([1, 0, 0]);
    expect(found[0]).toMatchObject({ isRightBox: true, isRightActor: true, delayS: 10.5 });
    expect(found[0]?.putDownErrorS).toBeCloseTo(0.4);
  });

  test('a second alert for the same object is false, and the better box is the one that counts', () => {
    const poor: RaisedEvent = { ...right, box: [120, 110, 60, 60], raisedAtS: 21 };
    const { found, false: wrong } = score([poor, right]);
    expect(found[0]?.raised).toBe(right);
    expect(wrong).toEqual([poor]);
  });

  test('a box beside the object is found but not right', () => {
    const { found } = score([{ ...right, box: [135, 100, 40, 40] }]);
    expect(found[0]).toMatchObject({ isRightBox: false });
  });

  test('too early, too late, elsewhere or of another kind is false', () => {
    const wrong: RaisedEvent[] = [
      { ...right, raisedAtS: 5 },
      { ...right, putDownAtS: 70, raisedAtS: 82 },
      { ...right, box: [400, 300, 40, 40] },
      { ...right, kind: 'intrusion' },
    ];
    const result = score(wrong);
    expect(result.false).toEqual(wrong);
    expect(result.missed).toHaveLength(1);
  });

  test('the actor is wrong by class, by place and by absence, and unknown where the truth is silent', () => {
    const actorOf = (raised: RaisedEvent, json?: unknown): boolean | null =>
      score([raised], json).found[0]?.isRightActor ?? null;
    expect(actorOf({ ...right, actor: { class: 'car', box: [128, 42, 40, 100] } })).toBe(false);
    expect(actorOf({ ...right, actor: { class: 'person', box: [300, 42, 40, 100] } })).toBe(false);
    expect(actorOf({ ...right, actor: null })).toBe(false);
    const { owner_class: _class, owner_bbox: _box, ...silent } = entry;
    expect(actorOf(right, { video: 'a.mp4', events: [silent] })).toBeNull();
    const van = { video: 'a.mp4', events: [{ ...entry, owner_class: 'vehicle' }] };
    expect(actorOf({ ...right, actor: { class: 'truck', box: [128, 42, 40, 100] } }, van)).toBe(true);
  });

  test('whatever is raised: found + missed are the true events, found + false are the alerts', () => {
    const alert = fc.record({
      x: fc.integer({ min: 0, max: 300 }),
      y: fc.integer({ min: 0, max: 300 }),
      raisedAtS: fc.integer({ min: 0, max: 80 }),
    });
    fc.assert(
      fc.property(fc.array(alert, { maxLength: 6 }), fc.integer({ min: 0, max: 3 }), (alerts, count) => {
        const raised = alerts.map(({ x, y, raisedAtS }) => ({
          ...right,
          raisedAtS,
          box: [x, y, 40, 40] as const,
        }));
        const events = Array.from({ length: count }, (_, i) => ({ ...entry, bbox: [100 * i, 100, 40, 40] }));
        const result = score(raised, { video: 'a.mp4', events });
        expect(result.found.length + result.missed.length).toBe(count);
        expect(result.found.length + result.false.length).toBe(raised.length);
      }),
    );
  });
});

test('IoU is symmetric, 1 for equal boxes and 0 for separate ones', () => {
  expect(iouPx([0, 0, 10, 10], [0, 0, 10, 10])).toBe(1);
  expect(iouPx([0, 0, 10, 10], [10, 0, 10, 10])).toBe(0);
  expect(iouPx([0, 0, 10, 10], [5, 0, 10, 10])).toBeCloseTo(1 / 3);
});

describe('summary', () => {
  test('the goal is met only when all is found, boxed, and nothing else raised', () => {
    const quiet = scoreClip({ video: 'q', videoS: 3_600, wallS: 400, raised: [] }, readTruth(null).of('q'));
    const good = summarise([score([right]), quiet]);
    expect(good).toMatchObject({ clips: 2, events: 1, found: 1, recall: 1, precision: 1, isGoalMet: true });
    expect(summarise([score([])]).isGoalMet).toBe(false);
    expect(summarise([score([right, { ...right, raisedAtS: 30 }])]).isGoalMet).toBe(false);
    expect(summarise([score([{ ...right, box: [135, 100, 40, 40] }])]).isGoalMet).toBe(false);
  });

  test('nothing to count is no rate at all', () => {
    expect(summarise([])).toMatchObject({
      recall: null,
      precision: null,
      falsePer10h: null,
      isGoalMet: false,
    });
  });

  test('false alarms are counted over the time that was watched', () => {
    const hour = scoreClip({ video: 'h', videoS: 3_600, wallS: 1, raised: [right] }, readTruth(null).of('h'));
    expect(summarise([hour]).falsePer10h).toBeCloseTo(10);
    expect(summaryLine(summarise([hour]))).toContain('false per 10 h 10.00');
  });
});

describe('other kinds of events', () => {
  const tampered: RaisedEvent = {
    kind: 'camera_tamper',
    raisedAtS: 15,
    putDownAtS: null,
    clearedAtS: 22,
    box: [0, 0, 768, 432],
    actor: null,
  };
  const faulty = { faults: { 'a.mp4': ['black', 10, 20] } };

  test('a faulty picture is found wherever it is shown, while it lasts', () => {
    const { found } = score([tampered], faulty);
    expect(found).toMatchObject([{ isRightBox: true, isRightActor: null, delayS: 5 }]);
    expect(score([{ ...tampered, raisedAtS: 25 }], faulty).missed).toHaveLength(1);
  });

  test('an event that has a place needs its box, whatever its kind', () => {
    const standing = { type: 'lane_obstruction', bbox: [10, 10, 50, 30], started_s: 5, ended_s: 90 };
    const json = { video: 'a.mp4', events: [standing] };
    const raised: RaisedEvent = {
      ...tampered,
      kind: 'lane_obstruction',
      raisedAtS: 65,
      box: [12, 10, 50, 30],
    };
    expect(score([raised], json).found).toMatchObject([{ delayS: 60 }]);
    expect(() => score([], { video: 'a.mp4', events: [{ ...standing, bbox: undefined }] })).toThrow(
      /no bbox/,
    );
  });

  test('each kind has its own figures, over the time of all clips', () => {
    const byKind = summariseByKind([score([tampered, right], faulty), score([right])]);
    expect([...byKind.keys()]).toEqual(['camera_tamper', 'illegal_dumping']);
    expect(byKind.get('camera_tamper')).toMatchObject({ events: 1, found: 1, false: 0, videoS: 180 });
    expect(byKind.get('illegal_dumping')).toMatchObject({ events: 1, found: 1, false: 1, videoS: 180 });
  });
});
