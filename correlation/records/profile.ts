import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { RecordKind, RecordSource } from '../../contracts/index.ts';
import { messageOf, PipelineError } from '../../kernel/index.ts';

/** Headers a column may have; the first one found in the file is taken. */
const Headers = z.array(z.string().min(1)).min(1);

export const CoordinateSystem = z.enum(['WGS-84', 'GCJ-02', 'BD-09']);
export type CoordinateSystem = z.infer<typeof CoordinateSystem>;

/** How one kind of file becomes records. Every key is checked; an unknown one is an error. */
const RecordProfile = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,64}$/, 'letters, digits, dot, dash and underscore'),
  /** Shown to people who choose a profile. */
  title: z.string().default(''),
  source: RecordSource,
  /** `auto`: byte order mark, else UTF-8 when it is valid, else what the bytes look like, else GB18030. */
  encoding: z.enum(['auto', 'utf-8', 'utf-16le', 'utf-16be', 'gbk', 'gb18030']).default('auto'),
  delimiter: z.enum(['auto', ',', ';', '\t', '|']).default('auto'),
  columns: z.strictObject({
    sourceId: Headers,
    reportedAt: Headers,
    text: Headers,
    occurredAt: Headers.optional(),
    kindCode: Headers.optional(),
    kindName: Headers.optional(),
    address: Headers.optional(),
    lon: Headers.optional(),
    lat: Headers.optional(),
    /** Both coordinates in one cell, in `coordinates.order`. */
    position: Headers.optional(),
    /** Says per row which system its coordinates are in; blank: `coordinates.system`. */
    coordinateSystem: Headers.optional(),
    poleNumber: Headers.optional(),
    vehiclePlate: Headers.optional(),
    areaCode: Headers.optional(),
    /** Of two rows with the same source id the one with the higher version is taken. */
    version: Headers.optional(),
    /** A row whose status is among `withdrawn` was taken back by its source. */
    status: Headers.optional(),
  }),
  /**
   * Names and numbers of callers: never taken over, and what stands in them is removed from free text too. (Columns
   * that no key names are not read at all.)
   */
  personalData: z.array(z.string().min(1)).default([]),
  withdrawn: z.array(z.string()).default([]),
  /** Tokens yyyy M MM d dd H HH mm ss SSS; `iso` is ISO 8601 with its own offset; `epochS`, `epochMs`. */
  dateFormats: z.array(z.string().min(1)).min(1),
  /** Offset of dates that do not give their own. China has had no summer time since 1991. */
  utcOffset: z
    .string()
    .regex(/^[+-]\d{2}:\d{2}$/, 'an offset like +08:00')
    .default('+08:00'),
  coordinates: z
    .strictObject({
      system: CoordinateSystem.default('WGS-84'),
      order: z.enum(['lonLat', 'latLon']).default('lonLat'),
    })
    .prefault({}),
  kinds: z
    .strictObject({
      /** Code of the source → our kind. */
      byCode: z.record(z.string(), RecordKind).default({}),
      /** Words in the kind's name or in the text, tried in order when no code matches. */
      byWord: z
        .array(z.strictObject({ kind: RecordKind, words: z.array(z.string().min(1)).min(1) }))
        .default([]),
      otherwise: RecordKind.default('other'),
    })
    .prefault({}),
});
export type RecordProfile = Readonly<z.infer<typeof RecordProfile>>;

const shippedDir = join(import.meta.dirname, 'profiles');

/**
 * Check a mapping profile.
 * @param origin where it came from, for the message.
 * @throws PipelineError IMPORT_PROFILE_INVALID naming every bad key at once.
 */
export function checkProfile(raw: unknown, origin: string): RecordProfile {
  const result = RecordProfile.safeParse(raw);
  if (!result.success) {
    throw new PipelineError(
      'IMPORT_PROFILE_INVALID',
      `The mapping profile ${origin} is not valid:\n${z.prettifyError(result.error)}`,
      { hint: 'Compare with correlation/records/profiles/call110.yaml, which explains every key.' },
    );
  }
  return result.data;
}

/** Names of the profiles that come with the product. */
export async function shippedProfiles(): Promise<string[]> {
  const files = await readdir(shippedDir);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();
}

/**
 * Load a mapping profile.
 * @param nameOrPath name of a shipped profile, e.g. `call110`, or the path of a YAML file.
 * @throws PipelineError IMPORT_PROFILE_INVALID when there is none or it is not valid.
 */
export async function loadProfile(nameOrPath: string): Promise<RecordProfile> {
  const isPath = /[\\/]|\.ya?ml$/.test(nameOrPath) || isAbsolute(nameOrPath);
  const shipped = await shippedProfiles();
  if (!isPath && !shipped.includes(nameOrPath)) {
    throw new PipelineError('IMPORT_PROFILE_INVALID', `There is no mapping profile "${nameOrPath}".`, {
      hint: `Shipped are ${shipped.join(', ')}; or give the path of a YAML file.`,
    });
  }
  const file = isPath ? nameOrPath : join(shippedDir, `${nameOrPath}.yaml`);
  let raw: unknown;
  try {
    raw = parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new PipelineError(
      'IMPORT_PROFILE_INVALID',
      `The mapping profile ${file} cannot be read: ${messageOf(cause)}`,
      { hint: 'Name an existing YAML file; check the indentation at the line that is named.', cause },
    );
  }
  return checkProfile(raw, file);
}
