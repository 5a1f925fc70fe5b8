import type { Bus, DeliveryOf } from '../bus/index.ts';
import {
  commands,
  type Incident,
  type IncidentChange,
  incidentChanges,
  incidentTable,
  type OfficialRecord,
  officialRecords,
  officialRecordTable,
  sceneEvents,
} from '../contracts/index.ts';
import {
  type Clock,
  deterministicId,
  errorFields,
  type Log,
  messageOf,
  PipelineError,
} from '../kernel/index.ts';
import type { Store } from '../store/index.ts';
import { openAreaCache } from './area-cache.ts';
import { inBatches } from './batches.ts';
import { type IncidentInput, type IncidentSettings, stepIncidents } from './incidents/index.ts';
import { withRetry } from './retry.ts';

/** Consumer group of the correlation workers, and the topics it takes. */
export const correlationGroup = 'correlation';
export const correlationTopics = [sceneEvents, officialRecords, commands] as const;

type Input = DeliveryOf<(typeof correlationTopics)[number]>;

/** Enough for an import of ten thousand rows to need few inserts, few enough for a command not to wait. */
const batchAtMost = 200;
const lingerMs = 3;

/** What one batch did, not yet told to anybody. */
interface Effects {
  readonly incidents: Map<string, Incident>;
  readonly records: Map<string, OfficialRecord>;
  readonly changes: IncidentChange[];
}

const noEffects = (): Effects => ({ incidents: new Map(), records: new Map(), changes: [] });

export interface CorrelationParts {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: IncidentSettings;
  readonly signal: AbortSignal;
}

/**
 * Make incidents of scene events, official records and commands until `signal` aborts: take a batch, step the pure
 * core, write incidents and records, tell the changes, acknowledge. Killed anywhere in between, the same inputs come
 * again, change nothing that is stored already, and tell again what they had done.
 * @throws PipelineError what bus or store say and what will not get better by itself.
 */
export async function runCorrelation(parts: CorrelationParts): Promise<void> {
  try {
    // A subscription that was lost begins anew, with nothing remembered of areas that others may have had meanwhile.
    await withRetry(async () => await correlate(parts), { ...parts, doing: 'taking in events and records' });
  } catch (error) {
    if (!parts.signal.aborted) throw error;
  }
}

async function correlate({ bus, store, clock, log, settings, signal }: CorrelationParts): Promise<void> {
  const areas = openAreaCache(store, clock);
  const retrying = async <T>(doing: string, attempt: () => Promise<T>): Promise<T> =>
    await withRetry(attempt, { clock, log, signal, doing });

  const stepOne = async (delivery: Input, effects: Effects): Promise<void> => {
    const input = inputOf(delivery);
    const state = await retrying(
      'reading an area',
      async () => await areas.load(delivery.record.areaCode, input),
    );
    const step = stepIncidents(state, input, settings);
    areas.keep(step.state);
    for (const incident of step.written) effects.incidents.set(incident.incidentId, incident);
    for (const record of step.recordsWritten) effects.records.set(record.recordId, record);
    effects.changes.push(...step.changes);
  };

  /** Incidents before records: a record that is stored counts as dealt with. */
  const settle = async ({ incidents, records, changes }: Effects, done: readonly Input[]): Promise<void> => {
    const rows = [...incidents.values()];
    if (rows.length > 0) {
      const versions = rows.flatMap(({ incidentId, version }) => [incidentId, version]);
      const deduplicationToken = deterministicId('incident-versions', ...versions);
      await retrying('storing incidents', async () => {
        await store.insert(incidentTable, rows, { deduplicationToken });
      });
    }
    if (records.size > 0) {
      const places = done.flatMap(({ topicName, partition, offset }) => [topicName, partition, offset]);
      const deduplicationToken = deterministicId('records', ...places);
      await retrying('storing records', async () => {
        await store.insert(officialRecordTable, [...records.values()], { deduplicationToken });
      });
    }
    if (changes.length > 0) {
      await retrying('telling changes', async () => await bus.publish(incidentChanges, changes));
    }
    const lastOfEach = new Map(
      done.map((delivery) => [`${delivery.topicName}/${delivery.partition}`, delivery]),
    );
    for (const delivery of lastOfEach.values()) await delivery.ack();
  };

  const batches = inBatches(
    (until) => bus.subscribe(correlationTopics, { group: correlationGroup, signal: until }),
    { isFull: ({ length }) => length >= batchAtMost, maxAgeMs: lingerMs, clock, signal },
  );
  for await (const batch of batches) {
    let effects = noEffects();
    let done: Input[] = [];
    for (const delivery of batch) {
      try {
        await stepOne(delivery, effects);
        done.push(delivery);
      } catch (error) {
        if (signal.aborted || error instanceof PipelineError) throw error;
        // Giving one up acknowledges all before it, so these are settled first.
        await settle(effects, done);
        effects = noEffects();
        done = [];
        log.error({ ...errorFields(error), topic: delivery.topicName }, 'an input cannot be handled');
        await delivery.deadLetter(unhandled(delivery, error));
      }
    }
    await settle(effects, done);
  }
}

const unhandled = ({ topicName, partition, offset }: Input, cause: unknown): PipelineError =>
  new PipelineError(
    'BUS_RECORD_INVALID',
    `${topicName}/${partition}:${offset} cannot be handled: ${messageOf(cause)}`,
    { hint: 'Its bytes are in the dead-letter topic. The other inputs go on.', cause },
  );

function inputOf(delivery: Input): IncidentInput {
  switch (delivery.topicName) {
    case 'scene-event.v1':
      return { kind: 'sceneEvent', event: delivery.record };
    case 'record.v1':
      return { kind: 'record', record: delivery.record };
    case 'command.v1':
      return { kind: 'command', command: delivery.record };
  }
}
