import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CameraFacts, CameraHealth, HealthFact, PictureFault } from '../../contracts/index.ts';
import { intervalsFromRows } from '../measures/index.ts';
import { foldHealth, type HealthContext, type HealthMemory, type HistoryRows, noMemory } from './fold.ts';

const hourMs = 3_600_000;
const baseMs = 1_000 * hourMs;
const validForMs = 30_000;

const fact = (holds: HealthFact['holds'], sinceS: number): HealthFact => ({
  holds,
  sinceMs: baseMs + sinceS * 1_000,
  cause: '',
});
const wellFacts = (over: Partial<CameraFacts> = {}): CameraFacts => ({
  reachable: fact('yes', 0),
  sessionOpen: fact('yes', 0),
  framesAdvance: fact('yes', 0),
  pictureUsable: fact('yes', 0),
  recordingWritten: fact('yes', 0),
  ...over,
});

const sample = (atS: number, over: Partial<CameraHealth> = {}): CameraHealth => ({
  cameraId: '33020300001320000101',
  areaCode: '330203540000',
  observedAtMs: baseMs + atS * 1_000,
  state: 'online',
  cause: 'frames-advance',
  validForMs,
  measuredWidthPx: 1_920,
  measuredHeightPx: 1_080,
  codec: 'h264',
  framesPerSecond: 25,
  lastFrameAtMs: baseMs + atS * 1_000,
  framesDropped: 0,
  clockOffsetMs: null,
  facts: wellFacts(),
  picture: null,
  clock: null,
  recording: null,
  ...over,
});
const offline = (atS: number, lastSignS: number): CameraHealth =>
  sample(atS, {
    state: 'offline',
    cause: 'INGEST_RTSP_UNREACHABLE',
    facts: wellFacts({ framesAdvance: fact('no', lastSignS), recordingWritten: fact('no', lastSignS) }),
  });
const faulty = (atS: number, fault: PictureFault, sinceS: number): CameraHealth =>
  sample(atS, {
    facts: wellFacts({ pictureUsable: fact('no', sinceS) }),
    picture: {
      verdict: 'faulty',
      faults: [{ fault, sinceMs: baseMs + sinceS * 1_000 }],
      ended: [],
      pass: 'day',
      checkedAtMs: baseMs + atS * 1_000,
    },
  });
const clear = (atS: number): CameraHealth =>
  sample(atS, {
    picture: { verdict: 'normal', faults: [], ended: [], pass: 'day', checkedAtMs: baseMs + atS * 1_000 },
  });

const context: HealthContext = {
  maintenanceId: null,
  fileState: null,
  isExcused: false,
  limitHours: 12,
  ticketIdOf: (kind, occurredAtMs) => `${kind} ${(occurredAtMs - baseMs) / 1_000}`,
};

function foldAll(samples: readonly CameraHealth[], over: Partial<HealthContext> = {}) {
  let memory: HealthMemory = noMemory;
  const all: HistoryRows[] = [];
  for (const one of samples) {
    const step = foldHealth(memory, one, { ...context, ...over });
    memory = step.memory;
    all.push(step.rows);
  }
  const flat = <K extends keyof HistoryRows>(kind: K): HistoryRows[K][number][] =>
    all.flatMap((rows): HistoryRows[K][number][] => [...rows[kind]]);
  // As the table reads it: of rows with one key the newest stays.
  const newest = <T>(rows: readonly T[], keyOf: (row: T) => string): T[] => [
    ...new Map(rows.map((row) => [keyOf(row), row])).values(),
  ];
  return {
    memory,
    intervals: newest(flat('intervals'), (row) => String(row.fromMs)),
    imageChecks: flat('imageChecks'),
    recordings: newest(flat('recordings'), (row) => String(row.fromMs)),
    clockChecks: flat('clockChecks'),
    streams: flat('streams'),
    tickets: newest(flat('tickets'), (row) => row.ticketId),
  };
}

const every10S = (fromS: number, toS: number, make: (atS: number) => CameraHealth): CameraHealth[] =>
  Array.from({ length: Math.round((toS - fromS) / 10) }, (_, index) => make(fromS + index * 10));
const inS = (atMs: number | null): number | null => (atMs === null ? null : (atMs - baseMs) / 1_000);

describe('states', () => {
  const statesOf = (samples: readonly CameraHealth[], toS: number, over: Partial<HealthContext> = {}) =>
    intervalsFromRows(
      foldAll(samples, over).intervals.map((row) => ({ ...row, toMs: row.toMs ?? baseMs + toS * 1_000 })),
      { fromMs: baseMs, toMs: baseMs + toS * 1_000 },
    ).map(({ state, fromMs, toMs }) => [state, inS(fromMs), inS(toMs)]);

  test('one interval for as long as a state lasts, the next from its first sample on', () => {
    const samples = [
      ...every10S(0, 100, (atS) => sample(atS)),
      ...every10S(96, 196, (atS) => offline(atS, 96)),
      ...every10S(196, 250, (atS) => sample(atS)),
    ];
    expect(statesOf(samples, 240)).toEqual([
      ['online', 0, 96],
      ['offline', 96, 196],
      ['online', 196, 240],
    ]);
  });

  test('an ingest that died leaves the state unknown once its last word no longer holds', () => {
    const samples = [...every10S(0, 50, (atS) => sample(atS)), ...every10S(300, 350, (atS) => sample(atS))];
    expect(statesOf(samples, 340)).toEqual([
      ['online', 0, 70],
      ['unknown', 70, 300],
      ['online', 300, 340],
    ]);
  });

  test('an approved window makes maintenance of offline, but never of a camera that works', () => {
    const samples = [
      ...every10S(0, 30, (atS) => sample(atS)),
      ...every10S(30, 60, (atS) => offline(atS, 30)),
    ];
    expect(statesOf(samples, 60, { maintenanceId: 'W1' })).toEqual([
      ['online', 0, 30],
      ['maintenance', 30, 60],
    ]);
    expect(statesOf(samples, 60, { fileState: 'retired' })).toEqual([['retired', 0, 60]]);
  });

  test('samples that come twice or late change nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ stepS: fc.integer({ min: 1, max: 40 }), isOnline: fc.boolean() }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.nat(),
        (steps, seed) => {
          let atS = 0;
          const samples = steps.map(({ stepS, isOnline }) => {
            atS += stepS;
            return isOnline ? sample(atS) : offline(atS, atS);
          });
          const repeated = samples.flatMap((one, index) =>
            (index + seed) % 3 === 0 ? [one, samples[Math.max(0, index - 2)] ?? one, one] : [one],
          );
          expect(foldAll(repeated).intervals).toEqual(foldAll(samples).intervals);
        },
      ),
    );
  });
});

describe('picture, clock, recording, stream', () => {
  test('a check at every change, from the first picture that showed it, and one an hour', () => {
    const samples = [
      ...every10S(10, 60, clear),
      ...every10S(60, 90, (atS) => faulty(atS, 'occlusion', 58)),
      ...every10S(90, 3_600 + 160, clear),
    ];
    expect(foldAll(samples).imageChecks.map((row) => [row.result, inS(row.checkedAtMs)])).toEqual([
      ['normal', 10],
      ['occlusion', 58],
      ['normal', 90],
      ['normal', 3_690],
    ]);
  });

  test('a scene that is still being learned is no check', () => {
    const learning = sample(0, {
      picture: { verdict: 'unknown', faults: [], ended: [], pass: 'day', checkedAtMs: baseMs },
    });
    expect(foldAll([learning]).imageChecks).toEqual([]);
  });

  test('a stretch of recording grows in pieces of an hour, and a gap is a gap', () => {
    const recording = (fromS: number, toS: number) => ({
      fromMs: baseMs + fromS * 1_000,
      toMs: baseMs + toS * 1_000,
      keptMs: 600_000,
    });
    const samples = [
      sample(10, { recording: recording(0, 8) }),
      sample(20, { recording: recording(0, 18) }),
      sample(4_000, { recording: recording(0, 3_998) }),
      sample(4_100, { recording: recording(4_050, 4_090) }),
    ];
    const { recordings } = foldAll(samples);
    expect(recordings.map((row) => [inS(row.fromMs), inS(row.toMs), inS(row.deletedAtMs)])).toEqual([
      [0, 3_600, 4_200],
      [3_600, 3_998, 4_598],
      [4_050, 4_090, 4_690],
    ]);
  });

  test('each measurement of the clock once, failed ones too', () => {
    const clock = { measuredAtMs: baseMs, offsetMs: 3_600_400, errorMs: 510, verdict: 'timezone' } as const;
    const failed = {
      measuredAtMs: baseMs + 60_000,
      offsetMs: null,
      errorMs: null,
      verdict: 'failed',
    } as const;
    const samples = [sample(1, { clock }), sample(11, { clock }), sample(71, { clock: failed })];
    expect(foldAll(samples).clockChecks.map(({ offsetS, errorS }) => [offsetS, errorS])).toEqual([
      [3_600.4, 0.51],
      [null, null],
    ]);
  });

  test('the stream is told when its size changes', () => {
    const samples = [sample(0), sample(10), sample(20, { measuredWidthPx: 1_280, measuredHeightPx: 720 })];
    expect(foldAll(samples).streams.map(({ widthPx }) => widthPx)).toEqual([1_920, 1_280]);
  });
});

describe('tickets', () => {
  const outage = (fromS: number, toS: number, endS: number): CameraHealth[] => [
    ...every10S(0, fromS, (atS) => sample(atS)),
    ...every10S(fromS, toS, (atS) => offline(atS, fromS - 4)),
    ...every10S(toS, endS, (atS) => sample(atS)),
  ];

  test('occurred, detected and repaired are three moments', () => {
    const { tickets } = foldAll(outage(100, 500, 700));
    expect(
      tickets.map((row) => [row.kind, inS(row.occurredAtMs), inS(row.detectedAtMs), inS(row.repairedAtMs)]),
    ).toEqual([['offline', 96, 280, 500]]);
  });

  test('a blip opens none, and a short recovery closes none', () => {
    expect(foldAll(outage(100, 200, 400)).tickets).toEqual([]);
    const flapping = [
      ...outage(100, 500, 520),
      ...every10S(520, 800, (atS) => offline(atS, 516)),
      ...every10S(800, 900, (atS) => sample(atS)),
    ];
    expect(foldAll(flapping).tickets.map((row) => inS(row.repairedAtMs))).toEqual([800]);
  });

  test('within an approved window nobody is sent', () => {
    expect(foldAll(outage(100, 900, 1_000), { isExcused: true }).tickets).toEqual([]);
  });

  test('a bad picture and a wrong clock are tickets of their own', () => {
    const clock = { measuredAtMs: baseMs, offsetMs: 90_000, errorMs: 510, verdict: 'drift' } as const;
    const samples = [
      sample(0, { clock }),
      ...every10S(10, 100, (atS) => ({ ...faulty(atS, 'blur', 8), clock })),
      ...every10S(100, 200, clear),
    ];
    const { tickets } = foldAll(samples);
    expect(tickets.map((row) => [row.kind, inS(row.occurredAtMs), inS(row.repairedAtMs)])).toEqual([
      ['clock', 0, null],
      ['image', 8, 100],
    ]);
  });

  test('detection never comes before the fault, repair never before detection', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('online', 'offline', 'faulty'), { maxLength: 120 }), (kinds) => {
        let sinceS = 0;
        const samples = kinds.map((kind, index) => {
          const atS = index * 20;
          if (kind !== kinds[index - 1]) sinceS = atS;
          if (kind === 'online') return clear(atS);
          return kind === 'offline' ? offline(atS, sinceS) : faulty(atS, 'noise', sinceS);
        });
        for (const ticket of foldAll(samples).tickets) {
          expect(ticket.detectedAtMs).toBeGreaterThanOrEqual(ticket.occurredAtMs);
          if (ticket.repairedAtMs !== null)
            expect(ticket.repairedAtMs).toBeGreaterThanOrEqual(ticket.detectedAtMs);
        }
      }),
    );
  });
});
