import { z } from 'zod';
import { AreaCode, CameraId, EpochMs, Uuid } from './ids.ts';
import { Refusal } from './incident.ts';
import { Person } from './person.ts';
import { PlateReading } from './plate.ts';
import { table } from './table.ts';
import { topic } from './topic.ts';

const share = z.number().min(0).max(1);
const note = z.string().max(2_000);
/** `CAMERA/TRACK`: one vehicle passing one camera. Says nothing of the vehicle. */
const SightingId = z.string().min(1).max(200);

/** One passage that a route holds or asks about, so that a person can look at it. */
export const RouteSighting = z
  .strictObject({
    sightingId: SightingId,
    cameraId: CameraId,
    trackId: z.string(),
    /** On the common clock. */
    enteredAtMs: EpochMs,
    leftAtMs: EpochMs,
    className: z.string(),
  })
  .meta({ id: 'RouteSighting' });
export type RouteSighting = z.infer<typeof RouteSighting>;

/** From one passage to the next, with what speaks for it. */
export const RouteHop = z
  .strictObject({
    fromId: SightingId,
    toId: SightingId,
    isConfirmed: z.boolean(),
    probability: share,
    /** That the route is right up to here. */
    chainProbability: share,
    tookMs: z.int(),
    /** What the way takes as a rule. */
    expectedMs: z.int().nonnegative(),
    /** About as long it stood on the way; 0: it took about as long as others. */
    stoodMs: z.int().nonnegative().default(0),
    /** How much likelier it is of one vehicle than of two: by class, by colour, by time and way. */
    classRatio: z.number().nonnegative(),
    colorRatio: z.number().nonnegative(),
    timeRatio: z.number().nonnegative(),
    /** The same by the plates of both, where both were read; 1: they say nothing. */
    plateRatio: z.number().nonnegative().default(1),
    /** Cameras on the likeliest way that should have seen it and have not. */
    missedCameraIds: z.array(CameraId),
  })
  .meta({ id: 'RouteHop' });
export type RouteHop = z.infer<typeof RouteHop>;

/** Where nothing can be said: at an end of a route, or between two passages that are known. */
export const RouteGap = z
  .strictObject({
    afterId: SightingId.nullable(),
    beforeId: SightingId.nullable(),
    /** Of the best that was not good enough. */
    bestProbability: share,
    /** That it left the area, stopped, or was seen by no camera any more. */
    endProbability: share,
  })
  .meta({ id: 'RouteGap' });
export type RouteGap = z.infer<typeof RouteGap>;

export const RouteProposal = z
  .strictObject({ hops: z.array(RouteHop), gaps: z.array(RouteGap), probability: share })
  .meta({ id: 'RouteProposal' });
export type RouteProposal = z.infer<typeof RouteProposal>;

/** The clock of a camera as the route takes it; measured ones that hold are not listed. */
export const RouteClock = z
  .strictObject({
    cameraId: CameraId,
    offsetMs: z.int(),
    errorMs: z.int().nonnegative(),
    basis: z.enum(['traffic', 'shifted', 'unknown']),
  })
  .meta({ id: 'RouteClock' });
export type RouteClock = z.infer<typeof RouteClock>;

export const RouteDecision = z
  .strictObject({
    sightingId: SightingId,
    verdict: z.enum(['confirmed', 'struck']),
    by: Person,
    atMs: EpochMs,
  })
  .meta({ id: 'RouteDecision' });
export type RouteDecision = z.infer<typeof RouteDecision>;

/** Proof that what a route held is gone: how much, when, and what it was by its hash. */
export const RouteDeletion = z
  .strictObject({
    deletedAtMs: EpochMs,
    cause: z.enum(['incidentClosed', 'incidentRejected']),
    /** Stored versions before and after. */
    rowCountBefore: z.int().nonnegative(),
    rowCountAfter: z.int().nonnegative(),
    /** Pictures of passages before and after. */
    pictureCountBefore: z.int().nonnegative().default(0),
    pictureCountAfter: z.int().nonnegative().default(0),
    /** Plates that the last version held as read. */
    plateCount: z.int().nonnegative().default(0),
    /** sha256 over the last version that held anything. */
    contentHash: z.string(),
  })
  .meta({ id: 'RouteDeletion' });
export type RouteDeletion = z.infer<typeof RouteDeletion>;

/**
 * The way of one vehicle across cameras, inside one registered incident.
 *
 * `requested` left for `approved` or `refused` by somebody other than who requested it; any of them left for `expired`
 * when the incident ends: then nothing but who did what and the proof of deletion is kept.
 */
export const VehicleRoute = z
  .strictObject({
    routeId: Uuid,
    incidentId: Uuid,
    areaCode: AreaCode,
    /** Grows by one with every change. */
    version: z.int().positive(),
    state: z.enum(['requested', 'approved', 'refused', 'expired']),
    /** 事由 */
    reason: z.string(),
    requestedBy: Person,
    requestedAtMs: EpochMs,
    decidedBy: Person.nullable(),
    decidedAtMs: EpochMs.nullable(),
    decisionNote: z.string(),
    /** The vehicle at the incident; null once expired. */
    actor: RouteSighting.nullable(),
    decisions: z.array(RouteDecision),
    sightings: z.array(RouteSighting),
    /** Best first, at most three. */
    proposals: z.array(RouteProposal),
    /** Newest reading per passage; only where the installation reads plates and somebody asked. */
    plates: z.array(PlateReading).default([]),
    /** The passage to look at next. */
    question: z.strictObject({ sightingId: SightingId, probability: share }).nullable(),
    clocks: z.array(RouteClock),
    /** Why there is no proposal, e.g. that too few cameras saw anything; empty otherwise. */
    caveats: z.array(z.string()),
    lastCommandId: Uuid,
    deletion: RouteDeletion.nullable(),
  })
  .meta({ id: 'VehicleRoute' });
export type VehicleRoute = z.infer<typeof VehicleRoute>;

export const vehicleRouteTable = table({
  name: 'vehicle_route',
  schema: VehicleRoute,
  orderBy: ['routeId'],
  versionBy: 'version',
});

/** What a person asks of a route, or of an incident that shall have one. */
export const RouteAction = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('request'),
      reason: z.string().min(5).max(2_000),
      cameraId: CameraId,
      trackId: z.string().min(1).max(200),
    }),
    z.strictObject({ kind: z.literal('approve'), note }),
    z.strictObject({ kind: z.literal('refuse'), note }),
    z.strictObject({
      kind: z.literal('decide'),
      sightingId: SightingId,
      verdict: RouteDecision.shape.verdict,
    }),
    z.strictObject({ kind: z.literal('readPlate'), sightingId: SightingId }),
  ])
  .meta({ id: 'RouteAction' });
export type RouteAction = z.infer<typeof RouteAction>;

/** One command to one route, keyed by area, so that its one writer takes it. */
export const RouteCommand = z
  .strictObject({
    commandId: Uuid,
    /** Of a request: the id the route will have. */
    routeId: Uuid,
    incidentId: Uuid,
    areaCode: AreaCode,
    /** Version of the route that the person looked at; null: whatever it is now. */
    expectedVersion: z.int().nonnegative().nullable(),
    action: RouteAction,
    issuedBy: Person,
    issuedAtMs: EpochMs,
  })
  .meta({ id: 'RouteCommand' });
export type RouteCommand = z.infer<typeof RouteCommand>;

export const routeCommands = topic({
  name: 'route-command.v1',
  schema: RouteCommand,
  keySpace: 'area',
  key: (command) => command.areaCode,
});

/** What the writer of routes answers: never what a route holds, which is read where it may be read. */
export const RouteChange = z
  .strictObject({
    routeId: Uuid,
    incidentId: Uuid,
    areaCode: AreaCode,
    /** Null: the incident ended. */
    commandId: Uuid.nullable(),
    version: z.int().nonnegative(),
    state: VehicleRoute.shape.state.nullable(),
    refusal: Refusal.nullable(),
  })
  .meta({ id: 'RouteChange' });
export type RouteChange = z.infer<typeof RouteChange>;

export const routeChanges = topic({
  name: 'route.v1',
  schema: RouteChange,
  keySpace: 'area',
  key: (change) => change.areaCode,
});

/** Body of a command to a route. */
export const RouteCommandRequest = z
  .strictObject({
    action: RouteAction,
    expectedVersion: z.int().nonnegative().nullable(),
  })
  .meta({ id: 'RouteCommandRequest' });
export type RouteCommandRequest = z.infer<typeof RouteCommandRequest>;

export const VehicleRoutes = z
  .strictObject({
    items: z.array(VehicleRoute),
    /** Whether plates can be read here. */
    readsPlates: z.boolean(),
  })
  .meta({ id: 'VehicleRoutes' });
export type VehicleRoutes = z.infer<typeof VehicleRoutes>;

/** Vehicles that an incident's cameras saw about it: those whose route can be requested. */
export const VehiclesAbout = z.strictObject({ items: z.array(RouteSighting) }).meta({ id: 'VehiclesAbout' });
export type VehiclesAbout = z.infer<typeof VehiclesAbout>;
