import { setTimeout as wait } from 'node:timers/promises';
import {
  type ApiError,
  Incident,
  IncidentPage,
  type Observation,
  type PersonAction,
  type RouteAction,
  VehicleRoute,
  VehicleRoutes,
} from '../../contracts/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import { type CaseCrowd, type CaseName, openCrowd, taken } from './people.ts';

/** Where the case is played: a product that runs, by a clock that can be set. */
export interface CaseStage {
  readonly api: { readonly url: string; readonly localToken: string };
  /** The clock of the product is so late now; it only goes on. */
  moveTo(atMs: number): void;
  /** Let a camera see the sample's dumping, its first frame at `startedAtMs`; resolves when all of it is published. */
  film(cameraId: string, startedAtMs: number): Promise<void>;
  publish(observations: readonly Observation[]): Promise<void>;
  readonly signal: AbortSignal;
}

/** The case as it is played: nothing is kept here, all is asked of the product, so that it can go on at any step. */
export interface CaseScene extends CaseCrowd {
  readonly stage: CaseStage;
  /** The incident that a camera's event opened; null when there is none yet. */
  incidentOf(cameraId: string): Promise<Incident | null>;
  /** Ask something of an incident as it is now, as a person would on the page. @throws PipelineError COMMAND_REFUSED. */
  ask(name: CaseName, incidentId: string, action: PersonAction): Promise<Incident>;
  /** The newest route of an incident, and what is asked of it; a look at it is registered. */
  route(name: CaseName, incidentId: string): Promise<VehicleRoute | null>;
  askRoute(
    name: CaseName,
    route: VehicleRoute | { readonly incidentId: string },
    action: RouteAction,
  ): Promise<VehicleRoute>;
  /** Ask until something is so. @throws PipelineError COMMAND_TIMEOUT after two minutes. */
  until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T>;
}

const lookEveryMs = 250;
const patienceMs = 120_000;
const mostLooks = 60;
const isOutdated = (body: unknown): boolean =>
  (body as Partial<ApiError> | null)?.code === 'INCIDENT_CHANGED';
/** Who looks when the script itself wants to know something. */
const looker: CaseName = '陈静';

/**
 * @param fromMs incidents from before are another matter.
 * @param mayBeDone true while a step is played again that was stopped in the middle: what is refused then had been done.
 */
export function openScene(
  stage: CaseStage,
  fromMs: number,
  mayBeDone: () => boolean = () => false,
): CaseScene {
  const crowd = openCrowd(stage.api);
  const incident = async (name: CaseName, incidentId: string): Promise<Incident> => {
    const inside = await crowd.person(name);
    return Incident.parse(taken(await inside.get(`/api/incidents/${incidentId}`), 'the look at an incident'));
  };
  return {
    ...crowd,
    stage,
    async incidentOf(cameraId) {
      const inside = await crowd.person(looker);
      const answer = await inside.get(`/api/incidents?since=${fromMs}&limit=200`);
      const { items } = IncidentPage.parse(taken(answer, 'the look at the queue'));
      // Opened by this camera: those that were merged into it come after its own.
      const line = items.find(({ cameraIds }) => cameraIds[0] === cameraId);
      return line === undefined ? null : await incident(looker, line.incidentId);
    },
    async ask(name, incidentId, action) {
      const inside = await crowd.person(name);
      for (let look = 1; ; look += 1) {
        const { version: expectedVersion } = await incident(name, incidentId);
        const answer = await inside.post(`/api/incidents/${incidentId}/commands`, {
          action,
          expectedVersion,
        });
        if (answer.status === 409 && mayBeDone()) return await incident(name, incidentId);
        // What others did a moment ago may not have reached the store: a person sees it and decides anew.
        if (answer.status !== 409 || !isOutdated(answer.body) || look === mostLooks)
          return Incident.parse(taken(answer, `${action.kind} by ${name}`));
        await wait(lookEveryMs, undefined, { signal: stage.signal });
      }
    },
    async route(name, incidentId) {
      const inside = await crowd.person(name);
      const answer = await inside.get(`/api/incidents/${incidentId}/routes`);
      return VehicleRoutes.parse(taken(answer, 'the look at routes')).items[0] ?? null;
    },
    async askRoute(name, of, action) {
      const inside = await crowd.person(name);
      const answer =
        'routeId' in of
          ? await inside.post(`/api/routes/${of.routeId}/commands`, { action, expectedVersion: of.version })
          : await inside.post(`/api/incidents/${of.incidentId}/routes`, { action, expectedVersion: null });
      if (answer.status === 409 && mayBeDone() && 'routeId' in of) return of;
      return VehicleRoute.parse(taken(answer, `${action.kind} a route by ${name}`));
    },
    async until(what, look) {
      for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookEveryMs) {
        const found = await look();
        if (found !== null && found !== undefined && found !== false) return found;
        await wait(lookEveryMs, undefined, { signal: stage.signal });
      }
      throw new PipelineError('COMMAND_TIMEOUT', `Waited ${patienceMs / 1_000} s for this: ${what}.`, {
        hint: 'Start again: it goes on where it stopped. The log of the process says what it does.',
      });
    },
  };
}
