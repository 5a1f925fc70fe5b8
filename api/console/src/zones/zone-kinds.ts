import type { Zone, ZoneKind } from '../../../../contracts/index.ts';

/** One thing that may be set in a zone instead of the rule's common value. */
export type ZoneField =
  | { readonly name: string; readonly as: 'seconds' | 'count' | 'number' | 'share' }
  | { readonly name: 'laneType' | 'watches'; readonly as: 'choice'; readonly choices: readonly string[] };

interface ZoneKindShown {
  /** Of its outline in the picture. */
  readonly color: string;
  readonly fields: readonly ZoneField[];
}

/** Every kind of zone, in the order in which they are offered; a kind that is missing does not compile. */
export const zoneKinds: Readonly<Record<ZoneKind, ZoneKindShown>> = {
  watch: {
    color: '#e8590c',
    fields: [
      { name: 'minRestMs', as: 'seconds' },
      { name: 'minAwayMs', as: 'seconds' },
    ],
  },
  lane: {
    color: '#1c7ed6',
    fields: [
      { name: 'laneType', as: 'choice', choices: ['nonMotor', 'motor', 'bus', 'emergency'] },
      { name: 'minStayMs', as: 'seconds' },
    ],
  },
  restricted: {
    color: '#e03131',
    fields: [
      { name: 'watches', as: 'choice', choices: ['everybody', 'persons', 'vehicles'] },
      { name: 'minStayMs', as: 'seconds' },
    ],
  },
  crowd: {
    color: '#9c36b5',
    fields: [
      { name: 'minPersons', as: 'count' },
      { name: 'minPersonsPerM2', as: 'number' },
      { name: 'minStayMs', as: 'seconds' },
    ],
  },
  oneWay: { color: '#0c8599', fields: [{ name: 'minTravelMs', as: 'seconds' }] },
  dropSpot: { color: '#2f9e44', fields: [{ name: 'maxAreaShare', as: 'share' }] },
  fixture: { color: '#846358', fields: [] },
  ignore: { color: '#5f6b76', fields: [] },
};

export const allZoneKinds = Object.keys(zoneKinds) as readonly ZoneKind[];

type Polygon = Zone['polygonNorm'];
export type Corner = Polygon[number];

/** From the left to the right through the middle, until somebody turns it. */
function acrossThe(polygon: Polygon): [Corner, Corner] {
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  const y = (Math.min(...ys) + Math.max(...ys)) / 2;
  return [
    [Math.min(...xs), y],
    [Math.max(...xs), y],
  ];
}

/** A zone of a kind with what that kind must have; what another kind had set is dropped. */
export function zoneOfKind(
  kind: ZoneKind,
  { zoneId, polygonNorm, schedule }: Pick<Zone, 'zoneId' | 'polygonNorm' | 'schedule'>,
): Zone {
  const shape = { zoneId, polygonNorm, ...(schedule === undefined ? {} : { schedule }) };
  if (kind === 'lane') return { kind, laneType: 'nonMotor', ...shape };
  if (kind === 'oneWay') return { kind, directionNorm: acrossThe(polygonNorm), ...shape };
  return { kind, ...shape };
}

/** What a zone sets under a name. */
export const fieldOf = (zone: Zone, name: string): unknown =>
  Object.entries(zone).find(([key]) => key === name)?.[1];

/** The zone with another value; null: the rule's own holds again. What is not allowed the API refuses by name. */
export function withField(zone: Zone, name: string, value: unknown): Zone {
  const others = Object.entries(zone).filter(([key]) => key !== name);
  return Object.fromEntries(value === null ? others : [...others, [name, value]]) as Zone;
}

/**
 * The name that a zone gets with another kind: one that was made up follows the kind, one that somebody wrote stays.
 * @param madeUp what made-up names of the old and the new kind begin with.
 */
export function renamed(
  zoneId: string,
  madeUp: { readonly old: string; readonly next: string },
  zones: readonly Zone[],
): string {
  const rest = zoneId.startsWith(`${madeUp.old} `) ? zoneId.slice(madeUp.old.length + 1) : '';
  return /^\d+$/.test(rest) ? freshZoneId(madeUp.next, zones) : zoneId;
}

/** A name that no other zone of the camera has. */
export function freshZoneId(base: string, zones: readonly Zone[]): string {
  const taken = new Set(zones.map(({ zoneId }) => zoneId));
  let number = 1;
  while (taken.has(`${base} ${number}`)) number++;
  return `${base} ${number}`;
}
