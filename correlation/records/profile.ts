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
    /** May be left out where the source has no words, e.g. RFID reads. */
    text: Headers.optional(),
    /** More free text, read after `text`, e.g. remarks. */
    moreText: Headers.optional(),
    occurredAt: Headers.optional(),
    kindCode: Headers.optional(),
    kindName: Headers.optional(),
    /** Where a code is in two columns, main and sub type: read as `main-sub`. */
    mainType: Headers.optional(),
    subType: Headers.optional(),
    address: Headers.optional(),
    lon: Headers.optional(),
    lat: Headers.optional(),
    /** Road, where the source has a column of its own for it; `address` is then relative to it. */
    road: Headers.optional(),
    /** Both coordinates in one cell, in `coordinates.order`. */
    position: Headers.optional(),
    /** Says per row which system its coordinates are in; blank: `coordinates.system`. */
    coordinateSystem: Headers.optional(),
    poleNumber: Headers.optional(),
    vehiclePlate: Headers.optional(),
    vehicleClass: Headers.optional(),
    vehicleColour: Headers.optional(),
    /** Source id of the call that a dispatch or feedback belongs to. */
    partOf: Headers.optional(),
    /** Source id of the earlier report that this one repeats, as the source says itself. */
    repeats: Headers.optional(),
    /** Of two rows with the same source id and version the later changed one is taken. */
    changedAt: Headers.optional(),
    /** First and last day of a permit, both inclusive, and the hours of the day it holds. */
    validFrom: Headers.optional(),
    validTo: Headers.optional(),
    validHours: Headers.optional(),
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
  /** Statuses of rows that their source took back; kept, but they belong to nothing. */
  withdrawn: z.array(z.string()).default([]),
  /** Tokens yyyy M MM d dd H HH hh (12 hours) mm ss SSS a (AM, PM); `iso` is ISO 8601 with its own offset; `epochS`, `epochMs`. */
  dateFormats: z.array(z.string().min(1)).min(1),
  /** Offset of dates that do not give their own. China has had no summer time since 1991. */
  utcOffset: z
    .string()
    .regex(/^[+-]\d{2}:\d{2}$/, 'an offset like +08:00')
    .default('+08:00'),
  /** Name of a time zone (`America/New_York`) where clocks are changed twice a year; wins over `utcOffset`. */
  timeZone: z
    .string()
    .refine((name) => Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC', 'a time zone')
    .optional(),
  coordinates: z
    .strictObject({
      system: CoordinateSystem.default('WGS-84'),
      order: z.enum(['lonLat', 'latLon']).default('lonLat'),
      /** How far they are off, and how often they are of another place (a caller's home). */
      errorM: z.number().positive().default(15),
      wrongShare: z.number().min(0).max(1).default(0.1),
    })
    .prefault({}),
  kinds: z
    .strictObject({
      /** Codes that are never wrong, e.g. of a sensor → our kind. */
      surely: z.record(z.string(), RecordKind).default({}),
      /** Code of the source → our kind, where neither text nor name says it. */
      byCode: z.record(z.string(), RecordKind).default({}),
      /** Words of this source in the text or in the kind's name, tried in order before the general ones. */
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
  return checkProfile(await readProfile(file, []), file);
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the profile says over what its base says; lists are replaced, not joined. */
function over(base: unknown, own: unknown): unknown {
  if (!isPlain(base) || !isPlain(own)) return own;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(own)) merged[key] = key in base ? over(base[key], value) : value;
  return merged;
}

/** Read a profile and, below it, the shipped one that it `extends`. */
async function readProfile(file: string, above: readonly string[]): Promise<unknown> {
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
  if (!isPlain(raw) || raw['extends'] === undefined) return raw;
  const { extends: baseName, ...own } = raw;
  const shipped = await shippedProfiles();
  if (typeof baseName !== 'string' || !shipped.includes(baseName) || above.includes(baseName)) {
    throw new PipelineError('IMPORT_PROFILE_INVALID', `${file} extends ${JSON.stringify(baseName)}.`, {
      hint: `It can extend one of ${shipped.join(', ')}, but not itself.`,
    });
  }
  return over(await readProfile(join(shippedDir, `${baseName}.yaml`), [...above, baseName]), own);
}
