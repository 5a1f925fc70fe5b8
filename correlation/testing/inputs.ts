import type { Command, Observation, OfficialRecord, SceneEvent } from '../../contracts/index.ts';
import { incidentIdOf } from '../incidents/index.ts';
import { boxAt, cameraIdOf, madeCommand, madeEvent, madeRecord, placeAt } from './made.ts';

export type Published =
  | { readonly kind: 'event'; readonly record: SceneEvent }
  | { readonly kind: 'record'; readonly record: OfficialRecord }
  | { readonly kind: 'command'; readonly record: Command };

const areas = ['330203540000', '330203530000', '330203510000'] as const;

/** Some hours of three jurisdictions: things put down, seen twice, cleared, called in and judged. */
export function busyDay(count: number): Published[] {
  return Array.from({ length: count }, (_, index): Published[] => {
    const areaCode = areas[index % areas.length] ?? '';
    const common = {
      areaCode,
      startedS: index * 300,
      camera: 1 + (index % 3) * 5,
      box: boxAt(0.1 + (index % 5) * 0.17),
    };
    const event = madeEvent(common);
    const location = event.location ?? placeAt(0);
    const again = madeEvent({ ...common, camera: common.camera + 1, startedS: common.startedS + 4 });
    const near = { lonDeg: location.lonDeg + 0.0001, latDeg: location.latDeg };
    return [
      { kind: 'event', record: event },
      { kind: 'event', record: again },
      {
        kind: 'record',
        record: madeRecord({ areaCode, number: index, reportedS: index * 300 + 120, ...near }),
      },
      ...(index % 2 === 0
        ? [{ kind: 'event' as const, record: madeEvent({ ...common, clearedS: index * 300 + 1_000 }) }]
        : []),
      ...(index % 4 === 0
        ? [
            {
              kind: 'command' as const,
              record: madeCommand({
                incidentId: incidentIdOf(event.eventId),
                areaCode,
                action: { kind: 'confirm', note: '' },
                issuedS: index * 300 + 200,
              }),
            },
          ]
        : []),
    ];
  }).flat();
}

/** Frames of two cameras around input `index`, no older than what the store keeps of such rows. */
export const walkers = (index: number, nowMs: number): Observation[] =>
  Array.from({ length: 10 }, (_, frame) => ({
    cameraId: cameraIdOf(frame % 2),
    capturedAtMs: nowMs + index * 10_000 + frame * 1_000,
    detections: ['a', 'b'].map((trackId) => ({
      trackId,
      className: 'person' as const,
      confidence: 0.5,
      xNorm: 0.25,
      yNorm: 0.25,
      wNorm: 0.125,
      hNorm: 0.25,
    })),
  }));
