import { expect, test } from 'vitest';
import type { Incident, RouteCommand, RouteSighting, VehicleRoute } from '../../contracts/index.ts';
import { deterministicId } from '../../kernel/index.ts';
import { areaCode, baseMs, cameraIdOf } from '../testing/made.ts';
import { endOf, expired, isRegistered, stepRoute } from './step-route.ts';

const wang = { userId: 'wang', name: '王', unit: '派出所' };
const li = { userId: 'li', name: '李', unit: '执法队' };
const routeId = deterministicId('route', 1);
const incidentId = deterministicId('incident', 1);
const incident = (state: Incident['state']): Incident => ({ incidentId, areaCode, state }) as Incident;
const registered = incident('registered');
const sighting = (track: string): RouteSighting => ({
  sightingId: `${cameraIdOf(1)}/${track}`,
  cameraId: cameraIdOf(1),
  trackId: track,
  enteredAtMs: baseMs,
  leftAtMs: baseMs + 4_000,
  className: 'van',
});
let commandCount = 0;
function command(action: RouteCommand['action'], given: Partial<RouteCommand> = {}): RouteCommand {
  commandCount += 1;
  return {
    commandId: deterministicId('command', commandCount),
    routeId,
    incidentId,
    areaCode,
    expectedVersion: null,
    action,
    issuedBy: wang,
    issuedAtMs: baseMs,
    ...given,
  };
}
const request = {
  kind: 'request',
  reason: '查找倾倒车辆去向',
  cameraId: cameraIdOf(1),
  trackId: '7',
} as const;

function changed(outcome: ReturnType<typeof stepRoute>): VehicleRoute {
  if (outcome.kind !== 'changed') throw new Error(JSON.stringify(outcome));
  return outcome.route;
}
const requestedRoute = (): VehicleRoute =>
  changed(stepRoute(null, command(request), registered, sighting('7')));
const approvedRoute = (): VehicleRoute =>
  changed(
    stepRoute(requestedRoute(), command({ kind: 'approve', note: '' }, { issuedBy: li }), registered, null),
  );
const refusalOf = (outcome: ReturnType<typeof stepRoute>): string =>
  outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind;

test.each(['detected', 'triage', 'rejected', 'closed'] as const)(
  'no route in an incident that is %s',
  (state) => {
    expect(isRegistered(incident(state))).toBe(false);
    expect(refusalOf(stepRoute(null, command(request), incident(state), sighting('7')))).toBe(
      'ROUTE_NOT_REGISTERED',
    );
    const decide = command({ kind: 'approve', note: '' }, { issuedBy: li });
    expect(refusalOf(stepRoute(requestedRoute(), decide, incident(state), null))).toBe(
      'ROUTE_NOT_REGISTERED',
    );
  },
);

test('who requests cannot approve; somebody else can, once', () => {
  const route = requestedRoute();
  const approve = { kind: 'approve', note: '同意' } as const;
  expect(refusalOf(stepRoute(route, command(approve), registered, null))).toBe('ROUTE_SAME_PERSON');
  const outcome = stepRoute(route, command(approve, { issuedBy: li }), registered, null);
  expect(outcome).toMatchObject({ kind: 'changed', needsPlan: true });
  expect(changed(outcome)).toMatchObject({
    state: 'approved',
    version: 2,
    decidedBy: li,
    decisionNote: '同意',
  });
  expect(refusalOf(stepRoute(changed(outcome), command(approve, { issuedBy: li }), registered, null))).toBe(
    'ROUTE_STATE',
  );
});

test('a refused route forgets the vehicle', () => {
  const refuse = command({ kind: 'refuse', note: '理由不足' }, { issuedBy: li });
  expect(changed(stepRoute(requestedRoute(), refuse, registered, null))).toMatchObject({
    state: 'refused',
    actor: null,
  });
});

test('only what is proposed can be decided on, only when approved, and the last word counts', () => {
  const decide = (verdict: 'confirmed' | 'struck') =>
    command({ kind: 'decide', sightingId: sighting('8').sightingId, verdict });
  expect(refusalOf(stepRoute(requestedRoute(), decide('confirmed'), registered, null))).toBe('ROUTE_STATE');
  const route = approvedRoute();
  expect(refusalOf(stepRoute(route, decide('confirmed'), registered, null))).toBe('ROUTE_SIGHTING_UNKNOWN');
  const shown = { ...route, sightings: [sighting('8')] };
  const confirmed = changed(stepRoute(shown, decide('confirmed'), registered, null));
  const struck = changed(stepRoute(confirmed, decide('struck'), registered, null));
  expect(struck.decisions).toMatchObject([{ verdict: 'struck', by: wang }]);
});

test('a stale command is refused, and the same command twice changes nothing', () => {
  const route = requestedRoute();
  const stale = command({ kind: 'approve', note: '' }, { issuedBy: li, expectedVersion: 9 });
  expect(refusalOf(stepRoute(route, stale, registered, null))).toBe('ROUTE_CHANGED');
  const again = command(request, { commandId: route.lastCommandId });
  expect(stepRoute(route, again, registered, sighting('7'))).toEqual({ kind: 'unchanged', route });
});

test('a vehicle that no camera saw cannot be followed', () => {
  expect(refusalOf(stepRoute(null, command(request), registered, null))).toBe('ROUTE_ACTOR_UNKNOWN');
});

test('the end of the incident leaves nothing of the vehicle, but who asked and why', () => {
  expect([endOf(incident('closed')), endOf(incident('rejected')), endOf(registered)]).toEqual([
    'incidentClosed',
    'incidentRejected',
    null,
  ]);
  const full = { ...approvedRoute(), sightings: [sighting('8')] };
  const proof = {
    deletedAtMs: baseMs,
    cause: 'incidentClosed',
    rowCountBefore: 3,
    rowCountAfter: 0,
    pictureCountBefore: 2,
    pictureCountAfter: 0,
    plateCount: 1,
    contentHash: 'x',
  } as const;
  const left = expired(full, proof);
  expect(left).toMatchObject({
    state: 'expired',
    actor: null,
    sightings: [],
    proposals: [],
    deletion: proof,
  });
  expect(left).toMatchObject({ requestedBy: wang, decidedBy: li, reason: request.reason });
  expect(JSON.stringify(left)).not.toContain(sighting('7').sightingId);
});
