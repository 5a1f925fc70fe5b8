import type { z } from 'zod';
import { type DeadLetter, type Topic } from '../contracts/index.ts';
import { messageOf, PipelineError } from '../kernel/index.ts';
import type { Place } from './bus.ts';

/** A record as it travels: the key that orders it, and its JSON as UTF-8. */
export interface Encoded {
  readonly key: string;
  readonly raw: Buffer;
}

export type Decoded<T> =
  | { readonly kind: 'ok'; readonly record: T }
  | { readonly kind: 'poison'; readonly error: PipelineError };

/** Room for topic, partition and key in one key of the embedded log. */
const maxKeyBytes = 1_024;

const invalid = (topicName: string, found: string, cause?: unknown): PipelineError =>
  new PipelineError('BUS_RECORD_INVALID', `A record does not fit ${topicName}: ${found}`, {
    hint: 'Compare the record with the schema of its topic; a change of the schema needs a new topic version.',
    cause,
  });

/**
 * Check records against the schema of their topic and turn them into bytes.
 * @throws PipelineError BUS_RECORD_INVALID naming the first record that does not fit; none is encoded then.
 */
export function encodeRecords(topic: Topic, records: readonly unknown[]): Encoded[] {
  return records.map((record, index) => {
    const checked = topic.schema.safeParse(record);
    if (!checked.success) {
      throw invalid(topic.name, `record ${index}: ${issuesOf(checked.error)}`, checked.error);
    }
    const key = topic.key(checked.data);
    if (Buffer.byteLength(key) > maxKeyBytes) {
      throw invalid(topic.name, `record ${index}: its key is longer than ${maxKeyBytes} bytes.`);
    }
    return { key, raw: Buffer.from(JSON.stringify(checked.data)) };
  });
}

/** Read one record back; bytes that are no JSON or do not fit the schema are a value, not an exception. */
export function decodeRecord(topic: Topic, raw: Buffer): Decoded<unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch (cause) {
    return { kind: 'poison', error: invalid(topic.name, `not JSON (${messageOf(cause)})`, cause) };
  }
  const checked = topic.schema.safeParse(json);
  return checked.success
    ? { kind: 'ok', record: checked.data }
    : { kind: 'poison', error: invalid(topic.name, issuesOf(checked.error), checked.error) };
}

/** The letter for a message that could not be handled. */
export function deadLetterOf(place: Place, reason: PipelineError, raw: Buffer, nowMs: number): DeadLetter {
  return {
    sourceTopic: place.topicName,
    partition: place.partition,
    offset: place.offset,
    key: place.key,
    reasonCode: reason.code,
    reason: reason.message,
    rawBase64: raw.toString('base64'),
    failedAtMs: nowMs,
  };
}

const issuesOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.length === 0 ? '' : `${path.join('.')}: `}${message}`)
    .join('; ');

export const busClosed = (): PipelineError =>
  new PipelineError('BUS_CLOSED', 'The bus is closed.', {
    hint: 'Publish and subscribe only while the bus is open; close it after everything that uses it.',
  });
