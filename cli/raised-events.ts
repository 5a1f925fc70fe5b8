import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Command,
  commands,
  type IncidentChange,
  incidentChanges,
  type SceneEvent,
  sceneEvents,
} from '../contracts/index.ts';
import type { Masker } from '../inference/index.ts';
import { errorFields } from '../kernel/index.ts';
import type { CameraTools } from './camera-tools.ts';
import { asRaised } from './event-revision.ts';
import { makeEvidence } from './evidence.ts';

const tryAgainMs = 1_000;
/** A change may be read before the command that caused it: so many are remembered for that. */
const mostRemembered = 1_000;

interface RaisedParts extends Pick<CameraTools, 'base' | 'media' | 'recorders'> {
  /** Filled here; the cameras' own pipelines look into it. */
  readonly raised: Set<string>;
  readonly openMasker: () => Promise<Masker>;
}

/**
 * Make what zones suppressed and officers raised whole, until `signal` aborts: what only alerts have, the clip and its
 * original, is cut as far as the camera's recording still reaches, and what becomes of the thing is told as of any
 * other. The process that holds the recording does it.
 */
export async function followRaised(parts: RaisedParts, signal: AbortSignal): Promise<void> {
  const { bus, log } = parts.base;
  const raises = pairRaises();
  while (!signal.aborted) {
    try {
      for await (const delivery of bus.tail([commands, incidentChanges], { from: 'latest', signal })) {
        const event =
          delivery.topicName === 'command.v1'
            ? raises.asked(delivery.record)
            : raises.answered(delivery.record);
        if (event !== null) await complete(event, parts, signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      log.warn(errorFields(error), 'raised events cannot be followed; trying again');
    }
    await wait(tryAgainMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Brings together what was asked and what came of it, in whichever order they are read. */
function pairRaises() {
  const open = new Map<string, SceneEvent>();
  const carriedOut = new Set<string>();
  const settle = (commandId: string): SceneEvent | null => {
    const event = carriedOut.has(commandId) ? open.get(commandId) : undefined;
    if (event === undefined) return null;
    open.delete(commandId);
    return event;
  };
  return {
    asked({ commandId, action }: Command): SceneEvent | null {
      if (action.kind !== 'raiseSuppressed') return null;
      open.set(commandId, action.event);
      return settle(commandId);
    },
    answered({ cause, refusal }: IncidentChange): SceneEvent | null {
      if (cause.kind !== 'command') return null;
      if (refusal !== null) {
        open.delete(cause.id);
        return null;
      }
      carriedOut.add(cause.id);
      const [oldest = ''] = carriedOut;
      if (carriedOut.size > mostRemembered) carriedOut.delete(oldest);
      return settle(cause.id);
    },
  };
}

async function complete(event: SceneEvent, parts: RaisedParts, signal: AbortSignal): Promise<void> {
  const { base, media, recorders, raised, openMasker } = parts;
  const { bus, config, log } = base;
  const recorder = recorders.get(event.cameraId);
  if (recorder === undefined) return;
  raised.add(event.eventId);
  const refs = await makeEvidence(event, {
    recorder,
    masker: await openMasker(),
    media,
    settings: config.inference,
    scratchDir: join(config.dataDir, 'scratch'),
    hasClip: true,
    log: log.child({ cameraId: event.cameraId }),
    signal,
  });
  await bus.publish(sceneEvents, [{ ...event, revision: asRaised(event.revision), media: refs }]);
}
