import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkConfig } from '../kernel/index.ts';
import { emptyArea, stepIncidents } from './incidents/index.ts';
import { correlationSettings, loadProfile, readCameraFile, readRecords } from './index.ts';
import { madeEvent } from './testing/made.ts';

const sample = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, '..', 'sample', name));
const settings = await correlationSettings(checkConfig({}));

test('of the three reports of the sample exactly one is linked to its dumping, and none is suggested', async () => {
  const [camera] = readCameraFile(sample('cameras.csv'), 'cameras.csv', 0).cameras;
  const truth = JSON.parse(Buffer.from(sample('events.json')).toString()) as {
    events: [{ arrived_s: number; touches_ground_s: number; owner_out_of_frame_s: number }];
  };
  const [told] = truth.events;
  const firstFrameMs = Date.parse('2026-06-15T08:30:00+08:00');
  const at = (seconds: number): number => firstFrameMs + Math.round(seconds * 1_000);
  const event = madeEvent({
    cameraId: camera?.cameraId ?? '',
    location: { lonDeg: camera?.lonDeg ?? 0, latDeg: camera?.latDeg ?? 0 },
    poleNumber: camera?.poleNumber ?? null,
    startedAtMs: at(told.arrived_s),
    moments: {
      arrivedAtMs: at(told.arrived_s),
      putDownAtMs: at(told.touches_ground_s),
      departedAtMs: at(told.owner_out_of_frame_s),
      clearedAtMs: null,
    },
  });
  const { records } = readRecords({
    content: sample('reports.csv'),
    fileName: 'reports.csv',
    profile: await loadProfile('call110'),
    defaults: { areaCode: event.areaCode },
  });
  expect(records).toHaveLength(3);
  let state = emptyArea(event.areaCode);
  for (const record of records) state = stepIncidents(state, { kind: 'record', record }, settings).state;
  state = stepIncidents(state, { kind: 'sceneEvent', event }, settings).state;
  const links = [...state.incidents.values()].flatMap((incident) => incident.records);
  expect(links.map(({ record, status }) => [record.sourceId, status])).toEqual([
    ['33020320260615001102', 'linked'],
  ]);
  expect(links[0]?.score).toBeGreaterThan(0.8);
});
