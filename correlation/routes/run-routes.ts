import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Bus } from '../../bus/index.ts';
import {
  type Incident,
  type PlateText,
  incidentTable,
  type RouteChange,
  routeChanges,
  type RouteCommand,
  routeCommands,
  type VehicleRoute,
  vehicleRouteTable,
} from '../../contracts/index.ts';
import {
  type Clock,
  deterministicId,
  errorFields,
  type Log,
  messageOf,
  PipelineError,
} from '../../kernel/index.ts';
import type { MediaStore, Store } from '../../store/index.ts';
import { withRetry } from '../retry.ts';
import { findActor, openRouteArea, proposed, type RouteArea } from './propose.ts';
import { endOf, expired, stepRoute, withPlate } from './step-route.ts';

/** Consumer group of the one writer of routes per area. */
const routeGroup = 'routes';

const expiryEveryMs = 5_000;
/** Routes whose traffic is kept in memory, so that a decision is answered at once. */
const areasKept = 4;

export interface RouteParts {
  readonly bus: Bus;
  readonly store: Store;
  /** Pictures of passages, deleted with their route. */
  readonly pictures: MediaStore['passages'];
  /** Reads the plate in pictures of one vehicle; null: plates are not read here. */
  readonly readPlate: ((crops: readonly Uint8Array[]) => Promise<PlateText>) | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Answer requests, approvals and decisions on vehicle routes, and delete routes whose incident has ended, until
 * `signal` aborts.
 */
export async function runRoutes(parts: RouteParts): Promise<void> {
  const { clock, log, signal } = parts;
  try {
    await Promise.all([
      withRetry(async () => await answer(parts), { clock, log, signal, doing: 'answering route commands' }),
      expire(parts),
    ]);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function answer(parts: RouteParts): Promise<void> {
  const areas = new Map<string, RouteArea>();
  try {
    await answerEach(parts, areas);
  } finally {
    await Promise.all(areas.values().map(async ({ planner }) => await planner.close()));
  }
}

async function answerEach(parts: RouteParts, areas: Map<string, RouteArea>): Promise<void> {
  const { bus, clock, log, signal } = parts;
  for await (const delivery of bus.subscribe([routeCommands], { group: routeGroup, signal })) {
    try {
      const change = await withRetry(async () => await carryOut(parts, areas, delivery.record), {
        clock,
        log,
        signal,
        doing: 'carrying out a route command',
      });
      await bus.publish(routeChanges, [change]);
      await delivery.ack();
    } catch (error) {
      if (signal.aborted || error instanceof PipelineError) throw error;
      log.error(errorFields(error), 'a route command cannot be handled');
      await delivery.deadLetter(
        new PipelineError('BUS_RECORD_INVALID', `A route command cannot be handled: ${messageOf(error)}`, {
          hint: 'Its bytes are in the dead-letter topic. The other commands go on.',
          cause: error,
        }),
      );
    }
  }
}

async function carryOut(
  parts: RouteParts,
  areas: Map<string, RouteArea>,
  command: RouteCommand,
): Promise<RouteChange> {
  const { store } = parts;
  const { routeId, incidentId, areaCode, commandId, action } = command;
  const told = { routeId, incidentId, areaCode, commandId };
  const incident = await find(store, incidentId);
  const [route = null] = await store.find(vehicleRouteTable, {
    where: 'routeId = {routeId:String}',
    params: { routeId },
  });
  const actor =
    action.kind === 'request' && incident !== null ? await findActor(store, action, spanOf(incident)) : null;
  const outcome = stepRoute(route, command, incident, actor);
  if (outcome.kind === 'refused') {
    return { ...told, version: route?.version ?? 0, state: route?.state ?? null, refusal: outcome.refusal };
  }
  let { route: next } = outcome;
  if (outcome.kind === 'plateAsked') {
    const text = await plateOf(parts, routeId, outcome.sightingId);
    if (text === null) {
      const refusal = {
        code: 'ROUTE_PLATES_OFF',
        message: 'Plates are not read in this installation.',
        hint: 'Whoever answers for it can set routes.readsPlates.',
      };
      return { ...told, version: route?.version ?? 0, state: route?.state ?? null, refusal };
    }
    const { issuedBy: askedBy, issuedAtMs: atMs } = command;
    next = withPlate(next, { ...text, sightingId: outcome.sightingId, askedBy, atMs });
    next = await plan(parts, areas, next, incident);
    await save(store, next);
  }
  if (outcome.kind === 'changed') {
    if (outcome.needsPlan) next = await plan(parts, areas, next, incident);
    await save(store, next);
  }
  return { ...told, version: next.version, state: next.state, refusal: null };
}

/** Read a passage's plate from the pictures that were cut of it; null where plates are not read. */
async function plateOf(
  { pictures, readPlate }: RouteParts,
  routeId: string,
  sightingId: string,
): Promise<PlateText | null> {
  if (readPlate === null) return null;
  const kept = await pictures.list({ routeId, sightingId });
  const crops = kept.filter(({ name }) => name.startsWith('crop'));
  return await readPlate(await Promise.all(crops.map(async ({ filePath }) => await readFile(filePath))));
}

async function plan(
  { store, signal }: RouteParts,
  areas: Map<string, RouteArea>,
  route: VehicleRoute,
  incident: Incident | null,
): Promise<VehicleRoute> {
  const { routeId, actor } = route;
  if (actor === null || incident === null) return route;
  const area = areas.get(routeId) ?? (await openRouteArea(store, actor, incident.cameraIds, signal));
  if (area === null) return { ...route, caveats: ['actorOffRoad'] };
  areas.delete(routeId);
  try {
    const next = await proposed(route, area);
    areas.set(routeId, area);
    await forget(areas, [...areas.keys()].slice(0, -areasKept));
    return next;
  } catch (error) {
    await area.planner.close();
    throw error;
  }
}

async function forget(areas: Map<string, RouteArea>, routeIds: readonly string[]): Promise<void> {
  for (const routeId of routeIds) {
    await areas.get(routeId)?.planner.close();
    areas.delete(routeId);
  }
}

async function find(store: Store, incidentId: string): Promise<Incident | null> {
  const [incident = null] = await store.find(incidentTable, {
    where: 'incidentId = {incidentId:String}',
    params: { incidentId },
  });
  return incident;
}

const spanOf = ({ events, openedAtMs, updatedAtMs }: Incident): { fromMs: number; toMs: number } => ({
  fromMs: Math.min(openedAtMs, ...events.map(({ startedAtMs }) => startedAtMs)),
  toMs: Math.max(
    openedAtMs,
    ...events.map(({ raisedAtMs }) => raisedAtMs),
    Math.min(updatedAtMs, openedAtMs),
  ),
});

const save = async (store: Store, route: VehicleRoute): Promise<void> => {
  await store.insert(vehicleRouteTable, [route], {
    deduplicationToken: deterministicId('route-version', route.routeId, route.version),
  });
};

/** Delete what routes of ended incidents hold, and keep the proof. */
async function expire(parts: RouteParts): Promise<void> {
  const { bus, store, pictures, clock, log, signal } = parts;
  const look = async (): Promise<void> => {
    const live = await store.find(vehicleRouteTable, { where: "state != 'expired'", params: {} });
    // A picture that was being cut when its route ended comes after the deletion.
    const mayHave = new Set(live.map(({ routeId }) => routeId));
    for (const routeId of await pictures.routeIds())
      if (!mayHave.has(routeId)) await pictures.remove(routeId);
    for (const route of live) {
      const incident = await find(store, route.incidentId);
      const cause = incident === null ? null : endOf(incident);
      if (cause === null) continue;
      const gone = await wipe(parts, route, cause, clock.nowMs());
      const { routeId, incidentId, areaCode, version, state } = gone;
      await bus.publish(routeChanges, [
        { routeId, incidentId, areaCode, commandId: null, version, state, refusal: null },
      ]);
      log.info({ routeId, incidentId, cause }, 'a vehicle route has expired with its incident');
    }
  };
  while (!signal.aborted) {
    try {
      await withRetry(look, { clock, log, signal, doing: 'looking for routes whose incident has ended' });
      await clock.sleep(expiryEveryMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

const Count = z.object({ count: z.coerce.number() });

/** The empty version is stored before the full ones are deleted: killed in between, it is done again. */
async function wipe(
  { store, pictures }: Pick<RouteParts, 'store' | 'pictures'>,
  route: VehicleRoute,
  cause: NonNullable<ReturnType<typeof endOf>>,
  deletedAtMs: number,
): Promise<VehicleRoute> {
  const { routeId } = route;
  const stored = async (): Promise<number> => {
    const [row] = await store.query(
      "SELECT count() AS count FROM vehicle_route WHERE routeId = {routeId:String} AND state != 'expired'",
      { routeId },
      Count,
    );
    return row?.count ?? 0;
  };
  const rowCountBefore = await stored();
  const pictureCountBefore = await pictures.count(routeId);
  await pictures.remove(routeId);
  await store.remove(vehicleRouteTable, {
    where: 'routeId = {routeId:String} AND version < {version:Int64}',
    params: { routeId, version: route.version },
  });
  const contentHash = createHash('sha256').update(JSON.stringify(route)).digest('hex');
  const proof = {
    deletedAtMs,
    cause,
    rowCountBefore,
    rowCountAfter: 0,
    pictureCountBefore,
    pictureCountAfter: await pictures.count(routeId),
    plateCount: route.plates.filter(({ text }) => text !== null).length,
    contentHash,
  };
  const empty = expired(route, proof);
  await save(store, empty);
  await store.remove(vehicleRouteTable, {
    where: 'routeId = {routeId:String} AND version < {version:Int64}',
    params: { routeId, version: empty.version },
  });
  const rowCountAfter = await stored();
  if (rowCountAfter > 0) {
    throw new PipelineError('STORE_QUERY', `${rowCountAfter} rows of route ${routeId} are still stored.`, {
      hint: 'The deletion is tried again; if this stays, look at system.mutations of the store.',
      retryable: true,
    });
  }
  return empty;
}
