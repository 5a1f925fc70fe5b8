import { expect, test } from 'vitest';
import { incidentTable, officialRecordTable } from '../contracts/index.ts';
import { checkConfig } from '../kernel/index.ts';
import { backgroundOf } from './background.ts';
import { emptyArea, stepIncidents } from './incidents/index.ts';
import { correlationSettings } from './settings.ts';
import { areaCode, baseMs, madeEvent, madeRecord, placeAt } from './testing/made.ts';
import { openPlace, temporaryDir } from './testing/place.ts';

test('a spot and a vehicle that came before are flagged, and a permit that covers the heap is shown', async () => {
  await using folder = await temporaryDir();
  await using place = await openPlace(folder.path);
  const settings = await correlationSettings(checkConfig({}));
  const dayS = 86_400;
  let state = emptyArea(areaCode);
  for (const [index, startedS] of [0, 3 * dayS].entries()) {
    const event = madeEvent({ startedS, locationErrorM: 3 });
    const record = madeRecord({
      number: index,
      reportedS: startedS + 120,
      vehiclePlate: '浙Z12345',
      spots: [{ ...placeAt(2), errorM: 8, weight: 1 }],
    });
    for (const input of [
      { kind: 'sceneEvent', event },
      { kind: 'record', record },
    ] as const)
      ({ state } = stepIncidents(state, input, settings));
  }
  const incidents = [...state.incidents.values()].toSorted((one, other) => one.openedAtMs - other.openedAtMs);
  await place.store.insert(incidentTable, incidents, { deduplicationToken: 'incidents' });
  const permit = madeRecord({
    number: 9,
    source: 'permit',
    kind: 'permit',
    spots: [{ ...placeAt(4), errorM: 3, weight: 1 }],
    validity: {
      fromMs: baseMs - dayS * 1_000,
      toMs: baseMs + 9 * dayS * 1_000,
      dailyFromMin: 0,
      dailyToMin: 1_440,
      utcOffsetMin: 480,
    },
  });
  await place.store.insert(officialRecordTable, [permit], { deduplicationToken: 'permit' });
  const [first, second] = incidents;
  if (first === undefined || second === undefined) throw new Error('two incidents');
  expect(await backgroundOf(place.store, first)).toMatchObject({
    repeatSpot: { incidentIds: [] },
    repeatVehicles: [],
    permits: [{ sourceId: permit.sourceId }],
  });
  expect(await backgroundOf(place.store, second)).toMatchObject({
    repeatSpot: { incidentIds: [first.incidentId] },
    repeatVehicles: [{ plate: '浙Z12345', incidentIds: [first.incidentId] }],
  });
});
