import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { RuleParameters, Zone } from '../contracts/index.ts';
import { messageOf, PipelineError } from './errors.ts';

const int = z.coerce.number().int();
const share = z.coerce.number().min(0).max(1);
const CameraSource = z.strictObject({
  /** 20-digit code of a camera in the camera file, or any name: then a local code is made of it. */
  name: z.string().min(1),
  /** `rtsp://host/path`, `rtsps://…` or a path to a video file. User and password go into `credentialRef` or `credentialEnv`. */
  source: z.string().min(1),
  /** Name of an environment variable that holds `user:password`. */
  credentialEnv: z.string().optional(),
  /** Name of a login kept with `sharp-eyes credentials set`; instead of `credentialEnv`. */
  credentialRef: z.string().optional(),
  /** A recorded file: wall time of its first frame. Without it: its creation time, else the time of the file. */
  startedAt: z.iso.datetime({ offset: true }).optional(),
  zones: z.array(Zone).default([]),
});

const TimeLimit = z.strictObject({
  value: z.coerce.number().positive(),
  /** `workHour` and `workDay` run only in working time by the Chinese holiday calendar. */
  unit: z.enum(['minute', 'hour', 'day', 'workHour', 'workDay']),
});
const limit = (value: number, unit: z.infer<typeof TimeLimit>['unit']) => TimeLimit.prefault({ value, unit });
/** `HH:MM-HH:MM`; an end that is not after the start lies on the next day. */
const DayHours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/, 'hours like 08:30-17:00');

/** How desks are told today: a signed request, or a robot in a group of 钉钉 or 企业微信. */
const Webhook = z.strictObject({
  webhookId: z.string().min(1),
  format: z.enum(['json', 'dingtalk', 'wecom']),
  /** Address; or the name of an environment variable that holds it, where it carries a key. */
  url: z.url().optional(),
  urlEnv: z.string().optional(),
  /** Name of an environment variable that holds the signing secret. */
  secretEnv: z.string().optional(),
});

const Desk = z.strictObject({
  deskId: z.string().min(1),
  agency: z.enum(['policeStation', 'trafficPolice', 'enforcement']),
  name: z.string().min(1),
  /** Jurisdictions (所属辖区公安机关) that it answers for. */
  areaCodes: z.array(z.string().min(1)).default([]),
  /** Corners of its own jurisdiction, [longitude, latitude] in WGS-84; goes before `areaCodes`. */
  outline: z
    .array(z.tuple([z.coerce.number().min(-180).max(180), z.coerce.number().min(-90).max(90)]))
    .min(3)
    .optional(),
  /** Who is there when; none: always somebody. */
  roster: z
    .array(
      z.strictObject({
        /** 1 Monday … 7 Sunday. */
        weekdays: z.array(int.min(1).max(7)).min(1).default([1, 2, 3, 4, 5, 6, 7]),
        hours: DayHours,
        officers: z.array(z.string().min(1)).min(1),
      }),
    )
    .default([]),
  webhooks: z.array(Webhook).default([]),
});

const defaults = <T extends z.ZodObject>(schema: T) => schema.prefault({} as z.input<T>);

/**
 * Days of captured time for which observations are kept; 30 is the floor of the law, and what holds unless it is said.
 * The store counts seconds in 32 bits: much more would wrap round.
 */
const observationDays = int.min(30).max(10_000).optional();

/** How long stills and clips are kept that no case needs; 30 days is the floor of the law, more needs a reason and an end. */
const Retention = z
  .strictObject({
    footageDays: int.min(30).max(10_000).default(30),
    longerBecause: z.string().min(2).optional(),
    /** Last day (+08:00) of the longer time; afterwards it is 30 days again. */
    longerUntil: z.iso.date().optional(),
  })
  .refine(
    ({ footageDays, longerBecause, longerUntil }) =>
      footageDays === 30 || (longerBecause !== undefined && longerUntil !== undefined),
    'More than 30 days need longerBecause (the reason) and longerUntil (a date like 2027-06-30)',
  );

const Config = z.strictObject({
  /** Everything that must survive lies in this folder. */
  dataDir: z.string().default('./data'),
  /** Stills and clips; default: `media` in dataDir. Processes of a cluster share it. */
  mediaDir: z.string().optional(),
  district: defaults(
    z.strictObject({
      name: z.string().default('海曙区'),
      civilCode: z
        .string()
        .regex(/^\d{6}$/, 'six digits, e.g. 330203')
        .default('330203'),
      /** Jurisdiction of cameras that the camera file does not know. */
      areaCode: z.string().min(1).default('330203000000'),
    }),
  ),
  bus: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('embedded'),
        retentionHours: z.coerce.number().positive().default(72),
      }),
      z.strictObject({
        kind: z.literal('kafka'),
        brokers: z.union([z.string().transform((list) => list.split(',')), z.array(z.string())]),
        clientId: z.string().default('sharp-eyes'),
        replicationFactor: int.positive().default(1),
      }),
    ])
    .prefault({ kind: 'embedded' }),
  store: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('embedded'), observationDays }),
      z.strictObject({
        kind: z.literal('clickhouse'),
        url: z.url(),
        user: z.string().default('default'),
        /** Name of an environment variable that holds the password. */
        passwordEnv: z.string().optional(),
        database: z.string().default('sharp_eyes'),
        observationDays,
      }),
    ])
    .prefault({ kind: 'embedded' }),
  cameras: z.array(CameraSource).default([]),
  ingest: defaults(
    z.strictObject({
      analysisFps: z.coerce.number().positive().max(30).default(5),
      /** The picture is analysed at this long side; a smaller one is not enlarged. */
      analysisLongSidePx: int.min(160).max(1920).default(640),
      /** No new frame for this long: the session is given up and opened again. */
      frameGapTimeoutMs: int.min(1_000).default(8_000),
      connectTimeoutMs: int.min(1_000).default(8_000),
      /** No picture for this long: the camera is offline, since the last one. What is shorter is a blip. */
      offlineAfterMs: int.min(1_000).default(6_000),
      reconnectMinMs: int.positive().default(1_000),
      /** Low, so that a camera that came back is shown within ten seconds; one that is off costs a knock at its door. */
      reconnectMaxMs: int.positive().default(4_000),
      segmentMs: int.min(500).default(2_000),
      /** How much recording is kept per camera to cut clips from. */
      ringMs: int.min(30_000).default(600_000),
      healthEveryMs: int.min(1_000).default(10_000),
      /** Hosts or CIDR ranges that are allowed although they are loopback, link-local or metadata addresses. */
      allowedHosts: z.array(z.string()).default(['127.0.0.1', 'localhost', '::1']),
      /** Which stream of a camera in the camera file is watched and recorded, when it has both. */
      registeredStream: z.enum(['main', 'sub']).default('main'),
      /** Registered cameras are shared out among so many processes; this is one of them, from 0. */
      processCount: int.positive().default(1),
      processIndex: int.nonnegative().default(0),
    }),
  ),
  credentials: defaults(
    z.strictObject({
      /** File that holds the key of the stored logins; default: `credentials/key` in dataDir. */
      keyFile: z.string().optional(),
    }),
  ),
  inference: defaults(
    z.strictObject({
      model: z.string().default('nanodet_g'),
      faceModel: z.string().default('centerface'),
      /** Looks again at what seems to burn, where `models add` has brought it. */
      fireModel: z.string().default('fire_shufflenetv2_onfire'),
      /** Worker threads with one session each; 0: one per core. */
      workers: int.min(0).max(64).default(0),
      executionProvider: z.enum(['cpu', 'cuda', 'coreml', 'dml', 'webgpu']).default('cpu'),
      /** What each rule asks for, by its id. */
      rules: RuleParameters.prefault({}),
      clipBeforeMs: int.nonnegative().default(5_000),
      clipAfterMs: int.nonnegative().default(5_000),
      /** A longer story is cut down to its beginning and its end. */
      clipMaxMs: int.positive().default(60_000),
    }),
  ),
  correlation: defaults(
    z.strictObject({
      mergeWithinM: z.coerce.number().positive().default(30),
      mergeWithinMs: int.positive().default(7_200_000),
      linkScore: share.default(0.7),
      suggestScore: share.default(0.4),
    }),
  ),
  retention: Retention.prefault({}),
  routes: defaults(
    z.strictObject({
      /** Read the plate of a passage of an approved route, when somebody asks. */
      readsPlates: z.union([z.boolean(), z.stringbool()]).default(false),
    }),
  ),
  cases: defaults(
    z.strictObject({
      desks: z.array(Desk).default([]),
      workHours: z.array(DayHours).min(1).default(['08:30-12:00', '13:30-17:00']),
      limits: defaults(
        z.strictObject({
          triageDay: limit(5, 'minute'),
          triageNight: limit(15, 'minute'),
          acknowledge: limit(10, 'minute'),
          arrive: limit(30, 'minute'),
          arriveUrgent: limit(5, 'minute'),
          feedback: limit(4, 'workHour'),
          /** From registration to closing. */
          close: limit(7, 'workDay'),
          /** Instead of `feedback`, by kind of event. */
          feedbackByKind: z.record(z.string(), TimeLimit).default({}),
        }),
      ),
      /** Provisions to suggest from; default: the table that ships. */
      legalTable: z.string().optional(),
      /** Agencies whose desks are told of alerts that nobody has judged yet. */
      alertAgencies: z
        .array(z.enum(['policeStation', 'trafficPolice', 'enforcement']))
        .default(['policeStation']),
      /** Address of the console as desks reach it: links in notices begin with it. */
      consoleUrl: z.url().optional(),
      /** Time of day (+08:00) at which a test notice goes to every webhook. */
      selfTestAt: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time like 07:30')
        .default('07:30'),
    }),
  ),
  health: defaults(
    z.strictObject({
      /** What a camera showed last is kept, faces blurred, this often; 0: never. */
      stillEveryMs: int.nonnegative().default(300_000),
      /** A device's clock may be off by so much. */
      clockToleranceMs: int.positive().default(60_000),
      /** The clock of a camera with an ONVIF address is measured this often. */
      clockEveryMs: int.min(10_000).default(6 * 3_600_000),
      /** Natural hours in which a fault must be repaired, by the class of the point. */
      repairHours: defaults(
        z.strictObject({
          class1: z.coerce.number().positive().default(12),
          class2: z.coerce.number().positive().default(24),
          class3: z.coerce.number().positive().default(48),
          other: z.coerce.number().positive().default(72),
        }),
      ),
    }),
  ),
  measures: defaults(
    z.strictObject({
      /** `now`: the wall clock; `latestData`: the newest thing any camera said, for recorded material. */
      asOf: z.enum(['now', 'latestData']).default('now'),
    }),
  ),
  api: defaults(
    z.strictObject({
      host: z.string().default('127.0.0.1'),
      port: int.min(0).max(65_535).default(8_080),
      sessionHours: z.coerce.number().positive().default(12),
      commandTimeoutMs: int.positive().default(5_000),
    }),
  ),
  log: defaults(
    z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info') }),
  ),
});
export type Config = Readonly<z.infer<typeof Config>>;
export type CameraSourceConfig = z.infer<typeof CameraSource>;

const prefix = 'SHARP_EYES_';

/** `SHARP_EYES_API__PORT=9000` is `api.port: 9000`; `_` inside a name is camelCase. */
function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(prefix) || value === undefined) continue;
    const path = name
      .slice(prefix.length)
      .toLowerCase()
      .split('__')
      .map((part) => part.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
    let node = tree;
    for (const part of path.slice(0, -1)) node = (node[part] ??= {}) as Record<string, unknown>;
    node[path.at(-1) ?? ''] = value;
  }
  return tree;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `over` wins; objects are merged, everything else is replaced. */
function merge(under: unknown, over: unknown): unknown {
  if (!isPlainObject(under) || !isPlainObject(over)) return over === undefined ? under : over;
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) merged[key] = merge(under[key], value);
  return merged;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}

/**
 * Check a configuration and fill in what it leaves out.
 * @param layers later ones win.
 * @throws PipelineError CONFIG_INVALID naming every bad key at once.
 */
export function checkConfig(...layers: readonly unknown[]): Config {
  let raw: unknown = {};
  for (const layer of layers) raw = merge(raw, layer);
  const result = Config.safeParse(raw);
  if (result.success) return deepFreeze(result.data);
  throw new PipelineError(
    'CONFIG_INVALID',
    `The configuration is not valid:\n${z.prettifyError(result.error)}`,
    {
      hint: 'Compare with config.example.yaml, which shows every key; environment variables are SHARP_EYES_…',
    },
  );
}

/**
 * Read the configuration once, at the edge: file, then environment, then what the command line says.
 * Nothing below this reads `process.env`.
 * @param file path of a YAML file, or null for the defaults.
 * @throws PipelineError CONFIG_NOT_FOUND or CONFIG_INVALID.
 */
export async function loadConfig(
  file: string | null,
  environment: Readonly<Record<string, string | undefined>>,
  overrides: unknown = {},
): Promise<Config> {
  let fromFile: unknown = {};
  if (file !== null) {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new PipelineError(
        'CONFIG_NOT_FOUND',
        `The configuration ${file} cannot be read: ${messageOf(cause)}`,
        {
          hint: 'Give an existing file with --config, or none for the defaults.',
          cause,
        },
      );
    });
    try {
      fromFile = parse(text) ?? {};
    } catch (cause) {
      throw new PipelineError('CONFIG_INVALID', `${file} is not YAML: ${messageOf(cause)}`, {
        hint: 'Check the indentation at the line that is named.',
        cause,
      });
    }
  }
  return checkConfig(fromFile, fromEnvironment(environment), overrides);
}
