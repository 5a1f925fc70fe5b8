import type { Camera, Figure, FigureRow } from '../../contracts/index.ts';
import type { District, FaultTicket } from './district.ts';
import { figureOf, ratio } from './figure.ts';
import { isCameraIn, type Scope, spanOf } from './scope.ts';

const hourMs = 3_600_000;

/** A ticket that ends before it begins tells nothing. */
const isSound = ({ occurredAtMs, detectedAtMs, repairedAtMs }: FaultTicket): boolean =>
  detectedAtMs >= occurredAtMs && (repairedAtMs === null || repairedAtMs >= detectedAtMs);

const deadlineMs = ({ detectedAtMs, limitHours }: FaultTicket): number => detectedAtMs + limitHours * hourMs;

const rowFor = (ticket: FaultTicket, numerator: number, because: string): FigureRow => ({
  cameraId: ticket.cameraId,
  keyPlaceId: null,
  numerator,
  denominator: 1,
  because: `${ticket.ticketId}: ${because}`,
});

const seconds = (fromMs: number, toMs: number): number => Math.round((toMs - fromMs) / 1_000);

/**
 * M16, how faults are handled (rule R29): mean time to detect, mean time to repair counted from detection, and the
 * share repaired in time of those that were due or done in the time of the scope.
 */
export function faultFigures(district: District, scope: Scope): Figure[] {
  const span = spanOf(scope, district);
  const isIn = (atMs: number | null): atMs is number =>
    atMs !== null && span.fromMs <= atMs && atMs < span.toMs;
  const cameraOf = new Map<string, Camera>(district.cameras.map((camera) => [camera.cameraId, camera]));
  const own = (district.faults ?? []).filter(({ cameraId }) => {
    const camera = cameraOf.get(cameraId);
    return camera !== undefined && isCameraIn(scope, camera);
  });
  const tickets = own.filter(isSound);
  const refusedTickets = own.filter(
    (ticket) => !isSound(ticket) && (isIn(ticket.detectedAtMs) || isIn(ticket.repairedAtMs)),
  ).length;
  // Counting from detection rewards who detects late.
  const fromOccurrence = tickets.filter(({ repairedAtMs }) => isIn(repairedAtMs));
  const sinceOccurredS = fromOccurrence.reduce(
    (sum, { occurredAtMs, repairedAtMs }) => sum + seconds(occurredAtMs, repairedAtMs ?? occurredAtMs),
    0,
  );
  const detected = tickets
    .filter(({ detectedAtMs }) => isIn(detectedAtMs))
    .map((ticket) => {
      const takenS = seconds(ticket.occurredAtMs, ticket.detectedAtMs);
      return rowFor(ticket, takenS, `detected after ${takenS} s`);
    });
  const repaired = tickets.flatMap((ticket) => {
    if (!isIn(ticket.repairedAtMs)) return [];
    const takenS = seconds(ticket.detectedAtMs, ticket.repairedAtMs);
    return [rowFor(ticket, takenS, `repaired after ${takenS} s`)];
  });
  const due = tickets
    .filter((ticket) => isIn(deadlineMs(ticket)) || isIn(ticket.repairedAtMs))
    .map((ticket) => {
      const isOnTime = ticket.repairedAtMs !== null && ticket.repairedAtMs <= deadlineMs(ticket);
      const because = isOnTime ? 'repaired in time' : `not repaired within ${ticket.limitHours} h`;
      return rowFor(ticket, isOnTime ? 1 : 0, because);
    });
  return [
    figureOf({
      metric: 'M16.meanDetectSeconds',
      unit: 'secondsEach',
      rows: detected,
      variants: { refusedTickets },
    }),
    figureOf({
      metric: 'M16.meanRepairSeconds',
      unit: 'secondsEach',
      rows: repaired,
      variants: { sinceOccurred: ratio(sinceOccurredS, fromOccurrence.length) },
    }),
    figureOf({ metric: 'M16.onTime', unit: 'count', rows: due }),
  ];
}
