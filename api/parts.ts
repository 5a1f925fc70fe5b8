import { z } from 'zod';
import type { Bus } from '../bus/index.ts';
import type {
  BlindSpotPage,
  CameraPeriod,
  CameraImportReport,
  CameraHealthView,
  ClosedLoopReport,
  CodeExplanation,
  DeskView,
  ExclusionDecision,
  ExclusionRequest,
  ExclusionWish,
  FootageAnswer,
  FoundCamera,
  ImportSummary,
  Incident,
  IncidentBackground,
  LoopLevel,
  MeasureReport,
  PlaceAlias,
  PublicReport,
  RecordSubmission,
  PassageMoment,
  RouteChange,
  RouteSighting,
  Person,
  RegistrationReport,
  FigureRowPage,
  HistoryKind,
  MeasureScorecard,
  PeriodExclusions,
  PlannedCamera,
  WhatIfReport,
} from '../contracts/index.ts';
import type { Clock, Config, Log } from '../kernel/index.ts';
import type { MediaStore, Store } from '../store/index.ts';
import type { openLooks } from './audit/looks.ts';
import type { AuditTrail } from './audit/trail.ts';
import type { Auth } from './auth/auth.ts';
import type { ChangeFeed } from './live/change-feed.ts';
import type { Answers } from './live/answers.ts';

/** What is asked of the measures; what is left out is the measures' default. */
export interface MeasureQuery {
  /** `YYYY-MM`; takes the place of `fromMs` and `toMs`. */
  readonly month?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly instantMs?: number | undefined;
  /** `district`, `street:CODE`, `policeStation:CODE`, `pointClass:1`, … */
  readonly scope?: string | undefined;
}

/** Kinds of scopes that figures can be asked for, all of them at a time. */
export const scopeKinds = ['district', 'street', 'policeStation', 'pointClass', 'owner', 'day'] as const;

interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** The official figures. Each is refused with BAD_REQUEST for a scope or window that is none. */
export interface Measures {
  report(
    query: MeasureQuery,
    options: { readonly metrics: readonly string[]; readonly mostRows: number },
  ): Promise<MeasureReport>;
  scorecard(
    query: MeasureQuery,
    by: readonly (typeof scopeKinds)[number][],
    options: { readonly metrics: readonly string[] },
  ): Promise<MeasureScorecard>;
  /** @throws PipelineError NOT_FOUND when there is no such figure. */
  rows(query: MeasureQuery, page: Page & { readonly metric: string }): Promise<FigureRowPage>;
  blindSpots(query: MeasureQuery, page: Page): Promise<BlindSpotPage>;
  whatIf(query: MeasureQuery, planned: PlannedCamera): Promise<WhatIfReport>;
  exclusions(query: MeasureQuery): Promise<PeriodExclusions>;
  /** @throws PipelineError NOT_FOUND. */
  camera(query: MeasureQuery, cameraId: string): Promise<CameraPeriod>;
}

/** One thing that was checked about this installation. */
export const DoctorFinding = z
  .strictObject({
    name: z.string(),
    isOk: z.boolean(),
    found: z.string(),
    /** What to do; null when nothing is wrong. */
    hint: z.string().nullable(),
  })
  .meta({ id: 'DoctorFinding' });
export type DoctorFinding = z.infer<typeof DoctorFinding>;

/** A file that goes out. */
interface OutgoingFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** Everything that is done to the camera file as a whole. */
export interface CameraOffice {
  /** @throws PipelineError IMPORT_FILE_UNREADABLE. */
  importFile(fileName: string, content: Uint8Array, isApplied: boolean): Promise<CameraImportReport>;
  /** @throws PipelineError IMPORT_FILE_UNREADABLE. */
  correctedFile(fileName: string, content: Uint8Array): Promise<OutgoingFile>;
  exportFile(format: 'csv' | 'xlsx', headers: 'pinyin' | 'chinese'): Promise<OutgoingFile>;
  /** @throws PipelineError INGEST_ADDRESS_REFUSED. */
  register(found: readonly FoundCamera[]): Promise<RegistrationReport>;
  explain(code: string): CodeExplanation;
}

/** What the composition root hands in. */
export interface ApiOptions {
  readonly config: Config['api'];
  readonly bus: Bus;
  readonly store: Store;
  readonly media: MediaStore;
  readonly clock: Clock;
  readonly log: Log;
  /** The API keeps its users, sessions and local token in the folder `api` of it. */
  readonly dataDir: string;
  readonly measures: Measures;
  /** What history and permits say of an incident. */
  backgroundOf(incident: Incident): Promise<IncidentBackground>;
  /** Vehicles that its cameras saw about it, nearest in time first. */
  vehiclesAbout(incident: Incident): Promise<RouteSighting[]>;
  /** Where the vehicle of a passage was in the picture, best moments first. */
  passageMoments(sighting: RouteSighting): Promise<PassageMoment[]>;
  /** Whether plates may be read here. */
  readonly readsPlates: boolean;
  /** The ways in for official records. @throws PipelineError IMPORT_PROFILE_INVALID, IMPORT_FILE_UNREADABLE. */
  readonly intake: {
    takeFile(fileName: string, content: Uint8Array, profile: string): Promise<ImportSummary>;
    takeRows(submission: RecordSubmission): Promise<ImportSummary>;
    takeReport(report: PublicReport): Promise<string>;
  };
  readonly places: {
    readonly importPlaces: (fileName: string, content: Uint8Array) => Promise<ImportSummary>;
    aliases(): Promise<PlaceAlias[]>;
    /** @throws PipelineError PLACE_UNKNOWN. */
    setAlias(alias: string, placeName: string | null): Promise<PlaceAlias>;
  };
  readonly cameraOffice: CameraOffice;
  /** @throws PipelineError IMPORT_FILE_UNREADABLE. */
  importKeyPlaces(fileName: string, content: Uint8Array): Promise<ImportSummary>;
  /** @throws PipelineError IMPORT_FILE_UNREADABLE. */
  importRoads(fileName: string, content: Uint8Array): Promise<ImportSummary>;
  computeLoop(query: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly level: LoopLevel;
  }): Promise<ClosedLoopReport>;
  /** Health of one camera, now and over a window. */
  cameraHealth(
    cameraId: string,
    window: { readonly fromMs?: number | undefined; readonly toMs?: number | undefined },
  ): Promise<Omit<CameraHealthView, 'stillCapturedAtMs'>>;
  /** Wishes to leave cameras out of judgement for a while; two persons for each. */
  readonly exclusions: {
    ask(wish: ExclusionWish, askedBy: Person): Promise<ExclusionRequest>;
    /** @throws PipelineError NOT_FOUND, PERMISSION_DENIED, COMMAND_REFUSED. */
    decide(requestId: string, decision: ExclusionDecision, decidedBy: Person): Promise<ExclusionRequest>;
    list(cameraId: string | undefined): Promise<ExclusionRequest[]>;
  };
  /** Desks of the agencies, and the webhooks that reach them. */
  readonly desks: {
    list(): Promise<DeskView[]>;
    test(): Promise<number>;
  };
  /** @throws PipelineError IMPORT_FILE_UNREADABLE. */
  importListing(
    kind: HistoryKind,
    fileName: string,
    content: Uint8Array,
    listedAtMs: number | undefined,
  ): Promise<ImportSummary>;
  /** Checks of the installation, where the process can make them. */
  doctor?(): Promise<readonly DoctorFinding[]>;
  /** Aborting it closes the API. */
  readonly signal: AbortSignal;
  /** Where the built console lies; only tests say another place. */
  readonly consoleDir?: string;
}

/** Everything the routes work with. */
export interface Parts extends Omit<ApiOptions, 'dataDir' | 'consoleDir'> {
  readonly auth: Auth;
  readonly trail: AuditTrail;
  readonly looks: ReturnType<typeof openLooks>;
  readonly feed: ChangeFeed;
  readonly routeAnswers: Answers<RouteChange>;
  readonly footageAnswers: Answers<FootageAnswer>;
  /** Address that lets somebody in once. */
  readonly loginUrl: (token: string) => string;
}
