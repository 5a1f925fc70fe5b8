import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '../../../../contracts/index.ts';
import type { ChainLine } from './chain.ts';

const widthPx = 360;
const heightPx = 260;
const marginPx = 34;
const degreeM = 111_320;
/** Cameras farther apart than this have a map of their own scale; closer ones are not blown up. */
const leastSpanM = 200;
const scaleStepsM = [20, 50, 100, 200, 500, 1_000, 2_000] as const;

interface Spot {
  readonly cameraId: string;
  readonly name: string;
  readonly xM: number;
  readonly yM: number;
}

/** The cameras about a route as they lie on the ground, north up, and the way that is proposed between them. */
export function RouteMap(props: {
  lines: readonly ChainLine[];
  actorId: string;
  files: ReadonlyMap<string, Camera>;
}): ReactNode {
  const { t } = useTranslation();
  const { lines, actorId, files } = props;
  const passages = lines.flatMap((line) => (line.kind === 'passage' ? [line.sighting] : []));
  const missed = new Set(lines.flatMap((line) => (line.kind === 'hop' ? line.hop.missedCameraIds : [])));
  const spots = spotsOf([...new Set([...passages.map(({ cameraId }) => cameraId), ...missed])], files);
  if (spots.length < 2) return null;
  const { toX, toY, pxPerM } = frameOf(spots);
  const spotOf = new Map(spots.map((spot) => [spot.cameraId, spot]));
  const steps = lines.flatMap((line, at) => {
    if (line.kind !== 'hop' && line.kind !== 'gap') return [];
    const before = lines[at - 1];
    const after = lines[at + 1];
    if (before?.kind !== 'passage' || after?.kind !== 'passage') return [];
    const from = spotOf.get(before.sighting.cameraId);
    const to = spotOf.get(after.sighting.cameraId);
    if (from === undefined || to === undefined || from === to) return [];
    const look = line.kind === 'gap' ? 'gap' : line.hop.isConfirmed ? 'sure' : 'open';
    return [{ key: `${before.sighting.sightingId}>${after.sighting.sightingId}`, from, to, look }];
  });
  const numbers = Map.groupBy(
    passages.map(({ cameraId, sightingId }, at) => ({ cameraId, sightingId, number: at + 1 })),
    ({ cameraId }) => cameraId,
  );
  const barM = scaleStepsM.findLast((step) => step * pxPerM <= widthPx / 3) ?? scaleStepsM[0];
  return (
    <svg className="route-map" viewBox={`0 0 ${widthPx} ${heightPx}`} role="img" aria-label={t('route.map')}>
      <defs>
        {(['sure', 'open', 'gap'] as const).map((look) => (
          <marker
            key={look}
            id={`route-arrow-${look}`}
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerWidth="6"
            markerHeight="6"
            orient="auto-start-reverse"
          >
            <path d="M0 0 10 5 0 10z" className={`route-arrow route-arrow-${look}`} />
          </marker>
        ))}
      </defs>
      {steps.map(({ key, from, to, look }) => (
        <path
          key={key}
          d={arc(toX(from), toY(from), toX(to), toY(to))}
          className={`route-way route-way-${look}`}
          markerEnd={`url(#route-arrow-${look})`}
        />
      ))}
      {spots.map((spot) => {
        const here = numbers.get(spot.cameraId) ?? [];
        const isActor = here.some(({ sightingId }) => sightingId === actorId);
        const look = isActor ? 'actor' : here.length > 0 ? 'seen' : 'missed';
        return (
          <g key={spot.cameraId} className={`route-spot route-spot-${look}`}>
            <circle cx={toX(spot)} cy={toY(spot)} r={here.length > 0 ? 11 : 6} />
            <text x={toX(spot)} y={toY(spot) + 4} className="route-spot-number">
              {here.map(({ number }) => number).join('/')}
            </text>
            {here.length > 0 ? (
              <text x={toX(spot)} y={toY(spot) + 26} className="route-spot-name">
                {spot.name}
              </text>
            ) : (
              <title>{spot.name}</title>
            )}
          </g>
        );
      })}
      <g className="route-scale">
        <path d={`M10 ${heightPx - 10}h${barM * pxPerM}`} />
        <text x={10} y={heightPx - 15}>
          {`${barM} m`}
        </text>
        <text x={widthPx - 12} y={18}>
          {t('route.north')} ↑
        </text>
      </g>
    </svg>
  );
}

function spotsOf(cameraIds: readonly string[], files: ReadonlyMap<string, Camera>): Spot[] {
  const placed = cameraIds.flatMap((cameraId) => {
    const file = files.get(cameraId);
    if (file === undefined || file.lonDeg === null || file.latDeg === null) return [];
    const { name, commonName, lonDeg, latDeg } = file;
    return [{ cameraId, name: commonName ?? name, lonDeg, latDeg }];
  });
  const [origin] = placed;
  if (origin === undefined) return [];
  const shrink = Math.cos((origin.latDeg * Math.PI) / 180);
  return placed.map(({ cameraId, name, lonDeg, latDeg }) => ({
    cameraId,
    name,
    xM: (lonDeg - origin.lonDeg) * degreeM * shrink,
    yM: (latDeg - origin.latDeg) * degreeM,
  }));
}

function frameOf(spots: readonly Spot[]): {
  toX: (spot: Spot) => number;
  toY: (spot: Spot) => number;
  pxPerM: number;
} {
  const xs = spots.map(({ xM }) => xM);
  const ys = spots.map(({ yM }) => yM);
  const [west, east] = [Math.min(...xs), Math.max(...xs)];
  const [south, north] = [Math.min(...ys), Math.max(...ys)];
  const pxPerM = Math.min(
    (widthPx - 2 * marginPx) / Math.max(east - west, leastSpanM),
    (heightPx - 2 * marginPx) / Math.max(north - south, leastSpanM / 2),
  );
  return {
    pxPerM,
    toX: ({ xM }) => widthPx / 2 + (xM - (west + east) / 2) * pxPerM,
    toY: ({ yM }) => heightPx / 2 - (yM - (south + north) / 2) * pxPerM,
  };
}

/** Bent a little, so that there and back are two lines; ends at the rim of the spot. */
function arc(x1: number, y1: number, x2: number, y2: number): string {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const rimPx = 13;
  const bendPx = Math.min(22, length / 6);
  const middleX = (x1 + x2) / 2 - dy * bendPx;
  const middleY = (y1 + y2) / 2 + dx * bendPx;
  return `M${x1 + dx * rimPx} ${y1 + dy * rimPx}Q${middleX} ${middleY} ${x2 - dx * rimPx} ${y2 - dy * rimPx}`;
}
