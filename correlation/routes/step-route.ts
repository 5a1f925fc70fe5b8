import type {
  Incident,
  PlateReading,
  Refusal,
  RouteCommand,
  RouteDeletion,
  RouteSighting,
  VehicleRoute,
} from '../../contracts/index.ts';

export type RouteOutcome =
  | { readonly kind: 'changed'; readonly route: VehicleRoute; readonly needsPlan: boolean }
  /** The plate of this passage is to be read; the reading goes into `withPlate`. */
  | { readonly kind: 'plateAsked'; readonly route: VehicleRoute; readonly sightingId: string }
  | { readonly kind: 'unchanged'; readonly route: VehicleRoute }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const refused = (code: string, message: string, hint: string): RouteOutcome => ({
  kind: 'refused',
  refusal: { code, message, hint },
});

/** A route may be followed from registration to the end of the incident, not before and not after. */
export const isRegistered = ({ state }: Incident): boolean => !notRegistered.has(state);
const notRegistered: ReadonlySet<Incident['state']> = new Set(['detected', 'triage', 'rejected', 'closed']);

/** What the incident's end means for its routes; null while it goes on. */
export const endOf = ({ state }: Incident): RouteDeletion['cause'] | null => {
  if (state === 'closed') return 'incidentClosed';
  return state === 'rejected' ? 'incidentRejected' : null;
};

/**
 * Carry out what a person asks of a route, or say why not.
 * @param actor the passage that a request names, when the cameras saw it.
 */
export function stepRoute(
  route: VehicleRoute | null,
  command: RouteCommand,
  incident: Incident | null,
  actor: RouteSighting | null,
): RouteOutcome {
  const { action, issuedBy: by, issuedAtMs: atMs, commandId } = command;
  if (route?.lastCommandId === commandId) return { kind: 'unchanged', route };
  if (incident === null) {
    return refused(
      'INCIDENT_UNKNOWN',
      `There is no incident ${command.incidentId}.`,
      'Look for it in the queue.',
    );
  }
  if (!isRegistered(incident)) {
    return refused(
      'ROUTE_NOT_REGISTERED',
      `The incident is in state ${incident.state}: a vehicle is followed only inside a registered incident.`,
      'Register the incident first; when it has ended its routes have expired.',
    );
  }
  if (action.kind === 'request') {
    if (route !== null)
      return refused('ROUTE_EXISTS', 'This route was requested already.', 'Look at it again.');
    if (actor === null) {
      return refused(
        'ROUTE_ACTOR_UNKNOWN',
        `Camera ${action.cameraId} has no vehicle track ${action.trackId} near the incident.`,
        'Choose a vehicle that the camera saw at the incident.',
      );
    }
    return { kind: 'changed', needsPlan: false, route: requested(command, action.reason, actor) };
  }
  if (route === null) {
    return refused('ROUTE_UNKNOWN', `There is no route ${command.routeId}.`, 'Look at the incident again.');
  }
  if (command.expectedVersion !== null && command.expectedVersion !== route.version) {
    return refused(
      'ROUTE_CHANGED',
      `The route is at version ${route.version}, you decided on version ${command.expectedVersion}.`,
      'Look at it as it is now and decide again.',
    );
  }
  const next = { ...route, version: route.version + 1, lastCommandId: commandId };
  if (action.kind === 'decide') {
    if (route.state !== 'approved') return wrongState(route, 'approved');
    if (action.sightingId === route.actor?.sightingId) {
      return refused(
        'ROUTE_ACTOR',
        'The vehicle at the incident is where the route begins.',
        'Request another route.',
      );
    }
    if (!route.sightings.some(({ sightingId }) => sightingId === action.sightingId)) {
      return refused(
        'ROUTE_SIGHTING_UNKNOWN',
        `The route neither holds nor asks about ${action.sightingId}.`,
        'Only what is proposed can be confirmed or struck.',
      );
    }
    const decisions = [
      ...route.decisions.filter(({ sightingId }) => sightingId !== action.sightingId),
      { sightingId: action.sightingId, verdict: action.verdict, by, atMs },
    ];
    return { kind: 'changed', needsPlan: true, route: { ...next, decisions } };
  }
  if (action.kind === 'readPlate') {
    if (route.state !== 'approved') return wrongState(route, 'approved');
    const { sightingId } = action;
    if (
      sightingId !== route.actor?.sightingId &&
      !route.sightings.some((one) => one.sightingId === sightingId)
    ) {
      return refused(
        'ROUTE_SIGHTING_UNKNOWN',
        `The route neither holds nor asks about ${sightingId}.`,
        'Only the plate of a passage that the route names can be read.',
      );
    }
    return { kind: 'plateAsked', route: next, sightingId };
  }
  if (route.state !== 'requested') return wrongState(route, 'requested');
  if (by.userId === route.requestedBy.userId) {
    return refused(
      'ROUTE_SAME_PERSON',
      'Who requests a route cannot decide on it.',
      'Somebody else has to approve or refuse it.',
    );
  }
  const isApproved = action.kind === 'approve';
  return {
    kind: 'changed',
    needsPlan: isApproved,
    route: {
      ...next,
      state: isApproved ? 'approved' : 'refused',
      decidedBy: by,
      decidedAtMs: atMs,
      decisionNote: action.note,
      // A refused route needs to know of no vehicle.
      actor: isApproved ? route.actor : null,
    },
  };
}

const wrongState = ({ state }: VehicleRoute, wanted: VehicleRoute['state']): RouteOutcome =>
  refused('ROUTE_STATE', `The route is ${state}, not ${wanted}.`, 'Look at it as it is now.');

function requested(command: RouteCommand, reason: string, actor: RouteSighting): VehicleRoute {
  const { routeId, incidentId, areaCode, commandId, issuedBy, issuedAtMs } = command;
  return {
    routeId,
    incidentId,
    areaCode,
    version: 1,
    state: 'requested',
    reason,
    requestedBy: issuedBy,
    requestedAtMs: issuedAtMs,
    decidedBy: null,
    decidedAtMs: null,
    decisionNote: '',
    actor,
    decisions: [],
    sightings: [],
    proposals: [],
    plates: [],
    question: null,
    clocks: [],
    caveats: [],
    lastCommandId: commandId,
    deletion: null,
  };
}

/** A route with a passage's newest reading; an older one of the same passage goes. */
export const withPlate = (route: VehicleRoute, reading: PlateReading): VehicleRoute => ({
  ...route,
  plates: [...route.plates.filter(({ sightingId }) => sightingId !== reading.sightingId), reading],
});

/** What is left of a route when its incident has ended: who did what, and that it is gone. */
export const expired = (route: VehicleRoute, deletion: RouteDeletion): VehicleRoute => ({
  ...route,
  version: route.version + 1,
  state: 'expired',
  actor: null,
  decisions: [],
  sightings: [],
  proposals: [],
  plates: [],
  question: null,
  clocks: [],
  caveats: [],
  deletion,
});
