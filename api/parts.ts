import { z } from 'zod';
import type { Bus } from '../bus/index.ts';
import type {
  ClosedLoopReport,
  CodeExplanation,
  DeskView,
  FoundCamera,
  ImportSummary,
  LoopLevel,
  MeasureReport,
  RegistrationReport,
} from '../contracts/index.ts';
import type { Clock, Config, Log } from '../kernel/index.ts';
import type { MediaStore, Store } from '../store/index.ts';
import type { openLooks } from './audit/looks.ts';
import type { AuditTrail } from './audit/trail.ts';
import type { Auth } from './auth/auth.ts';
import type { ChangeFeed } from './live/change-feed.ts';

/** What is asked of the measures; what is left out is the measures' default. */
export interface MeasureQuery {
  readonly fromMs?: number;
  readonly toMs?: number;
  /** `district`, `street:CODE`, `policeStation:CODE`, `pointClass:1`, … */
  readonly scope?: string;
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
  computeMeasures(query: MeasureQuery): Promise<MeasureReport>;
  /** @throws PipelineError IMPORT_PROFILE_INVALID, IMPORT_FILE_UNREADABLE. */
  importRecords(fileName: string, content: Uint8Array, profile: string): Promise<ImportSummary>;
  /** @throws PipelineError IMPORT_FILE_UNREADABLE. */
  importCameras(fileName: string, content: Uint8Array): Promise<ImportSummary>;
  /** Put found cameras on file. @throws PipelineError INGEST_ADDRESS_REFUSED. */
  registerCameras(found: readonly FoundCamera[]): Promise<RegistrationReport>;
  explainCameraCode(code: string): CodeExplanation;
  /** @throws PipelineError IMPORT_FILE_UNREADABLE. */
  importKeyPlaces(fileName: string, content: Uint8Array): Promise<ImportSummary>;
  computeLoop(query: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly level: LoopLevel;
  }): Promise<ClosedLoopReport>;
  /** Desks of the agencies, and the webhooks that reach them. */
  readonly desks: {
    list(): Promise<DeskView[]>;
    test(): Promise<number>;
  };
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
  /** Address that lets somebody in once. */
  readonly loginUrl: (token: string) => string;
}
